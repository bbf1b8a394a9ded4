package portbook

import "github.com/portbook/portbook/internal/table"

// ConditionID is the id of a condition, such as
// "host-security/internet-through-proxy".
type ConditionID string

// Condition is a circumstance on which flows depend. Flows that depend on the
// same circumstance share its condition: [FlowSet.AffectedBy] leads to them.
type Condition struct {
	ID        ConditionID `json:"id"`        // as in data: "apex-central/low-security-level"
	Product   Product     `json:"product"`   // whose data states it
	Text      Text        `json:"text"`      // "Only if ..."
	Citations []Citation  `json:"citations"` // where it is written
}

// Conditions returns all conditions of the catalog, by id.
func (c *Catalog) Conditions() []Condition {
	list := make([]Condition, len(c.t().Conditions))
	for i := range list {
		list[i] = c.condition(uint32(i))
	}
	return list
}

// Condition returns the condition with the id.
func (c *Catalog) Condition(id ConditionID) (Condition, bool) {
	i, ok := c.t().FindCondition(string(id))
	if !ok {
		return Condition{}, false
	}
	return c.condition(uint32(i)), true
}

func (c *Catalog) condition(i uint32) Condition {
	t := c.t()
	x := &t.Conditions[i]
	return Condition{ConditionID(t.Name(x.ID)), c.productID(x.Product), c.text(x.Text), c.citations(x.Citations)}
}

func (c *Catalog) conditionIDs(l table.List) []ConditionID {
	var list []ConditionID
	for _, i := range c.t().List(l) {
		list = append(list, ConditionID(c.t().Name(c.t().Conditions[i].ID)))
	}
	return list
}

// Conditions returns the conditions under which a conditional flow is needed:
// all of them must hold. Other flows have none.
func (f Flow) Conditions() []Condition {
	var list []Condition
	for _, i := range f.catalog.t().List(f.record().Conditions) {
		list = append(list, f.catalog.condition(i))
	}
	return list
}
