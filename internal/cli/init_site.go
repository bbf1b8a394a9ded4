package cli

import (
	"path/filepath"

	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/site/sitefile"
	"github.com/spf13/cobra"
)

// siteSchema is the name of the schema beside a site file.
const siteSchema = "site.schema.json"

// initSite writes a site file and its schema, and returns what to say about
// them. On standard output there is the file alone.
func (a *app) initSite(cmd *cobra.Command, file string, products []string, schemaOnly bool) (string, error) {
	dir, base := filepath.Split(file)
	dir = filepath.Clean(dir)
	schema, err := sitefile.Schema()
	if err != nil {
		return "", err
	}
	if file == standard {
		text, err := a.questionnaire(cmd, products)
		return string(text), err
	}
	files := map[string][]byte{siteSchema: schema}
	if !schemaOnly {
		if files, err = a.siteFiles(cmd, dir, base, products, schema); err != nil {
			return "", err
		}
	}
	if err := catalog.WriteFiles(dir, files); err != nil {
		return "", failure(phrase.ErrorCannotWrite, "name", dir, "error", cause(err))
	}
	out := a.written(dir, files)
	if !schemaOnly {
		out += "\n" + a.say(phrase.SayNextSite, "file", file) + "\n  portbook plan " + file + "\n"
	}
	return out, nil
}

// questionnaire returns a site file to fill in for products.
func (a *app) questionnaire(cmd *cobra.Command, names []string) ([]byte, error) {
	if !cmd.Flags().Changed("product") {
		return nil, failure(phrase.ErrorSiteProducts)
	}
	c, err := a.catalog()
	if err != nil {
		return nil, err
	}
	l, err := a.localizer()
	if err != nil {
		return nil, err
	}
	products, err := read(c, names, product)
	if err != nil {
		return nil, err
	}
	return sitefile.Questionnaire(c, l, products...)
}

// siteFiles returns the files to write, by name.
func (a *app) siteFiles(cmd *cobra.Command, dir, base string, products []string, schema []byte) (map[string][]byte, error) {
	text, err := a.questionnaire(cmd, products)
	if err != nil {
		return nil, err
	}
	if base == "" || base == siteSchema {
		return nil, failure(phrase.ErrorSiteName, "name", quoted(base))
	}
	files := map[string][]byte{base: text}
	if taken := existing(dir, files); len(taken) > 0 {
		return nil, failure(phrase.ErrorExistsFile, "name", taken[0])
	}
	if len(existing(dir, map[string][]byte{siteSchema: nil})) == 0 {
		files[siteSchema] = schema
	}
	return files, nil
}
