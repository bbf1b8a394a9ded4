package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/portbook/portbook/internal/cli"
)

func TestMain(m *testing.M) {
	flag.Parse()
	beam.Init()
	os.Exit(m.Run())
}

const site = "../../../examples/site/tokyo.yaml"

type result struct {
	status         int
	stdout, stderr string
}

// runAudit runs audit with an engine, or without one.
func runAudit(e cli.Engine, args ...string) result {
	var stdout, stderr bytes.Buffer
	args = append([]string{"audit", site, "--as-of", "2026-12-01"}, args...)
	status := cli.RunWith(e, args, strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
	return result{status, stdout.String(), stderr.String()}
}

// logs writes logs of the example to a folder, with lines that cannot be read,
// one that is cut off and one of nothing.
func logs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"conn.log", "firewall.csv"} {
		data, err := os.ReadFile(filepath.Join("../../../examples/site", name))
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, "what is this\n"...)
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		w.Write(data)
		w.Close()
		for file, content := range map[string][]byte{name: data, "cut-" + name + ".gz": packed.Bytes()[:packed.Len()/2], "nothing-" + name: nil} {
			if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// TestSameAsOneProcess: the output, the remarks and the status are those of
// portbook audit, in all formats that are text and in both languages.
func TestSameAsOneProcess(t *testing.T) {
	dir := logs(t)
	names, err := filepath.Glob(dir + "/*")
	if err != nil || len(names) != 6 {
		t.Fatal(names, err)
	}
	var each []string
	for _, name := range names {
		each = append(each, "--log", name)
	}
	for _, flags := range []string{
		"--quiet", "--sampled --format json", "--format sarif", "--lang ja", "--format json", "--format csv --lang ja", "--format markdown", "--suggest", "--json verdict,records", "--fail-on none",
		"--since 2026-11-25T10:00:00Z --until 2026-11-26 --format json", "--listening central=../../../examples/site/central.ss",
	} {
		want, got := runAudit(nil, append(each, strings.Fields(flags)...)...), runAudit(engine{}, append([]string{"--log", dir + "/*"}, strings.Fields(flags)...)...)
		if got != want {
			t.Errorf("%s: got %+v\nwant %+v", flags, got, want)
		}
		if want.status == 2 || !strings.Contains(want.stderr, ":") || want.stdout == "" {
			t.Errorf("%s: %+v", flags, want)
		}
	}
}

// TestPlaces: the findings have the places where logs were made.
func TestPlaces(t *testing.T) {
	dir := logs(t)
	want := runAudit(nil, "--log", "east="+dir+"/conn.log", "--log", "west="+dir+"/firewall.csv", "--format", "json")
	got := runAudit(engine{}, "--log", "east="+dir+"/conn.*", "--log", "west="+dir+"/firewall.*", "--format", "json")
	if got != want || !strings.Contains(got.stdout, `"west"`) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestErrors: errors name the file or the flag, and say nothing of the runner.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"a.txt": "hello\n", "b.log": "#fields\tts\tid.orig_h\n1\t192.0.2.1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "c.dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"--log " + dir + "/*.none":                  `no file matches "` + dir + `/\*\.none"`,
		"--log " + dir + "/a.txt":                   dir + `/a\.txt: unknown format of log \(expected: .*\)`,
		"--log " + dir + "/b.log":                   dir + `/b\.log: .*`,
		"--log " + dir + "/c.dir":                   dir + `/c\.dir: is a directory`,
		"--log tape://logs":                         `"tape://logs": file system scheme .*`,
		"--log -":                                   `workers cannot read standard input .*`,
		"--log " + dir + "/b.log --runner flink":    `--runner flink needs --result_location: .*`,
		"--log " + dir + "/b.log --since yesterday": `malformed time "yesterday" .*`,
		"--log " + dir + "/b.log --async":           `--async: the findings are written when the job is done .*`,
	} {
		got := runAudit(engine{}, strings.Fields(args)...)
		if !regexp.MustCompile(`^portbook: `+want+`\n$`).MatchString(got.stderr) || got.status != 2 || got.stdout != "" {
			t.Errorf("%s: %+v, want %s", args, got, want)
		}
		if err := errors.Join(flag.Set("runner", ""), flag.Set("async", "false")); err != nil {
			t.Fatal(err)
		}
	}
}
