package dataset

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// TestBoundaries takes the example to each bound and one step beyond it: what
// is at the bound is not refused for it.
func TestBoundaries(t *testing.T) {
	const data, en = "data/example.yaml", "i18n/en/example.yaml"
	for _, c := range []struct {
		name           string
		file, old      string
		within, beyond string // in the place of old
		refused        string // what is said beyond
	}{
		{name: "a value of 8192 bytes", file: data, old: "vendor: Example Corp.",
			within: "vendor: " + strings.Repeat("x", 8192), beyond: "vendor: " + strings.Repeat("x", 8193), refused: "holds a value of"},
		{name: "a key of 8192 bytes", file: data, old: "  vendor: Example",
			within: "  " + strings.Repeat("x", 8192) + ": x\n  vendor: Example", beyond: "  ? " + strings.Repeat("x", 8193) + "\n  : x\n  vendor: Example", refused: "holds a value of"},
		{name: "a list of 1000 values", file: data, old: "appProtocols: [HTTPS]",
			within: "appProtocols: [" + words(1000) + "]", beyond: "appProtocols: [" + words(1001) + "]", refused: "holds a list of"},
		{name: "65535 rows", file: data, old: "rows: 3                      #", within: "rows: 65535 #", beyond: "rows: 65536 #", refused: " rows; "},
		{name: "the first row", file: data, old: "- {row: 2, reason", within: "- {row: 1, reason", beyond: "- {row: 0, reason", refused: "is not one of its 3"},
		{name: "the last row", file: data, old: "- {row: 2, reason", within: "- {row: 3, reason", beyond: "- {row: 4, reason", refused: "is not one of its 3"},
		{name: "a second", file: data, old: "duration: 20m", within: "duration: 1s", beyond: "duration: 999ms", refused: `field "duration"`},
		{name: "whole seconds", file: data, old: "duration: 20m", within: "duration: 2000ms", beyond: "duration: 1500ms", refused: `field "duration"`},
		{name: "seconds in 32 bits", file: data, old: "duration: 20m", within: "duration: 4294967295s", beyond: "duration: 4294967296s", refused: `field "duration"`},
		{name: "a setting that governs the port", file: data, old: "governs: [port]", within: "governs: [port, use]", beyond: "governs: []", refused: "does not govern the port"},
		{name: "a setting that governs the use", file: data, old: "governs: [port]", within: "governs: [use, port]", beyond: "governs: [use]", refused: "does not govern the port"},
		{name: "a setting that governs the peer", file: data, old: "governs: [port]", within: "governs: [peer, port]", beyond: "governs: [peer, use]", refused: "does not govern the port"},
		{name: "a section from the first row", file: data, old: "{id: server, rows: 1-2}", within: "{id: server, rows: 1-2}", beyond: "{id: server, rows: 0-2}", refused: "a range within 1-3"},
		{name: "a section to the last row", file: data, old: "{id: agent, rows: 3,", within: "{id: agent, rows: 3,", beyond: "{id: agent, rows: 3-4,", refused: "a range within 1-3"},
		{name: "two values", file: data, old: "inferred: [from]", within: "inferred: [from, to]", beyond: "inferred: [from, from, bad]", refused: `names "from" twice`},
		{name: "a bad value after one that is there twice", file: data, old: "inferred: [from]", within: "inferred: [from]", beyond: "inferred: [from, from, bad]", refused: `field "inferred" is "bad"`},
	} {
		for _, beyond := range []bool{false, true} {
			fsys := example(t)
			text := string(fsys[c.file].Data)
			if !strings.Contains(text, c.old) {
				t.Fatalf("%s: the example has no %q", c.name, c.old)
			}
			to := c.within
			if beyond {
				to = c.beyond
			}
			fsys[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, to, 1))}
			if got := check(fsys); strings.Contains(got, c.refused) != beyond {
				t.Errorf("%s: beyond %v, refused with %.500q: %.1000s", c.name, beyond, c.refused, got)
			}
		}
	}
}

// words returns a list of different words.
func words(n int) string {
	var list []string
	for i := range n {
		list = append(list, "w"+strings.Repeat("x", i%7)+fmt.Sprint(i))
	}
	return strings.Join(list, ", ")
}

// TestRangesOfPorts fills a folder with as many ranges of ports as it may hold,
// 4096 an entry, and one entry more.
func TestRangesOfPorts(t *testing.T) {
	for n, refused := range map[int]bool{256: false, 257: true, 300: true} {
		var b strings.Builder
		b.WriteString("product: {id: example}\nports:\n")
		for i := range n {
			fmt.Fprintf(&b, "- {id: example/p%s, ports: \"1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31/*\"}\n", letters(i))
		}
		got := check(fstest.MapFS{"data/example.yaml": {Data: []byte(b.String())}})
		if strings.Count(got, "more than 1048576 ranges of ports") != map[bool]int{true: 1}[refused] {
			t.Errorf("%d entries of 4096 ranges: %.300s", n, got)
		}
	}
}

func letters(n int) string { return string([]byte{'a' + byte(n/26), 'a' + byte(n%26)}) }

// TestHints looks for ids near unknown ones: up to 100 bytes, on both sides.
func TestHints(t *testing.T) {
	for n, hinted := range map[int]bool{99: true, 100: true, 101: false} {
		known := "example/" + strings.Repeat("x", n-len("example/"))
		unknown := known[:n-1] + "y"
		fsys := example(t)
		text := strings.ReplaceAll(string(fsys["data/example.yaml"].Data), "example/plugin", known)
		text = strings.Replace(text, "to: [example/server]", "to: ["+unknown+"]", 1)
		fsys["data/example.yaml"] = &fstest.MapFile{Data: []byte(text)}
		if got := check(fsys); strings.Contains(got, "unknown component \""+unknown+"\"; did you mean \""+known+"\"?") != hinted {
			t.Errorf("an id of %d bytes: %s", n, got)
		}
	}
}

// TestProblemsAreCounted checks that problems beyond the limit are counted, and
// that one more or less makes a difference.
func TestProblemsAreCounted(t *testing.T) {
	for n := range 6 {
		ps := Problems{most: 3}
		for i := range n {
			ps.add(pos{"f.yaml", i + 1}, "", "problem %d", i)
		}
		if ps.count() != n || ps.full() != (n >= 3) || len(ps.List()) != min(n, 3) {
			t.Errorf("%d problems: counted %d, full %v, %d are listed", n, ps.count(), ps.full(), len(ps.List()))
		}
		want := ""
		if n > 3 {
			want = fmt.Sprintf("\nand %d more problems", n-3)
		}
		if got := ps.Error(); strings.Contains(got, "more problems") != (want != "") || !strings.HasSuffix(got, want) {
			t.Errorf("%d problems: %q", n, got)
		}
	}
}

// TestPublishedIDs checks lines of the file of published ids up to the longest
// value that there can be.
func TestPublishedIDs(t *testing.T) {
	for n, refused := range map[int]bool{100: false, maxValue: false, maxValue + 1: true} {
		fsys := example(t)
		line := "flow example/agent/" + strings.Repeat("x", n-len("flow example/agent/"))
		fsys[IDsFile] = &fstest.MapFile{Data: []byte("# comment\n\n" + line + "\nnonsense\n")}
		got := check(fsys)
		if strings.Contains(got, "was published and is gone") == refused || strings.Count(got, " is not an id") != map[bool]int{false: 1, true: 2}[refused] {
			t.Errorf("a line of %d bytes: %.300s", n, got)
		}
	}
}
