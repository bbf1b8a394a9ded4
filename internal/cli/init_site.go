package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/site/sitefile"
	"github.com/spf13/cobra"
)

// siteSchema is the name of the schema beside a site file.
const siteSchema = "site.schema.json"

// initSite writes a site file and its schema, and returns what to say of them.
func (a *app) initSite(cmd *cobra.Command, file, list string, schemaOnly bool) (string, error) {
	dir, base := filepath.Split(file)
	dir = filepath.Clean(dir)
	schema, err := sitefile.Schema()
	if err != nil {
		return "", err
	}
	files := map[string][]byte{siteSchema: schema}
	if !schemaOnly {
		if files, err = a.siteFiles(cmd, dir, base, list, schema); err != nil {
			return "", err
		}
	}
	if err := catalog.WriteFiles(dir, files); err != nil {
		return "", fmt.Errorf("cannot write to %s: %w", dir, err)
	}
	out := written(dir, files)
	if !schemaOnly {
		out += fmt.Sprintf("\nEdit %s, then:\n  portbook plan %s\n", file, file)
	}
	return out, nil
}

// siteFiles returns the files to write, by name.
func (a *app) siteFiles(cmd *cobra.Command, dir, base, list string, schema []byte) (map[string][]byte, error) {
	if !cmd.Flags().Changed("product") {
		return nil, errors.New("--site needs products (expected: --product with ids separated by commas)")
	}
	if base == "" || base == siteSchema {
		return nil, fmt.Errorf("--site %q is not a name for a site file (expected: a name such as tokyo.yaml)", base)
	}
	c, err := a.catalog()
	if err != nil {
		return nil, err
	}
	l, err := a.localizer()
	if err != nil {
		return nil, err
	}
	var products []portbook.Product
	for _, id := range strings.Split(list, ",") {
		id = strings.TrimSpace(id)
		if _, ok := c.Product(portbook.Product(id)); !ok {
			return nil, unknown("product", id, productIDs(c))
		}
		products = append(products, portbook.Product(id))
	}
	text, err := sitefile.Questionnaire(c, l, products...)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{base: text}
	if taken := existing(dir, files); len(taken) > 0 {
		return nil, fmt.Errorf("nothing is written, as there is already: %s (expected: another name)", taken[0])
	}
	if len(existing(dir, map[string][]byte{siteSchema: nil})) == 0 {
		files[siteSchema] = schema
	}
	return files, nil
}
