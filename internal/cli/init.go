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
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/spf13/cobra"
)

// starter is a small folder of data that is valid without changes. Its product
// is called by starterProduct, a word that occurs in it for nothing else.
//
//go:embed starter
var starter embed.FS

const starterProduct = "inhouse"

func (a *app) initCommand() *cobra.Command {
	var products []string
	var siteFile string
	var schemaOnly bool
	cmd := &cobra.Command{
		Use:     "init DIR | init --site FILE",
		Short:   a.say(phrase.HelpInit),
		Long:    a.paragraphs(phrase.HelpInit, phrase.AboutInit, phrase.AboutInitSite),
		Example: "  portbook init network\n  portbook init --site tokyo.yaml --product apex-central,scanmail",
		Args: func(cmd *cobra.Command, args []string) error {
			if siteFile != "" {
				return a.arguments(0, 0)(cmd, args)
			}
			return a.arguments(1, 1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var out string
			var err error
			if siteFile == "" {
				out, err = a.initFolder(args[0], strings.Join(products, ","), schemaOnly)
			} else {
				out, err = a.initSite(cmd, siteFile, products, schemaOnly)
			}
			if err == nil {
				_, err = io.WriteString(cmd.OutOrStdout(), out)
			}
			return err
		},
	}
	cmd.Flags().StringSliceVar(&products, "product", []string{starterProduct}, a.say(phrase.FlagProductInit, "alternatives", a.say(phrase.FlagAlternatives)))
	cmd.Flags().BoolVar(&schemaOnly, "schema", false, a.say(phrase.FlagSchema))
	cmd.Flags().StringVar(&siteFile, "site", "", a.say(phrase.FlagSite))
	complete(cmd, "product", a.offering(productIDs))
	return cmd
}

// initFolder writes a folder of data, and returns what to say about it.
func (a *app) initFolder(dir, product string, schemaOnly bool) (string, error) {
	files, err := newFiles(dir, product, schemaOnly)
	if err != nil {
		return "", err
	}
	if err := catalog.WriteFiles(dir, files); err != nil {
		return "", failure(phrase.ErrorCannotWrite, "name", dir, "error", cause(err))
	}
	b := a.written(dir, files)
	if !schemaOnly {
		b += a.next(dir, product)
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
		return nil, failure(phrase.ErrorIsFileInit, "name", dir)
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
		return nil, failure(phrase.ErrorExists, "names", strings.Join(taken, ", "))
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

// checkNewProduct reports ids that the data format refuses as the first part of
// ids, and those that are taken.
func checkNewProduct(id string) error {
	switch {
	case !productForm.MatchString(id), portLike.MatchString(id), len(id) > 100: // it names files
		return failure(phrase.ErrorProductForm, "name", quoted(id))
	case slices.Contains(portbook.Builtin().Products(), portbook.Product(id)):
		return failure(phrase.ErrorProductBuiltin, "name", quoted(id), "id", id)
	case dataset.IsWords(id):
		return failure(phrase.ErrorProductWords, "name", quoted(id), "id", id)
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
func (a *app) written(dir string, files map[string][]byte) string {
	var b strings.Builder
	b.WriteString(a.say(phrase.SayWritten) + "\n")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "  %s\n", filepath.Join(dir, filepath.FromSlash(name)))
	}
	return b.String()
}

// next says what to do with a new product.
func (a *app) next(dir, product string) string {
	if strings.Contains(dir, " ") {
		dir = `"` + dir + `"` // as shells of all systems read it
	}
	s := "\n" + a.say(phrase.SayNext, "product", product) + "\n"
	for _, line := range []string{"validate " + dir, "i18n missing " + dir, "report --catalog " + dir + " --product " + product} {
		s += "  portbook " + line + "\n"
	}
	return s
}
