// Package diff compares versions of a catalog, flow by flow, and tells what each difference means for a firewall.
package diff

import (
	"slices"

	"github.com/portbook/portbook"
)

// Diff compares two editions of a catalog, flow by flow, with texts in the first language of each: see [Compare].
func Diff(old, new *portbook.Catalog) Changes { return Compare(EditionOf(old), EditionOf(new)) }

// Compare compares two editions, flow by flow, and tells what each difference means for a firewall: see [Impact]. Flows are
// matched by id; a flow that was renamed is matched by the ids that it had, which the catalog of either edition and the
// built-in one know. Texts of editions in different languages are not compared: see [Changes.TextsCompared].
//
// It takes time proportional to the number of flows, and memory for those that changed.
func Compare(old, new Edition) Changes {
	a, b := old.index(), new.index()
	c := Changes{Old: old, New: new, TextsCompared: old.language == "" || new.language == "" || old.language == new.language}
	match := a.match(b)
	matched := make([]bool, len(a.ids))
	for i := range b.ids {
		to := b.record(i)
		var from *portbook.FlowRecord
		if k := match[i]; k >= 0 {
			matched[k] = true
			from = a.record(k)
		}
		if x, ok := c.compare(from, to); ok {
			c.List = append(c.List, x)
		}
	}
	for k := range a.ids {
		if !matched[k] {
			x, _ := c.compare(a.record(k), nil)
			c.List = append(c.List, x)
		}
	}
	c.findStillNeeded(b)
	return c
}

// Changes are the differences between two editions. The zero value holds none.
type Changes struct {
	Old, New Edition
	// List holds the changes: those of flows that the new edition has, in its order, and then the flows that were removed, in
	// the order of the old one.
	List []Change
	// TextsCompared tells that purposes, notes, conditions and names of settings were compared word by word. Where the editions
	// are in different languages, only their presence is, which is how it is noticed that a flow gained a condition.
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
	ID       portbook.FlowID  `json:"id"`                 // in the new edition; that of the old one when the flow was removed
	FormerID portbook.FlowID  `json:"formerId,omitempty"` // in the old edition, when it is another one
	Impact   Impact           `json:"impact"`             // the strongest of the impacts of Fields
	Gained   portbook.PortSet `json:"gained"`             // destination ports that the old edition lacks
	Lost     portbook.PortSet `json:"lost"`               // destination ports that the new edition lacks
	// StillNeeded holds those ports of the traffic that the flow no longer calls for which other flows of the new edition call
	// for between the same components: a rule for them must stay.
	StillNeeded portbook.PortSet     `json:"stillNeeded"`
	Fields      []FieldChange        `json:"fields"` // in the order of the record; none when the flow is new or was removed
	Old         *portbook.FlowRecord `json:"old"`    // nil when the flow is new
	New         *portbook.FlowRecord `json:"new"`    // nil when the flow was removed
}

// Record returns the flow as the new edition has it, or as the old one had it when it was removed.
func (x Change) Record() *portbook.FlowRecord {
	if x.New != nil {
		return x.New
	}
	return x.Old
}

// FieldChange is a field of a flow that changed.
type FieldChange struct {
	Name   string `json:"name"` // as in JSON: "ports", "requirement", ...
	Impact Impact `json:"impact"`
	Old    any    `json:"old"` // with the type that the field has in portbook.FlowRecord
	New    any    `json:"new"`
}

// compare tells what became of a flow, of which one of the records may be nil; ok is false when nothing did.
func (c *Changes) compare(old, new *portbook.FlowRecord) (x Change, ok bool) {
	x = Change{Old: old, New: new, Fields: []FieldChange{}}
	switch {
	case old == nil:
		x.ID, x.Gained, x.Impact = new.ID, new.Ports, opens(new)
		return x, true
	case new == nil:
		x.ID, x.Lost, x.Impact = old.ID, old.Ports, CanClose
		return x, true
	}
	for _, f := range fields {
		if f.equal(old, new, c.TextsCompared) {
			continue
		}
		impact := f.judge(old, new)
		x.Fields = append(x.Fields, FieldChange{f.name, impact, f.value(old), f.value(new)})
		x.Impact = stronger(x.Impact, impact)
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
