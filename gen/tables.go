package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/table"
)

const (
	tablePath = modulePath + "/internal/table"
	labelPath = modulePath + "/internal/label"
	wordsPath = modulePath + "/internal/cli/phrase"
)

// goFiles returns the generated Go files, by path.
func goFiles(t *table.Table, source *dataset.Source) map[string]*jen.File {
	files := map[string]*jen.File{
		"generated_ports.go":          constantsFile(t),
		"generated_tables.go":         tablesFile(t),
		"generated_fields.go":         fieldsFile(),
		"report/generated_columns.go": columnsFile(),
		"i18n/generated_languages.go": languagesFile(source),

		"internal/translations/generated_texts.go": translationsFile(t),
	}
	for _, w := range []struct {
		folder, path, name, kind string
		words                    func() ([]string, map[string][]string)
	}{
		{"internal/label", labelPath, "labels", "Label", source.Labels},
		{"internal/cli/phrase", wordsPath, "phrases", "Phrase", source.Commands},
	} {
		keys, texts := w.words()
		files[w.folder+"/generated_"+w.name+".go"] = labelsFile(w.path, w.name, w.kind, keys, source.Languages())
		for _, language := range source.Languages() {
			files[w.folder+"/generated_"+fileName(language)+".go"] = wordsFile(w.path, language, texts[language])
		}
	}
	return files
}

func fileName(language string) string { return strings.ReplaceAll(strings.ToLower(language), "-", "_") }

// tablesFile prints the packed table with the texts of its first language.
func tablesFile(t *table.Table) *jen.File {
	f := jen.NewFilePath(modulePath)
	f.HeaderComment(header)
	root := *t
	root.Texts = t.Texts[:1]
	f.Comment("builtin is the catalog of this version, laid out by the linker.")
	f.Var().Id("builtin").Op("=").Id("Catalog").Values(literal(reflect.ValueOf(root)))
	f.Line()
	f.Comment(fmt.Sprintf("// Size: %d products, %d documents, %d components, %d settings, %d notes, %d flows; %d list values; %d bytes of names, %d of texts.",
		len(t.Products), len(t.Documents), len(t.Components), len(t.Settings), len(t.Notes), len(t.Flows), len(t.Lists), len(t.Names.Pool), len(t.Texts[0].Pool)))
	return f
}

// translationsFile prints the texts of all languages but the first.
func translationsFile(t *table.Table) *jen.File {
	f := jen.NewFilePath(modulePath + "/internal/translations")
	f.HeaderComment(header)
	f.Comment("builtin has the texts of the built-in catalog by language.")
	f.Var().Id("builtin").Op("=").Add(literal(reflect.ValueOf(t.Texts[1:])))
	return f
}

// languagesFile prints the list of languages.
func languagesFile(source *dataset.Source) *jen.File {
	f := jen.NewFilePath(modulePath + "/i18n")
	f.HeaderComment(header)
	f.Comment("languages lists the languages of the built-in catalog, the fallback first.")
	f.Var().Id("languages").Op("=").Index().Id("builtinLanguage").ValuesFunc(func(g *jen.Group) {
		for _, tag := range source.Languages() {
			g.Line().Values(jen.Lit(tag))
		}
		g.Line()
	})
	return f
}

// variable names what holds strings of a language: "wordsJA".
func variable(prefix, tag string) string { return prefix + strings.ToUpper(fileName(tag)) }

// wordsFile prints the words of a language.
func wordsFile(path, tag string, labels []string) *jen.File {
	f := jen.NewFilePath(path)
	f.HeaderComment(header)
	pool := table.Strings{Ends: []uint32{0}}
	for _, s := range labels {
		pool.Pool += s
		pool.Ends = append(pool.Ends, uint32(len(pool.Pool)))
	}
	f.Var().Id(variable("words", tag)).Op("=").Add(literal(reflect.ValueOf(pool)))
	return f
}

