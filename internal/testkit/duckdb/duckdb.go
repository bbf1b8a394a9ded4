// Package duckdb computes by SQL what tests compare with.
package duckdb

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/portbook/portbook/internal/testkit/consumer"
)

//go:embed runner
var runner embed.FS

// DB runs SQL.
type DB struct {
	t    testing.TB
	dir  string
	node string
}

// New installs DuckDB for a test, which skips where it cannot be installed: see
// [consumer.Missing].
func New(t testing.TB) *DB {
	t.Helper()
	npm, node := consumer.Program(t, "npm"), consumer.Program(t, "node")
	dir := t.TempDir()
	files, err := fs.Sub(runner, "runner")
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	install := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		consumer.Missing(t, "DuckDB cannot be installed: "+err.Error()+"\n"+string(out))
	}
	return &DB{t, dir, node}
}

// Query runs statements in an empty database by as many threads, and stores the
// rows of the last one, which are objects of JSON, in rows. It returns the
// processor time of the statements.
func (db *DB) Query(sql string, threads int, rows any) time.Duration {
	db.t.Helper()
	var output, messages bytes.Buffer
	run := exec.Command(db.node, "run.mjs")
	run.Env = append(os.Environ(), fmt.Sprint("THREADS=", threads))
	run.Dir, run.Stdin, run.Stdout, run.Stderr = db.dir, strings.NewReader(sql), &output, &messages
	if err := run.Run(); err != nil {
		db.t.Fatalf("DuckDB: %v\n%s", err, messages.String())
	}
	var got struct {
		Microseconds int64
		Rows         json.RawMessage
	}
	err := json.Unmarshal(output.Bytes(), &got)
	if err == nil {
		err = json.Unmarshal(got.Rows, rows)
	}
	if err != nil {
		db.t.Fatalf("DuckDB: %v in %.500s", err, output.String())
	}
	return time.Duration(got.Microseconds) * time.Microsecond
}
