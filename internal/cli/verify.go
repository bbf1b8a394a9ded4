package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/ingest/verify"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

// recordFolder holds a record of each document.
const recordFolder = "data/rows"

func (a *app) verifyCommand() *cobra.Command {
	v := verifier{app: a}
	cmd := &cobra.Command{
		Use:   "verify DOCUMENTS | verify --document ID FILE",
		Short: a.say(phrase.HelpVerify),
		Long:  a.paragraphs(phrase.HelpVerify, phrase.AboutVerify, phrase.AboutVerifyStatus, phrase.AboutJSON),
		Args:  a.arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.options(verifyFormats)
			if err != nil {
				return err
			}
			if v.folder = args[0]; v.base == nil {
				if v.base, err = a.catalog(); err != nil {
					return err
				}
			}
			list, err := v.verdicts()
			if err != nil {
				return err
			}
			if err := a.emit(cmd, func(w io.Writer) error { return a.writeVerdicts(w, list, o.Format) }); err != nil {
				return err
			}
			return status(list, v.folder)
		},
	}
	a.addFormats(cmd, verifyFormats)
	cmd.Flags().StringVar(&v.data, "data", ".", a.say(phrase.FlagData))
	cmd.Flags().StringVar(&v.encoding, "encoding", "", a.say(phrase.FlagEncodingDocument))
	cmd.Flags().BoolVar(&v.record, "record", false, a.say(phrase.FlagRecord))
	cmd.Flags().StringVar(&v.only, "document", "", a.say(phrase.FlagDocument))
	a.addJSON(cmd, records{"", nil, fieldsOf(verdict{})})
	return cmd
}

var verifyFormats = []report.Format{report.Text, report.JSON}

type verifier struct {
	*app
	data, folder, encoding string
	only                   string            // the document that folder, a file in that case, is a copy of
	base                   *portbook.Catalog // that the data refers to
	record                 bool
}

// verdict is what came of a document.
type verdict struct {
	Document    string              `json:"document"`
	File        string              `json:"file"`
	Rows        int                 `json:"rows"`    // that were read
	Error       string              `json:"error"`   // why it could not be read; empty when it could
	Missing     bool                `json:"missing"` // the folder does not hold it
	Unread      []string            `json:"unread"`  // parts that could not be read, known or not
	Differences []verify.Difference `json:"differences"`
}

func (v verifier) verdicts() ([]verdict, error) {
	data, t, err := v.compile()
	if err != nil {
		return nil, err
	}
	if err := v.checkFolder(t); err != nil {
		return nil, err
	}
	files := data.Files()
	list := []verdict{}
	for i, d := range t.Documents {
		id := t.Name(d.ID)
		if v.only != "" {
			if id == v.only {
				list = append(list, v.document(t, i, v.folder, v.folder))
			}
			continue
		}
		if file := files[id]; file != "" {
			list = append(list, v.document(t, i, file, filepath.Join(v.folder, file)))
		}
	}
	return list, nil
}

// checkFolder checks that the argument is a folder, or with --document a file,
// and that the data has the document.
func (v verifier) checkFolder(t *table.Table) error {
	info, err := os.Stat(v.folder)
	isFile := v.folder == standard || err == nil && !info.IsDir()
	switch {
	case v.only == "" && isFile:
		return failure(phrase.ErrorDocumentMissing, "name", v.folder)
	case v.only == "" && err != nil:
		return failure(phrase.ErrorDocuments, "name", v.folder)
	case v.only == "":
		return nil
	case !isFile && err == nil:
		return failure(phrase.ErrorDocumentFolder, "id", v.only, "name", v.folder)
	}
	var known []string
	for _, d := range t.Documents {
		known = append(known, t.Name(d.ID))
	}
	if !slices.Contains(known, v.only) {
		return unknown(phrase.KindDocument, v.only, known)
	}
	return nil
}

