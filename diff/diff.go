// Package diff compares versions of a catalog, flow by flow, and says what each
// difference means for a firewall: ports to open before an update, ports that can
// be closed, or nothing.
//
//	before, err := diff.ReadSnapshot(file) // an export of the former version
//	changes := diff.Compare(before, diff.SnapshotOf(portbook.Builtin()))
//	fmt.Println(changes.Count(diff.OpenFirst), "to open first")
//
// [Catalogs] compares two catalogs in memory, and [ReadSnapshot] reads what
// report wrote as JSON. [Impact] has the classes of changes. Package report
// writes changes for people: see its WriteChanges.
package diff

import (
	"slices"

	"github.com/portbook/portbook"
)

// Catalogs compares two versions of a catalog, with texts in the first language
// of each: see [Compare].
func Catalogs(old, new *portbook.Catalog) Changes {
	return Compare(SnapshotOf(old), SnapshotOf(new))
}

// Compare compares two snapshots, flow by flow, and says what each difference
// means for a firewall: see [Impact]. Flows are matched by id; a flow that was
// renamed is matched by the ids that it had, which the catalog of either
// snapshot and the built-in one know, and else when exactly one flow that went
// and one that came have the same ends, ports and purpose: see
// [Change.RenameInferred]. Texts of snapshots in different languages are not
// compared: see [Changes.TextsCompared].
//
// It takes time proportional to the number of flows, and memory for those that
// changed.
func Compare(old, new Snapshot) Changes {
	a, b := old.index(), new.index()
	c := Changes{Old: old, New: new, TextsCompared: old.language == "" || new.language == "" || old.language == new.language}
	match := a.match(b)
	guessed := a.guess(b, match, c.TextsCompared)
	matched := make([]bool, len(a.ids))
	for i := range b.ids {
		to := b.record(i)
		var from *portbook.FlowRecord
		if k := match[i]; k >= 0 {
			matched[k] = true
			from = a.record(k)
		}
		if x, ok := c.compare(from, to); ok {
			x.RenameInferred = guessed[i]
			c.List = append(c.List, x)
		}
	}
	for k := range a.ids {
		if !matched[k] {
			x, _ := c.compare(a.record(k), nil)
			c.List = append(c.List, x)
		}
	}
	c.weigh(a, b)
	return c
}

// Changes are the differences between two versions. The zero value holds none.
type Changes struct {
	Old, New Snapshot // the versions that were compared
	// List holds the changes: those of flows that the new version has, in its
	// order, and then the flows that were removed, in the order of the old one.
	List []Change
	// TextsCompared says that purposes, notes, conditions and names of
	// settings were compared word by word. Where the versions are in different
	// languages, only their presence is, which is how it is noticed that a flow
	// gained a condition.
	TextsCompared bool
}

// Where returns the changes that keep selects.
func (c Changes) Where(keep func(Change) bool) Changes {
	c.List = slices.DeleteFunc(slices.Clone(c.List), func(x Change) bool { return !keep(x) })
	return c
}

// Count returns the number of changes of a class.
func (c Changes) Count(i Impact) int {
	n := 0
	for _, x := range c.List {
		if x.Impact == i {
			n++
		}
	}
	return n
}

// Change is what became of one flow.
type Change struct {
	ID       portbook.FlowID `json:"id"`                 // in the new snapshot; that of the old one when the flow was removed
	FormerID portbook.FlowID `json:"formerId,omitempty"` // in the old snapshot, when it is another one

	// RenameInferred says that no catalog states the rename: the flow is matched
	// because it has the ends, the ports and the purpose of the former one.
	RenameInferred bool `json:"renameInferred,omitempty"`

	Impact Impact           `json:"impact"` // the strongest of the impacts of Fields
	Gained portbook.PortSet `json:"gained"` // destination ports that the flow had not in the old snapshot
	Lost   portbook.PortSet `json:"lost"`   // destination ports that the flow has no longer

	// AlreadyOpen holds those ports of the traffic that the flow newly calls for
	// which flows of the old snapshot called for between the same components:
	// nothing must be opened for them. When the flow is required, only flows that
	// were required count: what is optional may not be open.
	AlreadyOpen portbook.PortSet `json:"alreadyOpen"`

	// StillNeeded holds those ports of the traffic that the flow no longer calls
	// for which flows of the new snapshot call for between the same components: a
	// rule for them must stay.
	StillNeeded portbook.PortSet `json:"stillNeeded"`

	Fields []FieldChange        `json:"fields"` // in the order of the record; none when the flow is new or was removed
	Old    *portbook.FlowRecord `json:"old"`    // nil when the flow is new
	New    *portbook.FlowRecord `json:"new"`    // nil when the flow was removed
}

// Record returns the flow as the new version has it, or as the old one had it when it was removed.
func (x Change) Record() *portbook.FlowRecord {
	if x.New != nil {
		return x.New
	}
	return x.Old
}

// FieldChange is a field of a flow that changed.
type FieldChange struct {
	Name   string `json:"name"`   // as in JSON: "ports", "requirement", ...
	Impact Impact `json:"impact"` // what the change of this field means
	Old    any    `json:"old"`    // with the type that the field has in portbook.FlowRecord
	New    any    `json:"new"`    // with the same type as Old
}

// compare says what became of a flow, of which one of the records may be nil;
// ok is false when nothing did. What it means is weighed later.
func (c *Changes) compare(old, new *portbook.FlowRecord) (x Change, ok bool) {
	x = Change{Old: old, New: new, Fields: []FieldChange{}}
	switch {
	case old == nil:
		x.ID, x.Gained = new.ID, new.Ports
		return x, true
	case new == nil:
		x.ID, x.Lost = old.ID, old.Ports
		return x, true
	}
	for _, f := range fields {
		if !f.equal(old, new, c.TextsCompared) {
			x.Fields = append(x.Fields, FieldChange{Name: f.name, Old: f.value(old), New: f.value(new)})
		}
	}
	if len(x.Fields) == 0 {
		return x, false
	}
	x.ID = new.ID
	if old.ID != new.ID {
		x.FormerID = old.ID
	}
	x.Gained, x.Lost = new.Ports.Subtract(old.Ports), old.Ports.Subtract(new.Ports)
	return x, true
}
