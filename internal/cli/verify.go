package cli

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

	"github.com/portbook/portbook"
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
	var v verifier
	cmd := &cobra.Command{
		Use:   "verify DOCUMENTS",
		Short: "Compare data with copies of the documents that it was taken from",
		Long: "Compare each document that the data names a file of, and that the folder DOCUMENTS holds, with what it said when the data was\n" +
			"written, and the data with the rows that did not change: rows that are new, gone, changed or renumbered, headings and text\n" +
			"that changed, numbers that look like ports and that the data does not have, and what could not be read.\n\n" +
			"The exit status is 0 when nothing differs, 1 when something does, and 2 when a document cannot be read.\n\n" +
			"When the data is up to date again, --record keeps what the documents say now: fingerprints, no text.",
		Args: cobra.ExactArgs(1),
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
			if err := a.emit(cmd, func(w io.Writer) error { return writeVerdicts(w, list, o.Format) }); err != nil {
				return err
			}
			return status(list, v.folder)
		},
	}
	a.addFormats(cmd, verifyFormats)
	cmd.Flags().StringVar(&v.data, "data", ".", "folder that holds data/ and i18n/, over the built-in catalog or whole by itself")
	cmd.Flags().StringVar(&v.encoding, "encoding", "", "encoding of the documents, such as shift_jis (default: UTF-8, or what a document says)")
	cmd.Flags().BoolVar(&v.record, "record", false, "keep what the documents say now")
	return cmd
}

var verifyFormats = []report.Format{report.Text, report.JSON}

type verifier struct {
	data, folder, encoding string
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
	if info, err := os.Stat(v.folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder of documents", v.folder)
	}
	files := data.Files()
	list := []verdict{}
	for i, d := range t.Documents {
		if file := files[t.Name(d.ID)]; file != "" {
			list = append(list, v.document(t, i, file))
		}
	}
	return list, nil
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
		return nil, nil, fmt.Errorf("%s: %w", v.data, err)
	}
	return data, t, nil
}

// status returns the error that ends the program, if any.
func status(list []verdict, folder string) error {
	read, differ := 0, 0
	for _, x := range list {
		switch {
		case x.Error != "":
			return errors.New("a document could not be compared")
		case !x.Missing:
			read++
			differ += len(x.Differences)
		}
	}
	if read == 0 {
		return fmt.Errorf("%s holds none of the documents that the data names", folder)
	}
	if differ > 0 {
		return findings("")
	}
	return nil
}

// document reads and compares a document.
func (v verifier) document(t *table.Table, i int, file string) verdict {
	x := verdict{Document: t.Name(t.Documents[i].ID), File: file, Unread: []string{}, Differences: []verify.Difference{}}
	d, err := readDocument(filepath.Join(v.folder, file), source.Options{Encoding: v.encoding})
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
		x.Error = err.Error()
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
		return nil, fmt.Errorf("%s is missing: portbook verify --record writes it", recordName(id))
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

func writeVerdicts(w io.Writer, list []verdict, format report.Format) error {
	if format == report.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(list)
	}
	var b strings.Builder
	for _, x := range list {
		switch {
		case x.Missing:
			fmt.Fprintf(&b, "%s: %s is missing\n", x.Document, x.File)
		case x.Error != "":
			fmt.Fprintf(&b, "%s: %s\n", x.Document, x.Error)
		case len(x.Differences) == 0:
			fmt.Fprintf(&b, "%s: no difference (%d rows of %s%s)\n", x.Document, x.Rows, x.File, notRead(x))
		default:
			fmt.Fprintf(&b, "%s: %s (%s%s)\n", x.Document, count(len(x.Differences), "difference"), x.File, notRead(x))
		}
		for _, d := range x.Differences {
			fmt.Fprintf(&b, "    %s\n", d)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// notRead says how many parts of a document could not be read, though that is
// no difference; --format json lists them.
func notRead(x verdict) string {
	if len(x.Unread) == 0 {
		return ""
	}
	return "; " + count(len(x.Unread), "part") + " not read"
}
