package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/spf13/cobra"
	"golang.org/x/text/language"
)

// drafter is the command that makes a catalog of a document.
type drafter struct {
	*app
	dir, report string
	fields      []string
	source      source.Options
	options     draft.Options
}

func (a *app) draftCommand() *cobra.Command {
	d := &drafter{app: a}
	cmd := &cobra.Command{
		Use:   "draft FILE",
		Short: a.say(phrase.HelpDraft),
		Long:  a.paragraphs(phrase.HelpDraft, phrase.AboutDraft, phrase.AboutDraftStatus),
		Args:  a.arguments(1, 1),
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
	f.StringVar(&d.options.Product, "product", "", a.say(phrase.FlagProductDraft))
	f.StringVarP(&d.dir, "output", "o", "", a.say(phrase.FlagOutputDraft))
	a.documentFlags(cmd, &d.source)
	f.StringVar(&d.options.Language, "document-lang", "", a.say(phrase.FlagDocumentLang))
	f.StringVar(&d.options.Vendor, "vendor", "", a.say(phrase.FlagVendor))
	f.StringVar(&d.options.URL, "url", "", a.say(phrase.FlagURL))
	f.StringVar(&d.report, "report", "", a.say(phrase.FlagReport))
	f.StringSliceVar(&d.fields, "field", nil, a.say(phrase.FlagField, "values", strings.Join(fieldNames(), ", ")))
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
	if d.options.Product == "" {
		return failure(phrase.ErrorProductMissing)
	}
	if err := checkNewProduct(d.options.Product); err != nil {
		return err
	}
	o, err := documentOptions(name, d.source)
	if err != nil {
		return err
	}
	o.Fields = map[string]source.Field{}
	for _, f := range d.fields {
		heading, name, ok := strings.Cut(f, "=")
		if !ok || heading == "" {
			return failure(phrase.ErrorField, "name", quoted(f), "known", strings.Join(fieldNames(), ", "))
		}
		field, err := choice(phrase.KindField, name, source.Fields())
		if err != nil {
			return err
		}
		o.Fields[heading] = field
	}
	document, err := d.readDocument(name, o)
	if err != nil {
		return err
	}
	if err := d.languages(document); err != nil {
		return err
	}
	d.options.File = filepath.Base(name)
	if name == standard { // the name under which verify will look for it
		d.options.File = d.options.Product + extensionOfDocument[o.Format]
	}
	made, draftErr := draft.Make(document, d.options)
	if err := d.write(cmd, made); err != nil {
		return err
	}
	if errors.Is(draftErr, draft.ErrNoRows) {
		return findings{[]error{failure(phrase.ErrorIn, "name", name, "error", draftErr)}}
	}
	if draftErr != nil {
		return failure(phrase.ErrorIn, "name", name, "error", draftErr)
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
		return failure(phrase.ErrorLanguageForm, "name", quoted(d.options.Language))
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
		return failure(phrase.ErrorExistsDraft, "names", strings.Join(taken, ", "))
	}
	if d.report == standard {
		if err := writeReport(cmd.OutOrStdout(), made.Report); err != nil {
			return err
		}
	} else if d.report != "" {
		err := outfile.Write(d.report, func(w io.Writer) error { return writeReport(w, made.Report) })
		if err != nil {
			return err
		}
	}
	said := cmd.OutOrStdout()
	if d.report == standard { // what is for programs is not mixed with what is for people
		said = cmd.ErrOrStderr()
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
			return failure(phrase.ErrorCannotWrite, "name", d.dir, "error", cause(err))
		}
		if _, err := io.WriteString(said, d.written(d.dir, made.Files)); err != nil {
			return err
		}
	}
	r := made.Report
	summary := failure(phrase.SayDraft, "flows", r.Flows, "rows", r.Rows, "whole", r.Whole, "doubtful", r.Doubtful, "refused", r.Refused, "excluded", r.Excluded)
	if _, err := fmt.Fprintln(said, wording(summary, d.words)); err != nil || len(made.Files) == 0 {
		return err
	}
	_, err := io.WriteString(said, d.next(d.dir, d.options.Product))
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

func writeReport(w io.Writer, r draft.Report) error { return writeJSON(w, r) }

// documentFormats are the formats of documents.
var documentFormats = []source.Format{source.FormatMarkdown, source.FormatText, source.FormatHTML, source.FormatCSV, source.FormatTSV, source.FormatXLSX}

// extensionOfDocument is that of the files in a format.
var extensionOfDocument = map[source.Format]string{
	source.FormatMarkdown: ".md", source.FormatText: ".txt", source.FormatHTML: ".html", source.FormatCSV: ".csv", source.FormatTSV: ".tsv",
	source.FormatXLSX: ".xlsx",
}

// documentFlags adds the flags of how documents are read.
func (a *app) documentFlags(cmd *cobra.Command, o *source.Options) {
	cmd.Flags().StringVar((*string)(&o.Format), "document-format", "", a.say(phrase.FlagDocumentFormat, "values", listed(documentFormats)))
	cmd.Flags().StringVar(&o.Encoding, "encoding", "", a.say(phrase.FlagEncodingDocument))
	complete(cmd, "document-format", func() []string { return ids(documentFormats) })
}

// documentOptions checks the flags of how a document is read.
func documentOptions(name string, o source.Options) (source.Options, error) {
	var err error
	switch {
	case o.Format != "":
		o.Format, err = choice(phrase.KindDocumentFormat, string(o.Format), documentFormats)
	case name == standard:
		err = failure(phrase.ErrorDocumentFormat, "known", listed(documentFormats))
	}
	return o, err
}

// readDocument reads a file, or standard input.
func (a *app) readDocument(name string, o source.Options) (source.Document, error) {
	f, err := a.open(name)
	if err != nil {
		return source.Document{}, failure(phrase.ErrorCannotReadExpected, "name", name, "error", cause(err), "expected", phrase.ErrorInput)
	}
	defer f.Close()
	d, err := source.Read(name, f, o)
	if errors.Is(err, source.ErrTooLarge) {
		return d, failure(phrase.ErrorTooLarge, "error", err)
	}
	return d, err
}
