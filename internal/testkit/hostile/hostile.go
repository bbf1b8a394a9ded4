// Package hostile makes catalogs whose texts try to be more than text, for
// tests of what writes them.
package hostile

import (
	"github.com/portbook/portbook/internal/handle"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// Names would break out of a format if they could.
var Names = []string{
	`"quoted" and 'single'`, `back\slash\`, `\N \G \l`, "line\nbreak\r\n", `<script>alert(1)</script>`, `]]>`, `<!-- -->`, `a|b]c)d}e`, "#35; &amp; &lt;b&gt;",
	"`code`", "%% comment", "%%{init: {}}%%", "click n0 href", "end", "subgraph x", "style n0 fill:#f00;", "1. list", "- item", "**bold** _it_",
	"http://example.com/", "user\u202egnp.exe", "\u2066isolate\u2069", "nul\x00bell\x07", "bad \xff\xfe utf-8", strings.Repeat("x", 10000), strings.Repeat("あ", 10000),
	"a" + strings.Repeat("\u0301", 10000), "{\"a\": [1]}", "n0 -> n1 [label=\"x\"]; }", "=HYPERLINK(\"x\")", "", " ", "👩‍👩‍👧‍👦 family", "שלום عليكم", "---\ntitle: x\n---",
}

// Code would run in a script, or break out of a configuration, if it could.
var Code = []string{
	"$(touch pwned)", "`touch pwned`", "${HOME}", "$HOME $env:PATH", "'; touch pwned; '", `"; touch pwned; "`, "x\\'; touch pwned #", "a\nb",
	"\u2019; Remove-Item C:\\ #", "\u2018\u201a\u201b \u201c\u201d\u201e", "@'\n'@ | iex", "%s %d %n", "%{ if true }x%{ endif }", "${file(\"/etc/passwd\")}", "$${a}", "<<EOF\nEOF",
	"*/ permit any any", "/* ", "!remark", "#!/bin/sh", "a\u2028b\u2029c\u0085d", "\u202e; exit 0 #", "!!python/object:os.system", "&anchor *alias", "key: value # comment",
	"--- \n- x: {y}", "? complex", "| literal", "> folded", "@file.dll,-1", "yes", "null", "0x1f", "1e3", "2026-11-28", "~", "\x1b[31mred", "\xef\xbb\xbfmark",
}

// Catalog describes a catalog of components that talk in a row, each to the next one.
type Catalog struct {
	Names []string // of the components; the first is that of product, document and section too
	Ports string   // of every flow
}

// Flows returns the flows of the catalog: one fewer than there are names. It
// panics when Ports is malformed.
func Flows(c Catalog) portbook.FlowSet {
	ports, err := portset.Parse(c.Ports)
	if err != nil {
		panic(err)
	}
	b := table.NewBuilder([]string{"en"})
	first := b.Text(c.Names[0])
	self := b.List([]uint32{0})
	b.Table.Products = []table.Product{{ID: b.Name("p"), Name: first, Documents: self}}
	b.Table.Documents = []table.Document{{ID: b.Name("d"), Title: first, Sections: self}}
	b.Table.Sections = []table.Section{{ID: b.Name("s"), Title: first}}
	for i, name := range c.Names {
		id := "p/" + string(rune('a'+i))
		b.Table.Components = append(b.Table.Components, table.Component{ID: b.Name(id), Name: b.Text(name), Lineage: b.List([]uint32{uint32(i)})})
		if i == 0 {
			continue
		}
		b.Table.Flows = append(b.Table.Flows, table.Flow{
			ID: b.Name(id + "/f"), From: b.List([]uint32{uint32(i - 1)}), To: b.List([]uint32{uint32(i)}), Citations: self, Purpose: first,
			Ports: b.Ports(ports), Protocols: b.List([]uint32{6}),
		})
		b.Table.FlowIDs = append(b.Table.FlowIDs, table.FlowID{ID: b.Name(id + "/f"), Flow: uint32(i - 1)})
	}
	return handle.Catalog(b.Finish()).Flows()
}
