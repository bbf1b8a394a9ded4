package cache_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	_ "github.com/portbook/portbook/diagram/graphviz"
)

// TestFolder starts a program that carries Graphviz: its machine code must not come from the folder that all users share, and
// the program must not notice.
func TestFolder(t *testing.T) {
	if os.Getenv("PORTBOOK_TEST_CHILD") != "" {
		os.Stdout.WriteString("temporary files in " + os.TempDir())
		return
	}
	if runtime.GOOS == "windows" {
		t.Skip("skipped: each user has a temporary folder")
	}
	for _, own := range []string{t.TempDir(), ""} { // where the user's cache is; empty for nowhere
		shared := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^TestFolder$")
		cmd.Env = []string{"PORTBOOK_TEST_CHILD=1", "TMPDIR=" + shared}
		if own != "" {
			cmd.Env = append(cmd.Env, "HOME="+own, "XDG_CACHE_HOME="+own)
		}
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "temporary files in "+shared) {
			t.Errorf("the program says %q, %v", out, err)
		}
		if found, _ := filepath.Glob(filepath.Join(shared, "*graphviz*")); len(found) > 0 {
			t.Errorf("the shared folder holds %v", found)
		}
		if own != "" && !holds(own, "go-graphviz") {
			t.Error("the user's own cache does not hold what was compiled")
		}
	}
}

// holds reports whether there is a folder of the given name anywhere in another one.
func holds(folder, name string) bool {
	found := false
	filepath.WalkDir(folder, func(_ string, d os.DirEntry, err error) error {
		found = found || err == nil && d.Name() == name
		return err
	})
	return found
}
