// Package sizes measures how large programs are that use parts of the library.
package sizes

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSizes builds three small programs for Linux on amd64, without symbols,
// and checks that none links much more than what it uses.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		program string
		most    float64 // MiB
	}{
		{"lookup", 2.0}, {"list", 4.1}, {"page", 9.1},
	} {
		file := filepath.Join(t.TempDir(), c.program)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, "./"+c.program)
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		size := float64(info.Size()) / (1 << 20)
		if t.Logf("%-6s %.2f MiB", c.program, size); size > c.most {
			t.Errorf("%s takes %.2f MiB, more than %.1f", c.program, size, c.most)
		}
	}
}