// compile reads the data: a folder that has the product of all others, site, is
// whole by itself, as that of the repository is.
func (v verifier) compile() (*dataset.Source, *table.Table, error) {
	fsys := os.DirFS(v.data)
	var data *dataset.Source
	if _, err := fs.Stat(fsys, "data/site.yaml"); err == nil {
		data = dataset.Read(fsys)
	} else {
		base := dataset.FromTable(handle.Table(v.base), "the built-in catalog")
		data = dataset.ReadOver(fsys, dataset.Limits{}, base)
	}
	t, err := data.Compile()
	if err != nil {
		return nil, nil, failure(phrase.ErrorIn, "name", v.data, "error", err)
	}
	return data, t, nil
}

// status returns the error that ends the program, if any.
func status(list []verdict, folder string) error {
	read, differ := 0, 0
	for _, x := range list {
		switch {
		case x.Error != "":
			return failure(phrase.ErrorNotCompared)
		case !x.Missing:
			read++
			differ += len(x.Differences)
		}
	}
	if read == 0 {
		return failure(phrase.ErrorNoDocument, "name", folder)
	}
	if differ > 0 {
		return findings{}
	}
	return nil
}

// document reads and compares a document. path is where its file is.
func (v verifier) document(t *table.Table, i int, file, path string) verdict {
	x := verdict{Document: t.Name(t.Documents[i].ID), File: file, Unread: []string{}, Differences: []verify.Difference{}}
	d, err := v.readDocument(path, source.Options{Encoding: v.encoding})
	if errors.Is(err, fs.ErrNotExist) {
		x.Missing = true
		return x
	}
	if err == nil {
		x.Rows = len(d.Rows)
		for _, p := range d.Problems {
			x.Unread = append(x.Unread, p.String())
		}
		x.Differences, err = v.compare(t, i, d)
	}
	if err != nil {
		x.Error = wording(err, v.words)
	}
	return x
}

// compare compares a document with its record, or makes the record.
func (v verifier) compare(t *table.Table, i int, d source.Document) ([]verify.Difference, error) {
	id := t.Name(t.Documents[i].ID)
	name := filepath.Join(v.data, filepath.FromSlash(recordName(id)))
	if v.record {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return nil, err
		}
		comment := "What " + id + " said when its data was written: headings, and fingerprints of cells and of other text.\nWritten by portbook verify --record."
		text := verify.RecordOf(d).Format(comment)
		if err := outfile.Write(name, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failure(phrase.ErrorRecordMissing, "name", recordName(id))
	} else if err != nil {
		return nil, err
	}
	record, err := verify.ParseRecord(text)
	if err != nil {
		return nil, failure(phrase.ErrorIn, "name", recordName(id), "error", err)
	}
	return append([]verify.Difference{}, verify.Compare(record, d, verify.FactsOf(t, i))...), nil
}

func recordName(document string) string { return path.Join(recordFolder, document+".txt") }

func (a *app) writeVerdicts(w io.Writer, list []verdict, format report.Format) error {
	if format == report.JSON {
		return writeJSON(w, list)
	}
	var b strings.Builder
	for _, x := range list {
		b.WriteString(wording(x.summary(), a.words) + "\n")
		for _, d := range x.Differences {
			fmt.Fprintf(&b, "    %s\n", d)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// summary says in a line what came of a document. Parts that could not be read
// are no difference; --format json lists them.
func (x verdict) summary() error {
	unread := counted(len(x.Unread), phrase.CountPart, phrase.CountParts)
	n := counted(len(x.Differences), phrase.CountDifference, phrase.CountDifferences)
	say, unreadSay := phrase.SayDifferences, phrase.SayDifferencesUnread
	if len(x.Differences) == 0 {
		say, unreadSay = phrase.SayNoDifference, phrase.SayNoDifferenceUnread
	}
	switch {
	case x.Missing:
		return failure(phrase.SayMissingDocument, "document", x.Document, "file", x.File)
	case x.Error != "":
		return failure(phrase.ErrorIn, "name", x.Document, "error", x.Error)
	case len(x.Unread) > 0:
		say = unreadSay
	}
	return failure(say, "document", x.Document, "file", x.File, "rows", x.Rows, "n", n, "unread", unread)
}
