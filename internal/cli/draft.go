package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/spf13/cobra"
	"golang.org/x/text/language"
)

// drafter is the command that makes a catalog of a document.
type drafter struct {
	dir, encoding, report string
	fields                []string
	options               draft.Options
}

func (a *app) draftCommand() *cobra.Command {
	d := &drafter{}
	cmd := &cobra.Command{
		Use:   "draft FILE",
		Short: "Make a catalog to edit of a vendor's document",
		Long: "Read a document (Markdown, HTML, AsciiDoc, text, CSV, TSV or XLSX, in English or Japanese) and write a catalog folder to edit:\n" +
			"what cells state is filled in with its citation, what they do not state is marked as inferred, and every text but the names\n" +
			"that were read is to be written. Every number that could be a port is in a flow, or in the report on standard error.\n\n" +
			"No file is overwritten. Then portbook validate names what is left to write. The exit status is 1 when no row could be read.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := a.localizer()
			if err != nil {
				return err
			}
			if base, _ := l.Language().Base(); base.String() == "ja" {
				d.options.ReportLanguage = "ja"
			}
			return d.run(cmd, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&d.options.Product, "product", "", "id of the product: lower-case words joined by hyphens (required)")
	f.StringVar(&d.dir, "output", "", "folder of the catalog (default: the id of the product)")
	f.StringVar(&d.options.Language, "document-lang", "", "language of the document, as a BCP 47 tag (default: ja where it has Japanese characters, else en)")
	f.StringVar(&d.options.Vendor, "vendor", "", "name of the vendor (default: the id of the product)")
	f.StringVar(&d.options.URL, "url", "", "address of the document")
	f.StringVar(&d.encoding, "encoding", "", "encoding of the document, such as shift_jis (default: UTF-8, or what the document says)")
	f.StringVar(&d.report, "report", "", "write the report to this file, as JSON")
	f.StringArrayVar(&d.fields, "field", nil, "what a heading means, as in \"Dst=ports\" (repeat for more): "+strings.Join(fieldNames(), ", "))
	if err := cmd.MarkFlagRequired("product"); err != nil {
		panic(err) // the flag is defined above
	}
	complete(cmd, "field", fieldNames)
	return cmd
}

func fieldNames() []string {
	var list []string
	for _, f := range source.Fields() {
		list = append(list, string(f))
	}
	return list
}

func (d *drafter) run(cmd *cobra.Command, name string) error {
	if err := checkNewProduct(d.options.Product); err != nil {
		return err
	}
	o := source.Options{Encoding: d.encoding, Fields: map[string]source.Field{}}
	for _, f := range d.fields {
		heading, field, ok := strings.Cut(f, "=")
		if !ok || !slices.Contains(fieldNames(), field) {
			return fmt.Errorf("malformed field %q (expected: a heading, =, and one of %s)", f, strings.Join(fieldNames(), ", "))
		}
		o.Fields[heading] = source.Field(field)
	}
	document, err := readDocument(name, o)
	if err != nil {
		return err
	}
	if err := d.languages(document); err != nil {
		return err
	}
	d.options.File = filepath.Base(name)
	made, draftErr := draft.Make(document, d.options)
	if err := d.write(cmd, made); err != nil {
		return err
	}
	if errors.Is(draftErr, draft.ErrNoRows) {
		return findings(fmt.Sprintf("%s: %s", name, message(draftErr)))
	}
	if draftErr != nil {
		return fmt.Errorf("%s: %w", name, draftErr)
	}
	return nil
}

// languages checks the language of the document, and finds out in which
// languages texts are to be written: in that one, and in those that the folder
// has.
func (d *drafter) languages(document source.Document) error {
	if d.options.Language == "" {
		d.options.Language = "en"
		if isJapanese(document) {
			d.options.Language = "ja"
		}
	}
	if tag, err := language.Parse(d.options.Language); err != nil || tag.String() != d.options.Language {
		return fmt.Errorf("malformed language %q (expected: a BCP 47 tag in canonical form, such as ja or pt-BR)", d.options.Language)
	}
	if d.dir == "" {
		d.dir = d.options.Product
	}
	if d.options.Languages = dataset.Read(os.DirFS(d.dir)).Languages(); !slices.Contains(d.options.Languages, d.options.Language) {
		d.options.Languages = append(d.options.Languages, d.options.Language)
	}
	return nil
}

// isJapanese reports whether many lines of a document have kana.
func isJapanese(d source.Document) bool {
	kana := func(s string) bool {
		return strings.IndexFunc(s, func(c rune) bool { return c >= 0x3041 && c <= 0x30ff || c >= 0xff66 && c <= 0xff9d }) >= 0
	}
	n, all := 0, 0
	count := func(s string) {
		if all++; kana(s) {
			n++
		}
	}
	for _, line := range d.Prose {
		count(line.Text)
	}
	for _, row := range d.Rows {
		for _, c := range row.Cells {
			count(c.Text)
			count(c.Heading)
		}
	}
	return 10*n > all
}

// write writes the report and the files, unless one of them is there.
func (d *drafter) write(cmd *cobra.Command, made draft.Draft) error {
	if taken := existing(d.dir, made.Files); len(taken) > 0 {
		return fmt.Errorf("nothing is written, as there is already: %s (expected: another --output, or another --product)", strings.Join(taken, ", "))
	}
	if d.report != "" {
		err := outfile.Write(d.report, func(w io.Writer) error { return writeReport(w, made.Report) })
		if err != nil {
			return err
		}
	}
	for _, m := range made.Report.Messages {
		if _, err := fmt.Fprintln(cmd.ErrOrStderr(), m.Line(d.options.ReportLanguage)); err != nil {
			return err
		}
	}
	if len(made.Files) > 0 {
		if err := d.addSchemas(made.Files); err != nil {
			return err
		}
		if err := catalog.WriteFiles(d.dir, made.Files); err != nil {
			return fmt.Errorf("cannot write to %s: %w", d.dir, err)
		}
		if _, err := io.WriteString(cmd.OutOrStdout(), written(d.dir, made.Files)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), made.Report.Summary(d.options.ReportLanguage))
	return err
}

// addSchemas adds the schemas by which editors complete the files, where the
// folder lacks them.
func (d *drafter) addSchemas(files map[string][]byte) error {
	schemas, err := dataset.Schemas()
	if err != nil {
		return err
	}
	for name, content := range schemas {
		if len(existing(d.dir, map[string][]byte{name: nil})) == 0 {
			files[name] = content
		}
	}
	return nil
}

func writeReport(w io.Writer, r draft.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func readDocument(name string, o source.Options) (source.Document, error) {
	f, err := os.Open(name)
	if err != nil {
		return source.Document{}, err
	}
	defer f.Close()
	d, err := source.Read(name, f, o)
	if errors.Is(err, source.ErrTooLarge) {
		return d, fmt.Errorf("%w: split the document", err)
	}
	return d, err
}
