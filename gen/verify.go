package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/ingest/verify"
	"github.com/portbook/portbook/internal/table"
	"github.com/spf13/cobra"
)

// recordFolder holds a record of each document.
const recordFolder = "data/rows"

// statusUnreadable is the exit status when a document cannot be read.
const statusUnreadable = 2

func verifyCommand(root *string) *cobra.Command {
	var format, encoding string
	var record bool
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Compare the data with copies of the documents that it was taken from",
		Long: `verify compares each document that the data names a file of, and that DIR holds, with what it said when the data was written,
and the data with the rows that did not change. It prints rows that are new, gone, changed or renumbered, headings and text that
changed, and numbers that look like ports and that the data does not have.

The exit status is 0 when nothing differs, 1 when something does, and 2 when a document cannot be read.

When the data is up to date again, --record keeps what the documents say now: fingerprints, no text.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("unknown format %q (accepted: text, json)", format)
			}
			v := verifier{root: *root, folder: args[0], encoding: encoding, out: cmd.OutOrStdout(), record: record}
			return v.run(format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringVar(&encoding, "encoding", "", "encoding of the documents, such as shift_jis (default: UTF-8, or what a document says)")
	cmd.Flags().BoolVar(&record, "record", false, "keep what the documents say now")
	return cmd
}

type verifier struct {
	root, folder, encoding string
	out                    io.Writer
	record                 bool
}

// verdict is what came of a document.
type verdict struct {
	Document    string              `json:"document"`
	File        string              `json:"file"`
	Rows        int                 `json:"rows"`    // that were read
	Error       string              `json:"error"`   // why it could not be read; empty when it could
	Missing     bool                `json:"missing"` // the folder does not hold it
	Differences []verify.Difference `json:"differences"`
}

func (v verifier) run(format string) error {
	data, t, err := compile(os.DirFS(v.root))
	if err != nil {
		return err
	}
	if info, err := os.Stat(v.folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is no folder of documents", v.folder)
	}
	files := data.Files()
	var list []verdict
	for i, d := range t.Documents {
		if file := files[t.Name(d.ID)]; file != "" {
			list = append(list, v.document(t, i, file))
		}
	}
	if format == "json" {
		e := json.NewEncoder(v.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		err = e.Encode(list)
	} else {
		err = v.print(list)
	}
	if err != nil {
		return err
	}
	return status(list, v.folder)
}

// status returns the error that ends the program, if any.
func status(list []verdict, folder string) error {
	read, differ := 0, 0
	for _, x := range list {
		switch {
		case x.Error != "":
			return errStatus(statusUnreadable)
		case !x.Missing:
			read++
			differ += len(x.Differences)
		}
	}
	if read == 0 {
		return fmt.Errorf("%s holds none of the documents that the data names", folder)
	}
	if differ > 0 {
		return errStatus(1)
	}
	return nil
}

// document reads and compares a document.
func (v verifier) document(t *table.Table, i int, file string) verdict {
	x := verdict{Document: t.Name(t.Documents[i].ID), File: file, Differences: []verify.Difference{}}
	d, err := readDocument(filepath.Join(v.folder, file), source.Options{Encoding: v.encoding})
	if errors.Is(err, fs.ErrNotExist) {
		x.Missing = true
		return x
	}
	if err == nil {
		x.Rows = len(d.Rows)
		x.Differences, err = v.compare(t, i, d)
	}
	if err != nil {
		x.Error = err.Error()
	}
	return x
}

func readDocument(name string, o source.Options) (source.Document, error) {
	f, err := os.Open(name)
	if err != nil {
		return source.Document{}, err
	}
	defer f.Close()
	return source.Read(name, f, o)
}

// compare compares a document with its record, or makes the record.
func (v verifier) compare(t *table.Table, i int, d source.Document) ([]verify.Difference, error) {
	id := t.Name(t.Documents[i].ID)
	name := filepath.Join(v.root, filepath.FromSlash(recordName(id)))
	if v.record {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return nil, err
		}
		comment := "What " + id + " said when its data was written: headings, and fingerprints of cells and of other text.\nWritten by go run ./gen verify --record DIR."
		if err := write(name, verify.RecordOf(d).Format(comment)); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: it is written by go run ./gen verify --record DIR", recordName(id))
	} else if err != nil {
		return nil, err
	}
	record, err := verify.ParseRecord(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", recordName(id), err)
	}
	return append([]verify.Difference{}, verify.Compare(record, d, verify.FactsOf(t, i))...), nil
}

func recordName(document string) string { return path.Join(recordFolder, document+".txt") }

// print prints the verdicts for people.
func (v verifier) print(list []verdict) error {
	var b strings.Builder
	for _, x := range list {
		switch {
		case x.Missing:
			fmt.Fprintf(&b, "%s: %s is not there\n", x.Document, x.File)
		case x.Error != "":
			fmt.Fprintf(&b, "%s: %s\n", x.Document, x.Error)
		case len(x.Differences) == 0:
			fmt.Fprintf(&b, "%s: no difference (%d rows of %s)\n", x.Document, x.Rows, x.File)
		case len(x.Differences) == 1:
			fmt.Fprintf(&b, "%s: 1 difference (%s)\n", x.Document, x.File)
		default:
			fmt.Fprintf(&b, "%s: %d differences (%s)\n", x.Document, len(x.Differences), x.File)
		}
		for _, d := range x.Differences {
			fmt.Fprintf(&b, "    %s\n", d)
		}
	}
	_, err := io.WriteString(v.out, b.String())
	return err
}
