package draft_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/portset"
)

// places are documents with a number, N, somewhere.
var places = map[string]string{
	"prose":               "Lamps talk on N.\n\n%s",
	"prose below":         "%s\n\nWhoever is late uses N instead\n",
	"sentence about port": "%s\n\nAlso allow TCP port N.\n",
	"bullet":              "%s\n\n* the gate uses N at night\n",
	"bullet with a name":  "%s\n\n- Gate: N\n",
	"quotation":           "%s\n\n> Keepers open N.\n",
	"heading":             "## Lamps on N\n\n%s",
	"code":                "%s\n\n```\nlisten N\n```\n",
	"Japanese prose":      "%s\n\n門はN番ポートを使います。\n",
	"Japanese, no noun":   "%s\n\n門ではNを開けます。\n",
	"footnote":            "%s\n\n※1 夜間はNも使用\n",
	"row without head":    "%s\n\n| Gate | N |\n",
	"table without head":  "%s\n\n|---|---|\n| Gate | N |\n| Yard | x |\n",
	"unknown column":      "%s\n\n| Lamp | Oil | Protocol | Destination |\n|---|---|---|---|\n| a | N | TCP | Kiln |\n",
	"second port column":  "%s\n\n| Default port | Hosted port | Protocol |\n|---|---|---|\n| 7443 | N | TCP |\n",
	"purpose":             "%s\n\n| Port | Protocol | Purpose |\n|---|---|---|\n| 7443 | TCP | Firing, also N |\n",
	"remarks":             "%s\n\n| Port | Protocol | Remarks |\n|---|---|---|\n| 7443 | TCP | N before spring |\n",
	"service":             "%s\n\n| Port | Protocol | Service Name |\n|---|---|---|\n| 7443 | TCP | kilnd on N |\n",
	"direction":           "%s\n\n| Port | Protocol | Direction |\n|---|---|---|\n| 7443 | TCP | Inbound N |\n",
	"source port":         "%s\n\n| Port | Protocol | Source port |\n|---|---|---|\n| 7443 | TCP | N |\n",
	"end":                 "%s\n\n| Port | Protocol | Destination |\n|---|---|---|\n| 7443 | TCP | Kiln on N |\n",
	"port sentence":       "%s\n\n| Port | Protocol | Purpose |\n|---|---|---|\n| 7443, or for lamps N | TCP | Firing |\n",
	"refused cell":        "%s\n\n| Port | Protocol | Purpose |\n|---|---|---|\n| kiln N kiln | TCP | Firing |\n",
	"denied row":          "%s\n\n| Port | Protocol | Action |\n|---|---|---|\n| N | TCP | deny |\n| 7443 | TCP | allow |\n",
	"head of a column":    "%s\n\n| Port | Protocol | Lamps on N |\n|---|---|---|\n| 7443 | TCP | x |\n",
	"shifted row":         "%s\n\n| Component | Protocol | Direction | Port |\n|---|---|---|---|\n| Kiln | TCP | N | |\n",
	"list entry":          "%s\n\n- Source: Kiln\n- Destination: Gate\n- Details: on N\n",
	"text table":          "%s\n\n<table><tr><td>Gate N</td></tr></table>\n",
	"aligned":             "%s\n\nlamp      oil\ngate      N\n",
	"definition":          "%s\n\nGate:: opens N\n",
	"glued":               "%s\n\nPort Purpose N Firing\n",
	"slash":               "%s\n\nGate tcp/N\n",
	"protocol in front":   "%s\n\nGate TCPN and more\n",
	"bare bullets":        "%s\n\nPorts of the gate:\n\n- 7443 Door\n- N Bell\n- 7444 UNASSIGNED\n",
	"unused bullet":       "%s\n\nPorts of the gate:\n\n- 7443 Door\n- N unassigned\n- 7444 Bell\n",
	"port of its own":     "%s\n\nPort N\nThis port opens the gate for all potters.\n",
	"rows with spaces":    "%s\n\nSource Destination Port Description\nPotter Kiln 7443 Door\nPotter Kiln N Bell\n",
	"between such rows":   "%s\n\nPort Protocol Purpose\n7443 TCP Door\nopens N for\n7444 TCP Bell\n",
	"below such a row":    "%s\n\nComponent Port Direction\nGate 7443/tcp\n  - Potter -> Gate N\n",
	"two columns":         "%s\n\nProtocol Port\nDoor 7443\nBell N\nGate 7444\n",
	"broken sentence":     "%s\n\nSet the option \"Specify the port of the gate\" first. The default setting is\nN.\n",
	"second sentence":     "%s\n\nThe gate listens on TCP 7443. It also rings on N at night.\n",
	"in brackets":         "%s\n\n| Protocol in use | Destination |\n|---|---|\n| SMB (7443/TCP) | Kiln |\n| RPC (7444, N/TCP) | Kiln |\n",
	"direction of an end": "%s\n\n| Port | Protocol | Direction |\n|---|---|---|\n| 7443 | TCP | Inbound to gate N |\n",
}

