package draft_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
)

type hostileDocument struct{ name, start, repeat string }

// hostile are documents that make naive code slow. They are repeated up to some
// size.
var hostile = []hostileDocument{
	{"rows.csv", "source,destination,protocol,port\n", "a,b,tcp,443\n"},
	{"names.csv", "source,destination,protocol,port\na,\"", "b, "},
	{"hosts.csv", "url,port\n", "a.example.com,443\n"},
	{"long-hosts.csv", "url,port\n", strings.Repeat("a.", 50) + "com,443\n"},
	{"host-cell.csv", "url,port\n\"", "a.example.com "},
	{"schemes.csv", "url,port\n\"", "https://a "},
	{"port-cell.csv", "protocol,port\ntcp,\"", "443, "},
	{"words-in-port-cell.csv", "protocol,port\ntcp,\"", "port 443 x "},
	{"arrows.csv", "protocol,port,direction\ntcp,443,\"", "a → b "},
	{"arrow-rows.csv", "protocol,port,direction\n", "tcp,443,a → b\n"},
	{"numbers.md", "", "7443 "},
	{"number-lines.md", "", "x 7443\n"},
	{"glued-numbers.md", "", "7443x"},
	{"headings.md", "", "# a to b 443\n| Port |\n|---|\n| 443 |\n"},
	{"brackets.csv", "source,port\n\"", "(a "},
	{"columns.csv", strings.Repeat("x,", 2000) + "port\n", "443,"},
	{"blanks.csv", "source,destination,protocol,port\na,b,tcp,1\n", ",,tcp,443\n"},
	{"footnotes.md", "| Port | Purpose |\n|---|---|\n| 443 | x※1 |\n", "※1 x\n"},
	{"marks.csv", "source,port\n\"a", "※1"},
	{"commas.csv", "port,protocol,purpose\n443,tcp,\"", "if you use it, "},
}

// TestHostile drafts documents of two sizes: the work grows in proportion.
func TestHostile(t *testing.T) {
	size := 128 << 10
	if testing.Short() {
		size /= 4
	}
	for _, h := range hostile {
		quarter, whole := allocated(t, h, size/4), allocated(t, h, size)
		if whole > 8*quarter+1<<20 { // 4 in proportion, and some for what grows by steps
			t.Errorf("%s: %d bytes of memory for %d bytes, and %d for a quarter of them", h.name, whole, size, quarter)
		}
	}
}

// allocated returns the memory that drafting a hostile document of some size
// takes in all. It grows with the work, and unlike time it does not depend on
// what else the machine does.
func allocated(t *testing.T, h hostileDocument, size int) uint64 {
	t.Helper()
	content := h.start + strings.Repeat(h.repeat, size/len(h.repeat))
	d, err := source.Read(h.name, strings.NewReader(content), source.Options{MaxItems: 4 * size})
	if err != nil {
		t.Fatalf("%s: %v", h.name, err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = draft.Make(d, draft.Options{Product: "kiln", Language: "en", Languages: []string{"en"}})
	runtime.ReadMemStats(&after)
	if err != nil && !errors.Is(err, draft.ErrNoRows) {
		t.Errorf("%s: %v", h.name, err)
	}
	return after.TotalAlloc - before.TotalAlloc
}
