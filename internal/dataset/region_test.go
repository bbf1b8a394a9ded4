package dataset

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// regional gives the example two regions, and hosts in them to its server.
func regionalExample(t *testing.T, hosts string) fstest.MapFS {
	t.Helper()
	fsys := example(t)
	for file, edit := range map[string][2]string{
		"data/example.yaml":    {"components:\n  - id: example/server\n", "regions: [{id: mars}, {id: moon}]\n\ncomponents:\n  - id: example/server\n    regionalHosts: " + hosts + "\n"},
		"i18n/en/example.yaml": {"documents:", "regions: {mars: Mars, moon: Moon}\ndocuments:"},
		"i18n/ja/example.yaml": {"documents:", "regions: {mars: 火星, moon: 月}\ndocuments:"},
	} {
		content := string(fsys[file].Data)
		if !strings.Contains(content, edit[0]) {
			t.Fatalf("%s does not hold %q", file, edit[0])
		}
		fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(content, edit[0], edit[1], 1))}
	}
	return fsys
}

// TestRegionProblems breaks the regions of a component, in one way after the
// other.
func TestRegionProblems(t *testing.T) {
	const moon = "{region: moon, hosts: [moon.example.com]}"
	for _, c := range []struct{ name, hosts, want string }{
		{"valid", "[{region: mars, hosts: [mars.example.com, 192.0.2.64/28]}, " + moon + "]", ""},
		{"unused", "[" + moon + "]", "region mars: is that of no host; expected: named in regionalHosts of at least one component"},
		{"unknown", "[{region: mrs, hosts: [a.example.com]}, {region: mars, hosts: [b.example.com]}, " + moon + "]", `component example/server: unknown region "mrs"; did you mean "mars"?`},
		{"twice", "[{region: mars, hosts: [a.example.com]}, {region: mars, hosts: [b.example.com]}, " + moon + "]", "component example/server: has hosts of region mars twice; expected: one list for each region"},
		{"no hosts", "[{region: mars, hosts: []}, " + moon + "]", "component example/server: has no hosts in region mars; expected: one or more, or no such entry"},
		{"everywhere too", "[{region: mars, hosts: [update.example.com]}, " + moon + "]", "component example/server: has the host update.example.com in all regions, and in region mars; expected: one of both"},
		{"malformed", "[{region: mars, hosts: [192.0.2.300]}, " + moon + "]", `component example/server, regionalHost 1: field "hosts": "192.0.2.300" ends like an address (expected: a DNS name, an address, a prefix, or a range of addresses)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.TrimSpace(check(regionalExample(t, c.hosts)))
			if _, message, ok := strings.Cut(got, ": "); ok {
				got = message
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRegionsRoundTrip holds that hosts of regions survive a table and an
// export.
func TestRegionsRoundTrip(t *testing.T) {
	fsys := regionalExample(t, "[{region: moon, hosts: [moon.example.com]}, {region: mars, hosts: [mars.example.com, 192.0.2.64/28]}]")
	compiled, err := Read(fsys).Compile()
	if err != nil {
		t.Fatal(err)
	}
	files, err := FromTable(compiled, "the table").Export()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(files["data/example.yaml"]); !strings.Contains(text, "- region: mars\n        hosts: [mars.example.com, 192.0.2.64/28]") {
		t.Errorf("hosts of mars are lost in\n%s", text)
	}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	again, err := Read(fsys).Compile()
	if err != nil {
		t.Fatal(err)
	}
	if again.Version != compiled.Version {
		t.Errorf("the exported catalog is %s, want %s", again.Version, compiled.Version)
	}
}
