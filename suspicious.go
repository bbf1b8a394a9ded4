package portbook

import "github.com/portbook/portbook/internal/table"

// ObjectAction is what Apex Central asks a product to do with a suspicious object.
type ObjectAction string

// The actions of Apex Central.
const (
	ObjectActionLog        ObjectAction = "log"
	ObjectActionBlock      ObjectAction = "block"
	ObjectActionQuarantine ObjectAction = "quarantine"
)

// ScanType is when a product scans.
type ScanType string

// The types of scans.
const (
	ScanTypeRealTime  ScanType = "real-time"
	ScanTypeManual    ScanType = "manual"
	ScanTypeScheduled ScanType = "scheduled"
)

// ScanAction is what a product then does with the message.
type ScanAction string

// The actions of ScanMail.
const (
	ScanActionPass              ScanAction = "pass"
	ScanActionReplace           ScanAction = "replace-with-text-or-file"
	ScanActionQuarantineMessage ScanAction = "quarantine-entire-message"
	ScanActionQuarantinePart    ScanAction = "quarantine-message-part"
)

// ActionMapping is what a product does when Apex Central asks for an action and a scan of some type finds the object.
type ActionMapping struct {
	Product      Product      `json:"product"`      // whose documents have the table
	Object       string       `json:"object"`       // the type of object: "file"
	Action       ObjectAction `json:"action"`       // what the settings of suspicious objects say
	Scan         ScanType     `json:"scan"`         // the kind of scan that finds the object
	Result       ScanAction   `json:"result"`       // what the product does then
	ScanInferred bool         `json:"scanInferred"` // the document does not say for which scans the row holds; taken to be all
	Citations    []Citation   `json:"citations"`    // the row of the table
}

// ActionMappings returns the action mappings of the catalog's products, by action and scan type.
func (c *Catalog) ActionMappings() []ActionMapping {
	t := c.t()
	list := make([]ActionMapping, len(t.ActionMappings))
	for i, m := range t.ActionMappings {
		list[i] = ActionMapping{
			c.productID(m.Product), t.Name(m.Object), ObjectAction(table.ObjectActions[m.Setting]), ScanType(table.ScanTypes[m.Scan]),
			ScanAction(table.ScanActions[m.Result]), m.Inferred, c.citations(m.Citations),
		}
	}
	return list
}

// ActionFor returns what a product does with a suspicious object of the type ("file") when Apex Central asks for action
// and a scan of type scan finds it.
func (c *Catalog) ActionFor(p Product, object string, action ObjectAction, scan ScanType) (ScanAction, bool) {
	for _, m := range c.ActionMappings() {
		if m.Product == p && m.Object == object && m.Action == action && m.Scan == scan {
			return m.Result, true
		}
	}
	return "", false
}

// DecisionStep is a source of verdicts on suspicious objects.
type DecisionStep string

// The steps of a decision.
const (
	DecisionStepUserDefined     DecisionStep = "user-defined-suspicious-object"
	DecisionStepLocalPattern    DecisionStep = "pattern-based-local-scan"
	DecisionStepVirtualAnalyzer DecisionStep = "virtual-analyzer-suspicious-object"
)

// DecisionOrder is the order in which sources of verdicts decide: the first that knows an object wins.
type DecisionOrder struct {
	Product   Product        `json:"product"`   // whose documents state the order
	Object    string         `json:"object"`    // the type of object: "file"
	Steps     []DecisionStep `json:"steps"`     // the first step that applies decides
	Citations []Citation     `json:"citations"` // where it is written
}

// DecisionOrders returns the decision orders of the catalog's products.
func (c *Catalog) DecisionOrders() []DecisionOrder {
	t := c.t()
	list := make([]DecisionOrder, len(t.DecisionOrders))
	for i, d := range t.DecisionOrders {
		list[i] = DecisionOrder{Product: c.productID(d.Product), Object: t.Name(d.Object), Citations: c.citations(d.Citations)}
		for _, step := range t.List(d.Steps) {
			list[i].Steps = append(list[i].Steps, DecisionStep(table.DecisionSteps[step]))
		}
	}
	return list
}
