package portbook

import (
	"slices"

	"github.com/portbook/portbook/internal/table"
)

// FlowID is the id of a flow, such as "itms/package-server/unc-inbound". Its
// constants are listed below. Ids never change their meaning; a renamed flow
// keeps its former id too.
type FlowID string

// Flow is a handle of one flow of a catalog. Handles are comparable. The zero
// value belongs to no catalog: its methods return zero values.
type Flow struct {
	catalog *Catalog
	index   uint32
}

var noFlow table.Flow

func (f Flow) record() *table.Flow {
	if f.IsZero() {
		return &noFlow
	}
	return &f.catalog.t().Flows[f.index]
}

// IsZero reports whether f is the zero value.
func (f Flow) IsZero() bool { return f.catalog == nil }

// Catalog returns the catalog that the flow belongs to; nil for the zero value.
func (f Flow) Catalog() *Catalog { return f.catalog }

// ID returns the flow's id.
func (f Flow) ID() FlowID { return FlowID(f.catalog.t().Name(f.record().ID)) }

// String returns the flow's id, which is also what a log shows of it.
func (f Flow) String() string { return string(f.ID()) }

// FormerIDs returns the ids that the flow had in earlier versions.
func (f Flow) FormerIDs() []FlowID {
	var list []FlowID
	for _, s := range f.catalog.strings(f.record().FormerIDs) {
		list = append(list, FlowID(s))
	}
	return list
}

// Product returns the product whose document describes the flow.
func (f Flow) Product() Product {
	if f.IsZero() {
		return ""
	}
	return f.catalog.productID(f.record().Product)
}

// Component returns the component that the flow is documented under. Direction is relative to it.
func (f Flow) Component() Component {
	if f.IsZero() {
		return ""
	}
	return f.catalog.componentID(f.record().Component)
}

// From returns the components that open the connection: each of them on its own.
func (f Flow) From() []Component { return f.catalog.components(f.record().From) }

// To returns the components that the connection is opened to: each of them on its own.
func (f Flow) To() []Component { return f.catalog.components(f.record().To) }

// value returns the value of an enumerated field; "" for the zero value.
func (f Flow) value(e table.Enum, values []string) string {
	if f.IsZero() {
		return ""
	}
	return values[f.record().Enums[e]]
}

// Ports returns the destination ports. It is empty when the document does not
// bound them: PortKind says why, and Protocols still has the protocol where
// it is known.
func (f Flow) Ports() PortSet {
	if f.IsZero() {
		return PortSet{}
	}
	return PortSet{f.catalog.t().PortSet(f.record().Ports)}
}

// Protocols returns the protocols of the flow in increasing order; none when
// the document does not say.
func (f Flow) Protocols() []Protocol {
	var list []Protocol
	for _, p := range f.catalog.t().List(f.record().Protocols) {
		list = append(list, Protocol(p))
	}
	return list
}

// SourcePorts returns the source ports where the document refers to them; otherwise it is empty.
func (f Flow) SourcePorts() PortSet {
	if f.IsZero() {
		return PortSet{}
	}
	return PortSet{f.catalog.t().PortSet(f.record().SourcePorts)}
}

// Settings returns the settings that decide on the flow: [Setting.Governs] says what of it.
func (f Flow) Settings() []Setting {
	var list []Setting
	for _, i := range f.catalog.t().List(f.record().Settings) {
		list = append(list, f.catalog.setting(i))
	}
	return list
}

// AppProtocols returns the names of the application protocols, such as HTTPS.
func (f Flow) AppProtocols() []string { return f.catalog.strings(f.record().AppProtocols) }

// OSServices returns the operating system services or processes that take part, as published.
func (f Flow) OSServices() []string { return f.catalog.strings(f.record().OSServices) }

// Hosts returns the published host names and addresses of the flow's endpoints,
// those of all regions: [ComponentInfo.HostsIn] distinguishes them.
func (f Flow) Hosts() []Host {
	var list []Host
	for _, x := range f.ends() {
		list = f.catalog.appendHosts(list, x)
	}
	return list
}

// ends returns the records of the flow's endpoints.
func (f Flow) ends() []*table.Component {
	t := f.catalog.t()
	var list []*table.Component
	for _, l := range []table.List{f.record().From, f.record().To} {
		for _, i := range t.List(l) {
			list = append(list, &t.Components[i])
		}
	}
	return list
}

// Purpose returns what the flow is for, in one sentence.
func (f Flow) Purpose() Text { return f.catalog.text(f.record().Purpose) }

// Notes returns the notes on this flow. Notes on its product and components are
// with [ProductInfo] and [ComponentInfo].
func (f Flow) Notes() []Note {
	var list []Note
	for _, i := range f.catalog.t().List(f.record().Notes) {
		list = append(list, f.catalog.note(i))
	}
	return list
}

// Citations returns the places in documents that the flow is taken from. There is at least one.
func (f Flow) Citations() []Citation { return f.catalog.citations(f.record().Citations) }

// Published holds the tokens that a document prints, to the letter. A token is
// empty when the document has none.
type Published struct {
	Protocol  string `json:"protocol"`  // "TCP/UDP"
	Ports     string `json:"ports"`     // "80, 443"
	Direction string `json:"direction"` // "Inbound"
}

// Published returns the tokens of the cited row.
func (f Flow) Published() Published {
	return f.catalog.published(f.record().Published)
}

func (c *Catalog) published(tokens [3]table.Name) Published {
	t := c.t()
	return Published{t.Name(tokens[0]), t.Name(tokens[1]), t.Name(tokens[2])}
}

// Inferred returns the fields that the document does not state.
func (f Flow) Inferred() []Field { return named[Field](f.record().Inferred, table.InferredFields) }

// IsInferred reports whether the document does not state a field.
func (f Flow) IsInferred(field Field) bool { return slices.Contains(f.Inferred(), field) }

// Quirks returns what is wrong or ambiguous in the cited row.
func (f Flow) Quirks() []Quirk {
	return named[Quirk](f.record().Quirks, table.Quirks)
}

func named[T ~string](bits uint32, names []string) []T {
	var list []T
	for i, name := range names {
		if bits>>i&1 == 1 {
			list = append(list, T(name))
		}
	}
	return list
}
