// Package consumer finds the programs that tests open reports with and load
// rules into: a browser, a spreadsheet program, firewalls.
package consumer

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// variable is the environment variable that makes missing programs an error.
const variable = "PORTBOOK_CONSUMERS"

// Program returns the path of the first of the named programs that is
// installed. A test skips without one, and says so; where PORTBOOK_CONSUMERS is
// "required", as in .ci/run, it fails instead.
func Program(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, fmt.Sprintf("none of %v is installed", names))
	return ""
}

// Missing skips the test for want of something that Program cannot find, or
// fails it as Program does.
func Missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(variable) == "required" {
		t.Fatalf("%s, and %s is \"required\"", why, variable)
	}
	t.Skipf("skipped: %s (.ci/run installs it)", why)
}
