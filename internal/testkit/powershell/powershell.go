// Package powershell reads PowerShell scripts with a parser of somebody else.
package powershell

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/portbook/portbook/internal/testkit/consumer"
)

//go:embed reader
var reader embed.FS

// Script is what a script has.
type Script struct {
	Errors  []string // of syntax
	Shape   string   // the syntax tree, without the texts of strings
	Strings []string // the texts of strings in which nothing is expanded
}

// Read parses scripts by tree-sitter, which it installs. The test skips where it
// cannot be installed: see [consumer.Missing].
func Read(t *testing.T, scripts ...[]byte) []Script {
	t.Helper()
	dir := t.TempDir()
	files, err := fs.Sub(reader, "reader")
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	install := exec.Command(consumer.Program(t, "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		consumer.Missing(t, "the parser of PowerShell cannot be installed: "+err.Error()+"\n"+string(out))
	}
	names := make([]string, len(scripts))
	for i, script := range scripts {
		names[i] = filepath.Join(dir, fmt.Sprintf("%d.ps1", i))
		if err := os.WriteFile(names[i], script, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	var output, messages bytes.Buffer
	parse := exec.Command(consumer.Program(t, "node"), "read.mjs")
	parse.Dir, parse.Stdin, parse.Stdout, parse.Stderr = dir, bytes.NewReader(input), &output, &messages
	if err := parse.Run(); err != nil {
		t.Fatalf("read.mjs: %v\n%s", err, messages.String())
	}
	var list []Script
	if err := json.Unmarshal(output.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}
