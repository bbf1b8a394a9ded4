package probe

import (
	"errors"
	"slices"
	"strings"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
)

// results are what a test can find, by the variables of the scripts.
var results = []struct {
	variable string
	label    label.Label
}{
	{"open", label.ProbeOpen},
	{"refused", label.ProbeRefused},
	{"no_answer", label.ProbeNoAnswer},
	{"unreachable", label.ProbeUnreachable},
	{"unknown_name", label.ProbeUnknownName},
	{"not_refused", label.ProbeNotRefused},
	{"untested", label.ProbeUntested},
}

// table is a script's table, laid out: every text in it is final.
type table struct {
	head    string
	tests   []test
	rows    []string // of the tests, what follows the result
	results []string // labels of equal width, as in results
}

// layout lays out a table for terminals whose characters of ambiguous width
// are narrow.
func layout(tests []test, w label.Words) table {
	const ambiguous = 1
	heads := [4]string{w.Text(label.PlanDestinationHost), w.Text(label.PlanDestinationAddress), w.Text(label.ColumnPorts), w.Text(label.ColumnPurpose)}
	var widths [4]int
	measure := func(cells [4]string) {
		for i := range cells {
			widths[i] = max(widths[i], wrap.Columns(cells[i], ambiguous))
		}
	}
	line := func(cells [4]string) string {
		var b strings.Builder
		for i := range cells[:3] {
			b.WriteString(wrap.Pad(cells[i], widths[i]+2, ambiguous))
		}
		return b.String() + cells[3]
	}
	measure(heads)
	t := table{tests: tests}
	for i := range tests {
		for j, cell := range tests[i].cells {
			tests[i].cells[j] = printable.Text(cell)
		}
		measure(tests[i].cells)
	}
	for i := range tests {
		t.rows = append(t.rows, line(tests[i].cells))
	}
	result := wrap.Columns(w.Text(label.ProbeResult), ambiguous)
	for _, r := range results {
		result = max(result, wrap.Columns(w.Text(r.label), ambiguous))
	}
	for _, r := range results {
		t.results = append(t.results, wrap.Pad(w.Text(r.label), result+2, ambiguous))
	}
	t.head = wrap.Pad(w.Text(label.ProbeResult), result+2, ambiguous) + line(heads)
	return t
}

// script is what the scripts of both shells say.
type script struct {
	table
	intro []string // comments
	words label.Words
}

// newScript gathers what a script says for a policy, which has to be that of a
// host.
func newScript(p *firewall.Policy) (*script, error) {
	host, ok := p.Host()
	if !ok {
		return nil, errors.New("probe: the policy is that of a gateway (expected: that of a host)")
	}
	list, _ := tests(p) // the table lists the gaps
	words := label.In(p.Localizer())
	intro := append(p.Preamble(nil), words.Fill(label.ProbeTitle, "host", host.Name()), words.Text(label.ProbeHow))
	return &script{layout(list, words), intro, words}, nil
}

// remarks returns the lines that follow a table.
func (t *script) remarks() (list []string) {
	if len(t.tests) == 0 {
		list = append(list, t.words.Text(label.ProbeNothing))
	}
	if slices.ContainsFunc(t.tests, func(x test) bool { return x.kind == udp }) {
		list = append(list, t.words.Text(label.ProbeUDPHint))
	}
	return list
}
