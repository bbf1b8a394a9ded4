package cli

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/spf13/cobra"
)

// starter is a small folder of data that is valid as it stands. Its product is called by starterProduct, a word that occurs in
// it for nothing else.
//
//go:embed starter
var starter embed.FS

const starterProduct = "inhouse"

func (a *app) initCommand() *cobra.Command {
	var product, siteFile string
	var schemaOnly bool
	cmd := &cobra.Command{
		Use:   "init DIR | init --site FILE",
		Short: "Begin a folder of your own data, or the file of your site",
		Long: `Write a small example of your own data that works as it is: the flows of an invented application, and their texts in
English and Japanese, with comments that explain. Beside it go the JSON Schemas by which editors complete and check
the files as you type. No file is overwritten, except that --schema brings the schemas, and only these, up to date.

With --site, write a site file to fill in, in the language of --lang: every role that takes part in the flows of the
products, and every question that their documents leave open, as comments. It is valid as it is, and
portbook plan reads it. Beside it goes its JSON Schema.`,
		Example: "  portbook init network\n  portbook init --site tokyo.yaml --product apex-central,scanmail",
		Args:    func(cmd *cobra.Command, args []string) error { return cobra.ExactArgs(argsOfInit(siteFile))(cmd, args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			var out string
			var err error
			if siteFile == "" {
				out, err = initFolder(args[0], product, schemaOnly)
			} else {
				out, err = a.initSite(cmd, siteFile, product, schemaOnly)
			}
			if err == nil {
				_, err = io.WriteString(cmd.OutOrStdout(), out)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&product, "product", starterProduct, "id of your product: lower-case words joined by hyphens; with --site, ids of products, separated by commas")
	cmd.Flags().BoolVar(&schemaOnly, "schema", false, "write the JSON Schemas only, and replace those that are there")
	cmd.Flags().StringVar(&siteFile, "site", "", "write a site file for the products to this file")
	return cmd
}

// argsOfInit is the number of arguments: a folder, or none with --site.
func argsOfInit(siteFile string) int {
	if siteFile == "" {
		return 1
	}
	return 0
}

// initFolder writes a folder of data, and returns what to say of it.
func initFolder(dir, product string, schemaOnly bool) (string, error) {
	files, err := newFiles(dir, product, schemaOnly)
	if err != nil {
		return "", err
	}
	if err := catalog.WriteFiles(dir, files); err != nil {
		return "", fmt.Errorf("cannot write to %s: %w", dir, err)
	}
	b := written(dir, files)
	if !schemaOnly {
		b += next(dir, product)
	}
	return b, nil
}

// newFiles returns the files to write to a folder, by path with slashes.
func newFiles(dir, product string, schemaOnly bool) (map[string][]byte, error) {
	schemas, err := dataset.Schemas()
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file (expected: a folder, which is made if need be)", dir)
	}
	if schemaOnly {
		return schemas, nil
	}
	if err := checkNewProduct(product); err != nil {
		return nil, err
	}
	files, err := starterFiles(product)
	if err != nil {
		return nil, err
	}
	if taken := existing(dir, files); len(taken) > 0 {
		return nil, fmt.Errorf("nothing is written, as there is already: %s (expected: another folder, or another --product)", strings.Join(taken, ", "))
	}
	for name, data := range schemas {
		if len(existing(dir, map[string][]byte{name: nil})) == 0 { // those of a former product stay
			files[name] = data
		}
	}
	return files, nil
}

var (
	productForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	portLike    = regexp.MustCompile(`(^|-)[0-9]{2,}(-|$)`)
)

// checkNewProduct reports ids that the data format refuses as the first part of ids, and those that are taken.
func checkNewProduct(id string) error {
	switch {
	case !productForm.MatchString(id), portLike.MatchString(id), len(id) > 100: // it names files
		return fmt.Errorf("malformed product %q (expected: lower-case words joined by hyphens, such as expense-desk; no number of two digits or more)", id)
	case slices.Contains(portbook.Builtin().Products(), portbook.Product(id)):
		return fmt.Errorf("product %q is a built-in one (expected: an id of your own, such as our-%s)", id, id)
	case id == "labels":
		return fmt.Errorf("product %q has the name of the file of labels (expected: another id, such as our-%s)", id, id)
	}
	return nil
}

// starterFiles returns the files of the example for a product, by path with slashes.
func starterFiles(product string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(starter, "starter", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := starter.ReadFile(name)
		name = strings.ReplaceAll(strings.TrimPrefix(name, "starter/"), starterProduct, product)
		files[name] = []byte(strings.ReplaceAll(string(data), starterProduct, product))
		return err
	})
	return files, err
}

// existing returns the names of files that are in the way.
func existing(dir string, files map[string][]byte) []string {
	var taken []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			taken = append(taken, name)
		}
	}
	return taken
}

// written lists what was written.
func written(dir string, files map[string][]byte) string {
	var b strings.Builder
	b.WriteString("Written:\n")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "  %s\n", filepath.Join(dir, filepath.FromSlash(name)))
	}
	return b.String()
}

// next tells what to do with a new product.
func next(dir, product string) string {
	if strings.Contains(dir, " ") {
		dir = `"` + dir + `"` // as shells of all systems read it
	}
	s := fmt.Sprintf("\nEdit data/%s.yaml and the texts of the same name below i18n/, then:\n", product)
	for _, line := range []string{"validate " + dir, "i18n missing " + dir, "report --catalog " + dir + " --product " + product} {
		s += "  portbook " + line + "\n"
	}
	return s
}