// labelsFile prints the constants of words of some kind, their keys, and the
// languages that they are in.
func labelsFile(path, name, kind string, keys, languages []string) *jen.File {
	f := jen.NewFilePath(path)
	f.HeaderComment(header)
	f.Comment("The " + name + ".")
	f.Const().DefsFunc(func(g *jen.Group) {
		for i, key := range keys {
			g.Id(goName(key)).Id(kind).Op("=").Lit(i + 1)
		}
	})
	f.Line()
	f.Comment("keys holds the keys of the " + name + ", sorted: entry i is that of " + kind + " i+1.")
	f.Var().Id("keys").Op("=").Index().String().ValuesFunc(func(g *jen.Group) {
		for _, key := range keys {
			g.Line().Lit(key)
		}
		g.Line()
	})
	f.Line()
	f.Comment("languages holds the languages of the " + name + ", the fallback first.")
	f.Var().Id("languages").Op("=").Index().Id("language").ValuesFunc(func(g *jen.Group) {
		for _, tag := range languages {
			g.Line().Values(jen.Lit(tag), jen.Op("&").Id(variable("words", tag)))
		}
		g.Line()
	})
	return f
}

// literal prints a value as a composite literal: fields that are zero are left
// out, records stand on a line each, and a pool of strings is cut at the ends
// of its strings.
func literal(v reflect.Value) *jen.Statement {
	if pool, ok := v.Interface().(table.Strings); ok {
		return jen.Qual(tablePath, "Strings").Values(jen.Line().Id("Pool").Op(":").Add(poolLiteral(pool)), jen.Line().Id("Ends").Op(":").Add(literal(reflect.ValueOf(pool.Ends))), jen.Line())
	}
	switch v.Kind() {
	case reflect.Struct:
		return jen.Qual(tablePath, v.Type().Name()).ValuesFunc(func(g *jen.Group) { fields(g, v) })
	case reflect.Slice, reflect.Array:
		return sequence(v)
	case reflect.String:
		return jen.Lit(v.String())
	case reflect.Bool:
		return jen.Lit(v.Bool())
	}
	return jen.Op(fmt.Sprint(v.Interface()))
}

func fields(g *jen.Group, v reflect.Value) {
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			continue
		}
		field := jen.Id(v.Type().Field(i).Name).Op(":").Add(literal(v.Field(i)))
		switch v.Field(i).Kind() {
		case reflect.Slice, reflect.Struct: // of the table itself
			g.Line().Add(field)
		default:
			g.Add(field)
		}
	}
}

func sequence(v reflect.Value) *jen.Statement {
	element := v.Type().Elem()
	perLine := 1
	if element.Kind() != reflect.Struct {
		perLine = 24
	}
	var s *jen.Statement
	if v.Kind() == reflect.Array {
		s = jen.Index(jen.Lit(v.Len()))
	} else {
		s = jen.Index()
	}
	switch element.Kind() {
	case reflect.Struct:
		s = s.Qual(tablePath, element.Name())
	case reflect.Slice:
		s = s.Index().Id(element.Elem().Name())
	default:
		s = s.Id(element.Name())
	}
	return s.ValuesFunc(func(g *jen.Group) {
		for i := range v.Len() {
			item := literal(v.Index(i))
			if element.Kind() == reflect.Struct && element.Name() != "Language" {
				item = jen.ValuesFunc(func(g *jen.Group) { fields(g, v.Index(i)) })
			}
			if i%perLine == 0 && v.Kind() == reflect.Slice {
				g.Line().Add(item)
			} else {
				g.Add(item)
			}
		}
		if v.Kind() == reflect.Slice {
			g.Line()
		}
	})
}

// poolLiteral prints a pool as a sum of its strings, so that a changed text is a changed line.
func poolLiteral(pool table.Strings) *jen.Statement {
	s := jen.Lit("")
	for i := 1; i < len(pool.Ends); i++ {
		s = s.Op("+").Line().Lit(pool.Pool[pool.Ends[i-1]:pool.Ends[i]])
	}
	return s
}