const base = "| Source | Destination | Protocol | Port |\n|---|---|---|---|\n| Potter | Kiln | TCP | 7001 |\n"

// TestEveryNumber puts a number into every kind of place: it is in a flow, or
// in the report with its line, also where nothing else is read.
func TestEveryNumber(t *testing.T) {
	const number = "41873"
	for name, place := range places {
		for _, table := range []string{base, "Nothing here.\n"} {
			content := strings.ReplaceAll(fmt.Sprintf(place, table), "N", number)
			content = strings.ReplaceAll(content, "\n"+number+"othing", "\nNothing")
			content = strings.ReplaceAll(content, number+"othing", "Nothing")
			content = strings.ReplaceAll(content, number+"ame", "Name")
			made, err := makeDraft(t, "kiln.md", content)
			if err != nil && !errors.Is(err, draft.ErrNoRows) {
				t.Fatal(err)
			}
			if missing := unaccounted(t, content, made); len(missing) > 0 {
				t.Errorf("%s: %q is lost:\n%s\n%v", name, missing, content, made.Report.Messages)
			}
		}
	}
}

var bare = regexp.MustCompile(`[0-9]+`)

// unaccounted returns the numbers of more than 1000 in a document that are
// neither in a flow nor in the report with their line. It knows nothing of
// what is not a port: its documents have none of that.
func unaccounted(t testing.TB, content string, d draft.Draft) []string {
	t.Helper()
	in := map[int]bool{}
	for _, f := range dataOf(t, d).Flows {
		for _, text := range []string{f.Ports, f.SourcePorts} {
			set, err := portset.Parse(text)
			if err != nil {
				continue
			}
			for lo, hi := range set.All() {
				in[int(uint16(lo))], in[int(uint16(hi))] = true, true
			}
		}
	}
	var missing []string
	for i, line := range strings.Split(content, "\n") {
		for _, digits := range bare.FindAllString(line, -1) {
			n, _ := strconv.Atoi(digits)
			if n < 1000 || n > 65535 || in[n] {
				continue
			}
			told := slices.ContainsFunc(d.Report.Messages, func(m draft.Message) bool {
				return slices.Contains(m.Lines, strconv.Itoa(i+1)) || strings.Contains(m.Text, digits) // a heading has the line of its rows
			})
			if !told {
				missing = append(missing, digits)
			}
		}
	}
	return missing
}

// TestNoPorts holds what is recognized as no port: it is not reported.
func TestNoPorts(t *testing.T) {
	for _, text := range []string{
		"Version 7.10.2 of 2026-04-01 needs 512 MB and 20 seconds.", "See 192.0.2.14 and 2001:db8::7, or gate7.kiln.example.com.", "Windows Server 2019 and SQL Server 2022.",
		"2023年4月1日に5分で設定した。", "See step 12 of table 3, [4] and RFC 6335.", "About 1,500 plates, 30 users and 12 hours.", "12. Fire the kiln.",
	} {
		made, err := makeDraft(t, "kiln.md", base+"\n"+text+"\n")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made.Report.Messages {
			t.Errorf("%q: %v", text, m)
		}
	}
}

// TestLooksRead holds lines whose numbers would be lost in silence if a port of
// another row, or a mark of a footnote, were enough to explain them.
func TestLooksRead(t *testing.T) {
	for _, text := range []string{"7001 TCP Bell of the yard", "Bell TCP 7001", "bell.kiln.example.com 7001", "Shows pages by HTTP (80)", "Rings by SSH (22), too"} {
		made, err := makeDraft(t, "kiln.md", base+"\n"+text+"\n")
		if err != nil {
			t.Fatal(err)
		}
		if len(made.Report.Messages) == 0 {
			t.Errorf("%q beside a row with the port 7001: no message", text)
		}
	}
	made, err := makeDraft(t, "kiln.md", base+"\nThe port 7001 is described above.\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range made.Report.Messages {
		t.Errorf("a sentence about the port of a row: %v", m)
	}
}

// FuzzMake drafts documents of any kind: none makes it fail, the summary adds up,
// and no number is lost.
func FuzzMake(f *testing.F) {
	names, err := filepath.Glob("testdata/kinds/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if content, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, ".golden") {
			f.Add(strings.TrimPrefix(filepath.Ext(name), "."), content)
		}
	}
	f.Fuzz(func(t *testing.T, ext string, content []byte) {
		d, err := source.Read("kiln."+ext, bytes.NewReader(content), source.Options{MaxItems: 20_000, MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		made, err := draft.Make(d, draft.Options{Product: "kiln", Language: "en", Languages: []string{"en", "ja"}})
		if err != nil && !errors.Is(err, draft.ErrNoRows) {
			t.Fatal(err)
		}
		if r := made.Report; r.Whole+r.Doubtful+r.Refused+r.Excluded != r.Rows {
			t.Errorf("%d rows: %d whole, %d doubtful, %d refused, %d excluded", r.Rows, r.Whole, r.Doubtful, r.Refused, r.Excluded)
		}
	})
}
