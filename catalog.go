package portbook

import (
	"errors"
	"strconv"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// Catalog is an immutable collection of products, components, documents and
// flows, which answers what they are. [Builtin] is the one that is compiled in;
// package catalog loads others. A catalog is used through its pointer: a copy
// would be another catalog. The zero value, and a nil pointer, are an empty
// catalog. A catalog is safe for concurrent use.
type Catalog struct {
	table table.Table // alone, at the begin: see package handle
}

// Builtin returns the catalog that is compiled into the package. Its version
// is [DataVersion].
func Builtin() *Catalog { return &builtin }

// Flows returns all flows of the built-in catalog.
func Flows() FlowSet { return builtin.Flows() }

// Lookup returns the flow of the built-in catalog that has the id, or had it
// in an earlier version.
func Lookup(id FlowID) (Flow, bool) { return builtin.Lookup(id) }

// FlowsUsing returns the flows of the built-in catalog that may use port n of
// protocol p: see [Catalog.FlowsUsing].
func FlowsUsing(p Protocol, n Port) FlowSet { return builtin.FlowsUsing(p, n) }

// t returns the table, an empty one for a nil catalog.
func (c *Catalog) t() *table.Table {
	if c == nil {
		return &emptyTable
	}
	return &c.table
}

var emptyTable table.Table

// Version names the version of the data: a date and a hash of the content. The
// date of a catalog that is loaded is that of its file data/version.txt, the
// latest one where several catalogs are merged, and "undated" where there is
// none.
func (c *Catalog) Version() string { return c.t().Version }

// String returns the version, and the number of flows.
func (c *Catalog) String() string {
	return "catalog " + c.Version() + " of " + strconv.Itoa(len(c.t().Flows)) + " flows"
}

// MarshalJSON returns an error: [Catalog.Flows] can be marshaled, and
// catalog.Export writes a catalog as the files that it is loaded from.
func (Catalog) MarshalJSON() ([]byte, error) {
	return nil, errors.New("portbook: a Catalog has no JSON form (expected: its Flows, or the files of catalog.Export)")
}

// UnmarshalJSON returns an error: catalog.Load reads catalogs.
func (*Catalog) UnmarshalJSON([]byte) error {
	return errors.New("portbook: a Catalog cannot be read from JSON (expected: the files that catalog.Load reads)")
}

// Languages returns the languages in which the catalog itself has texts, as
// BCP 47 tags: English first, where it is one of them, then the others in
// order. A text can be missing in any of them, but not in all. The built-in
// catalog has English alone; package i18n adds its other languages.
func (c *Catalog) Languages() []string {
	t := c.t()
	list := make([]string, len(t.Texts))
	for i := range t.Texts {
		list[i] = t.Texts[i].Tag
	}
	return list
}

// Flows returns all flows of the catalog.
func (c *Catalog) Flows() FlowSet { return FlowSet{c, c.t().FlowSet(c.t().Index.Every)} }

// Lookup returns the flow that has the id, or had it in an earlier version.
func (c *Catalog) Lookup(id FlowID) (Flow, bool) {
	i, ok := c.t().FindFlow(string(id))
	if !ok {
		return Flow{}, false
	}
	return Flow{c, uint32(i)}, true
}

// FlowsUsing returns the flows that may use port n of protocol p as their
// destination port. Flows whose ports the document does not bound (see
// [FlowSet.Unbounded]) are not among them.
func (c *Catalog) FlowsUsing(p Protocol, n Port) FlowSet {
	t := c.t()
	if len(t.Index.Lists) == 0 {
		return FlowSet{catalog: c}
	}
	if len(t.Index.Wide) > 0 {
		key := portset.Key(uint8(p), uint16(n))
		return c.Flows().Touching(PortSet{portset.Range(key, key)})
	}
	return FlowSet{c, t.Using(uint8(p), uint16(n))}
}

// strings returns the names of a list.
func (c *Catalog) strings(l table.List) []string {
	var list []string
	for _, n := range c.t().List(l) {
		list = append(list, c.t().Name(n))
	}
	return list
}

// hosts appends the hosts of a list of names.
func (c *Catalog) hosts(list []Host, names table.List) []Host {
	for _, n := range c.t().List(names) {
		list = append(list, hostOf(c.t().Name(n)))
	}
	return list
}

func contains(list []uint32, x uint32) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}
