package cli

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/portbook/portbook/internal/cli/phrase"
)

// standard is the name of standard input and output where a command takes the
// name of a file.
const standard = "-"

// open opens a file for reading, or standard input.
func (a *app) open(name string) (fs.File, error) {
	if name != standard {
		return os.Open(name)
	}
	if a.stdin == nil {
		return nil, failure(phrase.ErrorStandardInput)
	}
	content, err := io.ReadAll(a.stdin)
	a.stdin = nil
	return newInput(content), err
}

// input is what standard input holds, as a file.
type input struct {
	*bytes.Reader
}

func newInput(content []byte) input { return input{bytes.NewReader(content)} }

func (input) Close() error                 { return nil }
func (i input) Stat() (fs.FileInfo, error) { return i, nil }
func (input) Name() string                 { return standard }
func (input) Mode() fs.FileMode            { return 0o444 }
func (input) ModTime() time.Time           { return time.Time{} }
func (input) IsDir() bool                  { return false }
func (input) Sys() any                     { return nil }

// overlay is a file system in which one name is standard input.
type overlay struct {
	fs.FS
	name    string
	content []byte
}

// overlay puts standard input over a file system.
func (a *app) overlay(fsys fs.FS, name string) (fs.FS, error) {
	f, err := a.open(standard)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(f)
	return overlay{fsys, name, content}, err
}

func (o overlay) Open(name string) (fs.File, error) {
	if name == o.name {
		return newInput(o.content), nil
	}
	return o.FS.Open(name)
}
