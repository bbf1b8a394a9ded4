package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
	"golang.org/x/text/language"
)

func (a *app) i18nCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "i18n", Short: a.say(phrase.HelpI18n)}
	group(cmd)
	cmd.AddCommand(a.missingCommand())
	return cmd
}

func (a *app) missingCommand() *cobra.Command {
	var tags []string
	var all bool
	cmd := &cobra.Command{
		Use:   "missing [DIR...]",
		Short: a.say(phrase.HelpMissing),
		Long:  a.paragraphs(phrase.AboutMissing, phrase.AboutJSON),
		RunE: func(cmd *cobra.Command, dirs []string) error {
			languages, err := parseTags(tags)
			if err != nil {
				return err
			}
			o, err := a.listOptions()
			if err != nil {
				return err
			}
			c, err := a.catalog()
			if err == nil {
				c, err = loadFolders(c, dirs)
			}
			if err != nil {
				return err
			}
			m := newMissing(c, languages, len(dirs) == 0 || all)
			return a.emitText(cmd, o, func(w io.Writer) error { return m.write(w, o) })
		},
	}
	cmd.Flags().StringSliceVar(&tags, "into", nil, a.say(phrase.FlagInto))
	cmd.Flags().BoolVar(&all, "all", false, a.say(phrase.FlagAll))
	a.addOutput(cmd)
	a.addJSON(cmd, records{"", nil, fieldsOf(missingRecord{ID: "x", Field: "x"})})
	return cmd
}

// parseTags reads tags of languages.
func parseTags(tags []string) ([]language.Tag, error) {
	var list []language.Tag
	for _, s := range tags {
		tag, err := language.Parse(strings.TrimSpace(s))
		if err != nil {
			return nil, failure(phrase.ErrorLanguage, "name", quoted(s))
		}
		if !slices.Contains(list, tag) {
			list = append(list, tag)
		}
	}
	return list, nil
}

// missing is what languages lack.
type missing struct {
	languages []language.Tag
	texts     []catalog.MissingText
}

// newMissing looks at the products of folders, or at all.
func newMissing(c *portbook.Catalog, languages []language.Tag, all bool) missing {
	if len(languages) == 0 {
		languages = i18n.TextLanguages(c)
	}
	m := missing{languages, catalog.MissingTexts(c, languages...)}
	if !all {
		builtin := portbook.Builtin().Products()
		m.texts = slices.DeleteFunc(m.texts, func(x catalog.MissingText) bool { return slices.Contains(builtin, x.Product) })
	}
	return m
}

// missingRecord is a text that a language lacks, for programs.
type missingRecord struct {
	Language language.Tag     `json:"language"`
	Product  portbook.Product `json:"product"`
	File     string           `json:"file"`
	Kind     string           `json:"kind"`
	ID       string           `json:"id,omitempty"`
	Field    string           `json:"field,omitempty"`
	Fallback string           `json:"fallback"`
	Shown    language.Tag     `json:"shown"`
}

func (m missing) write(w io.Writer, o report.Options) error {
	l := o.Languages[0]
	t := grid.Table{Header: header(l, label.MissingLanguage, label.MissingFile, label.MissingEntry, label.MissingField, label.MissingFallback, label.MissingShown)}
	list := []missingRecord{}
	for _, x := range m.texts {
		list = append(list, missingRecord(x))
		entry := strings.TrimRight(x.Kind+" "+x.ID, " ")
		t.Rows = append(t.Rows, []string{x.Language.String(), x.File, entry, x.Field, x.Fallback, x.Shown.String()})
	}
	if len(m.texts) == 0 && (o.Format == report.Text || o.Format == report.Markdown) {
		_, err := fmt.Fprintln(w, label.In(l).Fill(label.MissingNone, "languages", strings.Join(tagNames(m.languages), ", ")))
		return err
	}
	return writeList(w, o, t, list)
}

func tagNames(tags []language.Tag) []string {
	var names []string
	for _, tag := range tags {
		names = append(names, tag.String())
	}
	return names
}
