package main

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestGoName(t *testing.T) {
	for id, want := range map[string]string{
		"itms/package-server/unc-inbound":    "ITMSPackageServerUNCInbound",
		"scanmail":                           "ScanMail",
		"apex-central/scanmail-domino-as400": "ApexCentralScanMailDominoAS400",
	} {
		if got := goName(id); got != want {
			t.Errorf("goName(%q) = %s, want %s", id, got, want)
		}
	}
}

// TestCheckNames adds components to the example whose names cannot be
// constants, and expects the exact message.
func TestCheckNames(t *testing.T) {
	for _, c := range []struct{ name, data, texts, want string }{
		{"Go names collide",
			"  - {id: example/agent/x, hosting: premises}\n  - {id: example/agent-x, hosting: premises}\n",
			"  example/agent/x: {name: X, role: X}\n  example/agent-x: {name: Y, role: Y}\n",
			`data/example.yaml:29: component example/agent-x: has the same Go name as "example/agent/x": ExampleAgentX`},
		{"unknown initialism",
			"  - {id: example/xyz, hosting: premises}\n",
			"  example/xyz: {name: XYZ, role: XYZ}\n",
			`data/example.yaml:28: component example/xyz: word "xyz" is not in the table of initialisms, and the texts write XYZ`},
	} {
		fsys := example(t)
		insert := func(file, before, what string) {
			data := bytes.Replace(fsys[file].Data, []byte(before), []byte(what+before), 1)
			if bytes.Equal(data, fsys[file].Data) {
				t.Fatalf("%s does not hold %q", file, before)
			}
			fsys[file] = &fstest.MapFile{Data: data}
		}
		insert("data/example.yaml", "  - id: example/plugin", c.data)
		insert("i18n/en/example.yaml", "  example/plugin:", c.texts)
		insert("i18n/ja/example.yaml", "  example/plugin:", c.texts)
		_, err := generate(fsys)
		if err == nil {
			t.Errorf("%s: no problem", c.name)
		} else if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
