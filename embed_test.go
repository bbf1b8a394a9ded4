package portbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook"
)

func goCommand(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// TestDependencies keeps the root package on the standard library, and Japanese and x/text out of programs that do not ask
// for them.
func TestDependencies(t *testing.T) {
	const module = "github.com/portbook/portbook"
	allowed := map[string]bool{module: true, module + "/internal/host": true, module + "/internal/portset": true, module + "/internal/sparse": true, module + "/internal/table": true}
	deps := goCommand(t, "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", module)
	for _, dep := range strings.Fields(deps) {
		if !allowed[dep] {
			t.Errorf("the root package depends on %s", dep)
		}
	}
}

// TestEmbedding builds a program with and without the catalog: importing it runs
// no initialization, and adds at most 100 KiB of code and 1 KiB for each flow.
// Both programs have net/netip.
func TestEmbedding(t *testing.T) {
	_, base := buildProgram(t, "base")
	program, size := buildProgram(t, "lookup")
	growth := size - base
	t.Logf("the catalog adds %d bytes", growth)
	if most := int64(100+portbook.Flows().Len()) << 10; growth <= 0 || growth > most {
		t.Errorf("the catalog adds %d bytes, want more than 0 and at most %d", growth, most)
	}
	checkNoInit(t, program, "apex-central/web-service/officescan 4343/tcp")
}

// TestLocalizedEmbedding checks that importing package i18n runs no
// initialization of this module either.
func TestLocalizedEmbedding(t *testing.T) {
	program, _ := buildProgram(t, "localized")
	checkNoInit(t, program, "一元管理")
}

func buildProgram(t *testing.T, name string) (program string, size int64) {
	t.Helper()
	program = filepath.Join(t.TempDir(), name+".exe")
	goCommand(t, "build", "-o", program, "./testdata/embed/"+name)
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	return program, info.Size()
}

// checkNoInit runs a program that prints a text, and checks that no package of
// this module has an initialization.
func checkNoInit(t *testing.T, program, prints string) {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	trace := string(out)
	if !strings.Contains(trace, "init runtime @") || !strings.Contains(trace, prints) {
		t.Fatalf("the program does not print what it should:\n%s", trace)
	}
	if strings.Contains(trace, "init github.com/portbook") {
		t.Errorf("importing the package runs initialization:\n%s", trace)
	}
}
