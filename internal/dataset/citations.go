package dataset

import (
	"slices"
	"strconv"

	"github.com/portbook/portbook/internal/portset"
)

// citations are places in one document: rows and sections.
type citations struct {
	pos      pos
	document string // "" for the product's only document
	rows     []int
	sections []string
}

// readCitations reads cite, a list of row numbers and section ids, and
// document, which it refers to.
func readCitations(o *object) citations {
	c := citations{pos: o.at("cite"), document: o.ref("document")}
	places := o.sequence("cite")
	o.note("cite", form{kind: citeValue, list: true})
	for _, v := range places {
		s := o.scalar("cite", v)
		if v.Tag != "!!int" {
			c.sections = append(c.sections, s)
			continue
		}
		lo, _, err := portset.ParsePortRange(s)
		if err != nil || lo == 0 || strconv.Itoa(int(lo)) != s { // 010 is 8 to some readers of YAML
			o.problemAt(v, "cited row %q; expected: a row number from 1, or the id of a section", s)
			continue
		}
		c.rows = append(c.rows, int(lo))
	}
	slices.Sort(c.rows)
	return c
}
