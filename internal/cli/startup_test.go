package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestDrawingCostsOnlyWhoDraws runs the program where nothing needs to be
// drawn: the packages that draw are not initialized, temporary files have their
// place, and nothing is written.
func TestDrawingCostsOnlyWhoDraws(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("builds a program, and looks at folders of Unix")
	}
	program := filepath.Join(t.TempDir(), "portbook")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/portbook").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	home, temporary, work := t.TempDir(), t.TempDir(), t.TempDir()
	for _, args := range [][]string{{"ports", "80/tcp"}, {"flows", "--from", "scanmail"}, {"diagram", "--product", "scanmail"}} {
		cmd := exec.Command(program, args...)
		cmd.Dir = work
		cmd.Env = []string{"GODEBUG=inittrace=1", "HOME=" + home, "TMPDIR=" + temporary}
		var trace strings.Builder
		cmd.Stderr = &trace
		if err := cmd.Run(); err != nil {
			t.Fatalf("portbook %s: %v\n%s", strings.Join(args, " "), err, trace.String())
		}
		if !strings.Contains(trace.String(), "init runtime ") {
			t.Fatalf("the trace names no package:\n%s", trace.String())
		}
		if found := regexp.MustCompile(`init \S*(diagram|layered|graphviz|wazero|goja)\S* .*`).FindAllString(trace.String(), -1); len(found) > 0 {
			t.Errorf("portbook %s initializes what draws:\n%s", strings.Join(args, " "), strings.Join(found, "\n"))
		}
		for _, dir := range []string{home, temporary, work} {
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("portbook %s leaves %v in %s, %v", strings.Join(args, " "), left, dir, err)
			}
		}
	}
}
