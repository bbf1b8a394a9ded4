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

func initCommand() *cobra.Command {
	var product string
	var schemaOnly bool
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Begin a folder of your own data with a small example",
		Long: "Write a small example of your own data that works as it is: the flows of an invented application, and their texts in English\n" +
			"and Japanese, with comments that explain. Beside it go the JSON Schemas by which editors complete and check the files as\n" +
			"you type. No file is overwritten, except that --schema brings the schemas, and only these, up to date.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := newFiles(args[0], product, schemaOnly)
			if err != nil {
				return err
			}
			if err := catalog.WriteFiles(args[0], files); err != nil {
				return fmt.Errorf("cannot write to %s: %w", args[0], err)
			}
			b := written(args[0], files)
			if !schemaOnly {
				b += next(args[0], product)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), b)
			return err
		},
	}
	cmd.Flags().StringVar(&product, "product", starterProduct, "id of your product: lower-case words joined by hyphens")
	cmd.Flags().BoolVar(&schemaOnly, "schema", false, "write the JSON Schemas only, and replace those that are there")
	return cmd
}

// newFiles returns the files to write to a folder, by path with slashes.
func newFiles(dir, product string, schemaOnly bool) (map[string][]byte, error) {
	schemas, err := dataset.Schemas()
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file (accepted: a folder, which is made if need be)", dir)
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
		return nil, fmt.Errorf("nothing is written, as there is already: %s (accepted: another folder, or another --product)", strings.Join(taken, ", "))
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
		return fmt.Errorf("malformed product %q (accepted: lower-case words joined by hyphens, such as expense-desk; no number of two digits or more)", id)
	case slices.Contains(portbook.Builtin().Products(), portbook.Product(id)):
		return fmt.Errorf("product %q is a built-in one (accepted: an id of your own, such as our-%s)", id, id)
	case id == "labels":
		return fmt.Errorf("product %q has the name of the file of labels (accepted: another id, such as our-%s)", id, id)
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
