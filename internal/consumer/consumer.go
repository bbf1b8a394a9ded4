// Package consumer finds the programs that tests hand reports to: a browser, a spreadsheet program.
package consumer

import (
	"os"
	"os/exec"
	"testing"
)

// Program returns the path of the first of the named programs that is installed. A test skips without one, and says so;
// where PORTBOOK_CONSUMERS is "required", as in .ci/run, it fails instead.
func Program(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("PORTBOOK_CONSUMERS") == "required" {
		t.Fatalf("none of %v is installed, and PORTBOOK_CONSUMERS is \"required\"", names)
	}
	t.Skipf("skipped: none of %v is installed (.ci/run installs them)", names)
	return ""
}
