package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/printable"
)

// Snapshot is one side of a comparison: the flows of a catalog at some time, as
// the catalog itself or as records. Snapshots are made by [SnapshotOf],
// [NewSnapshot] and [ReadSnapshot]. The zero value has no flows.
type Snapshot struct {
	version   string
	language  string
	catalog   *portbook.Catalog // nil when only records are known
	translate func(portbook.Text) string
	records   []portbook.FlowRecord
	names     map[string]string // of records
}

// SnapshotOf returns the version of a catalog, with texts in the catalog's
// first language: see [Snapshot.In].
func SnapshotOf(c *portbook.Catalog) Snapshot {
	if c == nil {
		return Snapshot{}
	}
	return Snapshot{version: c.Version(), catalog: c}
}

// NewSnapshot returns a snapshot of records. The version names it ("" when that
// is not known), and so does the language of its texts, a BCP 47 tag. The error
// is a *[RecordError]: every record must have an id of its own, endpoints, and
// values of enumerations that are known. The version shares the memory of
// flows.
func NewSnapshot(version, language string, flows []portbook.FlowRecord) (Snapshot, error) {
	ids := make(map[portbook.FlowID]bool, len(flows))
	for i := range flows {
		if err := checkRecord(&flows[i], ids); err != nil {
			return Snapshot{}, &RecordError{i, flows[i].ID, err}
		}
	}
	return Snapshot{version: version, language: language, records: flows}, nil
}

// In returns the version with texts as translate gives them, which is in a
// language, by BCP 47 tag. A snapshot of records stays unchanged: it holds its
// texts.
func (e Snapshot) In(language string, translate func(portbook.Text) string) Snapshot {
	if e.catalog != nil {
		e.language, e.translate = language, translate
	}
	return e
}

// WithVersion returns the version under another name.
func (e Snapshot) WithVersion(version string) Snapshot {
	e.version = version
	return e
}

// WithNames returns the snapshot with names of products and components by their
// ids, in the language of its texts. A snapshot of a catalog has them already.
func (e Snapshot) WithNames(names map[string]string) Snapshot {
	if e.catalog == nil {
		e.names = names
	}
	return e
}

// Name returns the name of a product or component; it is empty when that is not
// known.
func (e Snapshot) Name(of portbook.Endpoint) string {
	if e.catalog == nil {
		return e.names[fmt.Sprint(of)]
	}
	translate := e.translate
	if translate == nil {
		translate = portbook.Text.String
	}
	switch id := of.(type) {
	case portbook.Product:
		if p, ok := e.catalog.Product(id); ok {
			return strings.TrimSpace(translate(p.Name) + " " + p.Version)
		}
	case portbook.Component:
		if c, ok := e.catalog.Component(id); ok {
			return translate(c.Name)
		}
	}
	return ""
}

// Version returns the name of the version; it is empty when that is not known.
func (e Snapshot) Version() string { return e.version }

// Language returns the BCP 47 tag of the texts that are compared; it is empty
// when that is not known.
func (e Snapshot) Language() string { return e.language }

// Catalog returns the catalog that the flows are from; nil when only records are known.
func (e Snapshot) Catalog() *portbook.Catalog { return e.catalog }

// RecordError says that a flow of an export cannot be compared.
type RecordError struct {
	Index int             // of the flow in its list, counted from 0
	ID    portbook.FlowID // empty when the flow has none
	Err   error           // what is wrong with it
}

// Error names the flow and says what is wrong with it.
func (e *RecordError) Error() string {
	at := ""
	if e.ID != "" {
		at = fmt.Sprintf(", %q", printable.Beginning(string(e.ID), 100))
	}
	return fmt.Sprintf("diff: flow %d%s: %s", e.Index+1, at, printable.Beginning(strings.TrimPrefix(e.Err.Error(), "portbook: "), 500))
}

// Unwrap returns what is wrong with the record.
func (e *RecordError) Unwrap() error { return e.Err }

// mostEnds is the number of components on one side of a flow up to which flows
// are compared: far more than documents name, and few enough that their pairs
// fit into memory.
const mostEnds = 1000

// checkRecord refuses a record that has no meaning, so that a file of another
// kind is not taken for an empty version.
func checkRecord(r *portbook.FlowRecord, ids map[portbook.FlowID]bool) error {
	switch {
	case r.ID == "":
		return fmt.Errorf("has no id")
	case ids[r.ID]:
		return fmt.Errorf("another flow has the same id")
	}
	ids[r.ID] = true
	for _, side := range []struct {
		name string
		list []portbook.Component
	}{{"from", r.From}, {"to", r.To}} {
		switch n := len(side.list); {
		case n == 0:
			return fmt.Errorf("%q names no component", side.name)
		case n > mostEnds:
			return fmt.Errorf("%q names %d components (expected: at most %d)", side.name, n, mostEnds)
		}
	}
	for _, x := range enums {
		if err := x.check(r); err != nil {
			return err
		}
	}
	return nil
}

// snapshotIndex leads from ids to flows while versions are compared.
type snapshotIndex struct {
	Snapshot
	flows  []portbook.Flow // of the catalog, if there is one
	ids    []portbook.FlowID
	number map[portbook.FlowID]int
}

func (e Snapshot) index() *snapshotIndex {
	x := &snapshotIndex{Snapshot: e}
	if e.catalog != nil {
		x.flows = slices.Collect(e.catalog.Flows().All())
	}
	x.ids = make([]portbook.FlowID, 0, len(x.flows)+len(e.records))
	for _, f := range x.flows {
		x.ids = append(x.ids, f.ID())
	}
	for i := range e.records {
		x.ids = append(x.ids, e.records[i].ID)
	}
	x.number = make(map[portbook.FlowID]int, len(x.ids))
	for i, id := range x.ids {
		x.number[id] = i
	}
	return x
}

func (x *snapshotIndex) record(i int) *portbook.FlowRecord {
	if x.catalog == nil {
		return &x.records[i]
	}
	r := x.flows[i].Record(x.translate)
	return &r
}

// match returns, for each flow of the new version, the number of the same flow
// in the old one; -1 for none. A flow that kept its id is never taken for a
// renamed one.
func (x *snapshotIndex) match(new *snapshotIndex) []int {
	match := make([]int, len(new.ids))
	for i, id := range new.ids {
		match[i] = -1
		if k, ok := x.number[id]; ok {
			match[i] = k
		}
	}
	catalogs := []*portbook.Catalog{new.catalog, x.catalog, portbook.Builtin()}
	for k, id := range x.ids {
		if _, ok := new.number[id]; ok {
			continue
		}
		if i, ok := new.renamed(id, catalogs, match); ok {
			match[i] = k
		}
	}
	return match
}

// renamed finds a flow that had, or in the older of two catalogs has, an id,
// and that is not matched yet.
func (x *snapshotIndex) renamed(id portbook.FlowID, catalogs []*portbook.Catalog, match []int) (int, bool) {
	for _, c := range catalogs {
		if c == nil {
			continue
		}
		f, ok := c.Lookup(id)
		if !ok {
			continue
		}
		for _, other := range append(f.FormerIDs(), f.ID()) {
			if i, ok := x.number[other]; ok && match[i] < 0 {
				return i, true
			}
		}
	}
	return 0, false
}
