package main

import (
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/portbook/portbook/internal/table"
)

// fieldsFile prints the constants of the fields that can be inferred.
func fieldsFile() *jen.File {
	f := jen.NewFilePath(modulePath)
	f.HeaderComment(header)
	f.Comment("The fields of flows that can be inferred or overridden.")
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, key := range table.InferredFields {
			g.Id("Field" + upper(key)).Id("Field").Op("=").Lit(key)
		}
	})
	return f
}

// columnsFile prints the constants of the columns of enumerated fields.
func columnsFile() *jen.File {
	f := jen.NewFilePath(modulePath + "/report")
	f.HeaderComment(header)
	f.Comment("The columns of the fields of flows that have a few values.")
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, x := range table.Fields {
			if x.Kind == table.KindEnum {
				g.Id("Column" + upper(x.Key)).Id("Column").Op("=").Lit(x.Word())
			}
		}
	})
	return f
}

// upper returns a key as a part of a Go name.
func upper(key string) string { return strings.ToUpper(key[:1]) + key[1:] }
