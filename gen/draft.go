package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/spf13/cobra"
	"golang.org/x/text/language"
)

// drafter is the command that makes a data file of a document.
type drafter struct {
	root, output, encoding string
	fields                 []string
	options                draft.Options
}

func draftCommand(root *string) *cobra.Command {
	d := &drafter{}
	cmd := &cobra.Command{
		Use:   "draft FILE",
		Short: "Make a data file to edit of a document",
		Long: `draft reads a document and writes a data file, and a file of texts for each language, to edit: what cells state is filled in with its
citation, what they do not state is marked as inferred, and every text is marked as one to be written. What could not be read, and what
was assumed, goes to standard error; rows without a flow are listed as excluded, so that none is lost.

No file is overwritten. Then go run ./gen names everything that is left to do.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d.root = *root
			return d.run(cmd, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&d.options.Product, "product", "", "id of the product: lower-case words joined by hyphens (required)")
	f.StringVar(&d.options.Language, "lang", "en", "language of the document, as a BCP 47 tag")
	f.StringVar(&d.options.Vendor, "vendor", "", "name of the vendor (default: the id of the product)")
	f.StringVar(&d.options.URL, "url", "", "address of the document")
	f.StringVar(&d.output, "output", "", "folder to write to (default: the repository)")
	f.StringVar(&d.encoding, "encoding", "", "encoding of the document, such as shift_jis (default: UTF-8, or what the document says)")
	f.StringArrayVar(&d.fields, "field", nil, "what a heading means, as in \"Dst=ports\" (repeat for more): "+strings.Join(fieldNames(), ", "))
	if err := cmd.MarkFlagRequired("product"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

func fieldNames() []string {
	var list []string
	for _, f := range source.Fields() {
		list = append(list, string(f))
	}
	return list
}

var productForm = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

func (d *drafter) run(cmd *cobra.Command, name string) error {
	if !productForm.MatchString(d.options.Product) {
		return fmt.Errorf("product %q is malformed; accepted: lower-case words joined by hyphens", d.options.Product)
	}
	if tag, err := language.Parse(d.options.Language); err != nil || tag.String() != d.options.Language {
		return fmt.Errorf("language %q is malformed; accepted: a BCP 47 tag in canonical form, such as ja or pt-BR", d.options.Language)
	}
	o := source.Options{Encoding: d.encoding, Fields: map[string]source.Field{}}
	for _, f := range d.fields {
		heading, field, ok := strings.Cut(f, "=")
		if !ok || !slices.Contains(fieldNames(), field) {
			return fmt.Errorf("field %q is malformed; accepted: a heading, =, and one of %s", f, strings.Join(fieldNames(), ", "))
		}
		o.Fields[heading] = source.Field(field)
	}
	document, err := readDocument(name, o)
	if err != nil {
		return err
	}
	d.options.File = filepath.Base(name)
	d.options.Languages = dataset.Read(os.DirFS(d.root)).Languages()
	made, err := draft.Make(document, d.options)
	if err != nil {
		return err
	}
	if err := d.write(made.Files); err != nil {
		return err
	}
	return report(cmd, made)
}

// write writes the files, unless one of them is there.
func (d *drafter) write(files map[string][]byte) error {
	folder := d.output
	if folder == "" {
		folder = d.root
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(name))); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already: draft overwrites nothing", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := write(path, files[name]); err != nil {
			return err
		}
	}
	return nil
}

// report tells what was made, and what is left.
func report(cmd *cobra.Command, made draft.Draft) error {
	for _, s := range made.Unread {
		fmt.Fprintf(cmd.ErrOrStderr(), "not read: %s\n", s)
	}
	for _, s := range made.Doubts {
		fmt.Fprintf(cmd.ErrOrStderr(), "to be checked: %s\n", s)
	}
	for _, name := range slices.Sorted(maps.Keys(made.Files)) {
		fmt.Fprintln(cmd.OutOrStdout(), name)
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%d flows of %d rows; %d not read, %d to be checked\n", made.Flows, made.Rows, len(made.Unread), len(made.Doubts))
	return err
}
