package dataset

import (
	"path"
	"strings"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
	"go.yaml.in/yaml/v3"
)

type product struct {
	pos                 pos
	id, vendor, version string
	documents           []*document
	regions             []*region
	components          []*component
	conditions          []*condition
	settings            []*setting
	notes               []*note
	ports               []*namedPort
	flows               []*flow
	mappings            []*actionMapping
	orders              []*decisionOrder
	overrides           []*override
}

type document struct {
	pos                                         pos
	id, publisher, language, url, page, version string
	file                                        string // name of the copies that the data is compared with
	counts                                      uint8
	rows                                        int
	sections                                    []*section
	excluded                                    []*excludedRow
}

type section struct {
	pos         pos
	id          string
	first, last int
	inferred    bool
}

type excludedRow struct {
	pos    pos
	row    int
	reason string
}

func (s *Source) readProduct(file string, node *yaml.Node) *product {
	p := s.readEntries(newObject(&s.problems, file, "", node))
	if want := strings.TrimSuffix(path.Base(file), ".yaml"); p.id != "" && p.id != want {
		s.problems.add(p.pos, "product "+p.id, "is in the file of product %q; expected: one file per product, named after it", want)
		s.broken = true
	}
	return p
}

// readEntries reads the root of a file. It defines the format: Schemas has it describe itself.
func (s *Source) readEntries(root *object) *product {
	p := &product{pos: root.pos}
	root.expect("product")
	if o := root.object("product"); o != nil {
		p.pos, p.id, p.vendor, p.version = o.pos, o.id("id"), o.str("vendor"), o.str("version")
		o.done()
	} else {
		root.problem(`field "product" is missing`)
	}
	p.documents = each(root, "documents", readDocument)
	p.regions = each(root, "regions", readRegion)
	p.components = each(root, "components", readComponent)
	p.conditions = each(root, "conditions", readCondition)
	p.settings = each(root, "settings", s.readSetting)
	p.notes = each(root, "notes", readNote)
	p.ports = each(root, "ports", s.readNamedPort)
	p.flows = each(root, "flows", s.readFlow)
	for _, x := range each(root, "overrides", func(o *object) *override { return s.readOverride(p, o) }) {
		if x.flow != "" {
			p.overrides = append(p.overrides, x)
		}
	}
	p.mappings = each(root, "actionMappings", readActionMapping)
	p.orders = each(root, "decisionOrders", readDecisionOrder)
	root.done()
	return p
}

// each reads the mappings of a list.
func each[T any](o *object, key string, read func(*object) T) []T {
	var list []T
	for _, entry := range o.objects(key) {
		list = append(list, read(entry))
	}
	return list
}

func readDocument(o *object) *document {
	d := &document{
		pos: o.pos, id: o.id("id"), publisher: o.required("publisher"), language: o.required("language"), url: o.required("url"),
		page: o.str("page"), version: o.str("version"), file: o.str("file"), counts: o.enum("counts", table.Counts, "rows"), rows: o.number("rows"),
	}
	if d.rows > maxRows {
		o.problems.add(o.at("rows"), o.entry, "has %d rows; expected: at most %d", d.rows, maxRows)
		d.rows = 0
	}
	for _, so := range o.objects("sections") {
		sec := &section{pos: so.pos, id: so.required("id"), inferred: so.boolean("inferred")}
		if rows := so.str("rows"); rows != "" {
			lo, hi, err := portset.ParsePortRange(rows)
			if err != nil || lo == 0 || int(hi) > d.rows {
				so.problem("rows %q; expected: a range within 1-%d", rows, d.rows)
			}
			sec.first, sec.last = int(lo), int(hi)
		}
		d.sections = append(d.sections, sec)
		so.done()
	}
	for _, eo := range o.objects("excluded") {
		eo.expect("row")
		d.excluded = append(d.excluded, &excludedRow{pos: eo.pos, row: eo.number("row"), reason: eo.required("reason")})
		eo.done()
	}
	o.done()
	return d
}
