package nearest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOf(t *testing.T) {
	known := []string{"itms/package-server", "itms/task-server", "site/smtp-server", "scanmail/mcp-agent"}
	for _, c := range []struct {
		name string
		n    int
		want []string
	}{
		{"itms/pakage-server", 1, []string{"itms/package-server"}},
		{"task-serber", 1, []string{"itms/task-server"}},
		{"SMTP-Server", 1, []string{"site/smtp-server"}},
		{"zzz", 3, nil},
		{"package-server", 0, nil},
	} {
		if diff := cmp.Diff(c.want, Of(c.name, known, c.n)); diff != "" {
			t.Errorf("Of(%q, %d) (-want +got):\n%s", c.name, c.n, diff)
		}
	}
}
