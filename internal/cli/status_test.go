package cli

import (
	"strings"
	"testing"
)

// TestStatus holds what the README promises to scripts: findings and errors
// have exit statuses of their own.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		args string
		want int
	}{
		{"products", 0},
		{"--help", 0},
		{"validate ../../examples/inhouse", 0},
		{"diff builtin builtin --exit-code", 0},
		{"diff testdata/diff/old.json testdata/diff/new.json", 0},
		{"lookup 9/udp", 0},
		{"diff testdata/diff/old.json testdata/diff/new.json --exit-code", 1},
		{"validate testdata/invalid", 1},
		{"parity --product apex-central", 1},
		{"parity --product itms", 2},
		{"validate testdata/none", 2},
		{"products --catalog testdata/invalid", 2},
		{"diff builtin testdata/none.json --exit-code", 2},
		{"diff builtin builtin --exit-code --output /nonexistent/x.md", 2},
		{"show nonsense", 2},
		{"show", 2},
		{"products --nonsense", 2},
		{"nonsense", 2},
	} {
		if status, _, stderr := portbookRun(t, nil, strings.Fields(c.args)...); status != c.want {
			t.Errorf("portbook %s: exit %d, want %d; %s", c.args, status, c.want, stderr)
		}
	}
}
