package content

import (
	"slices"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/text/grid"
)

// View says what the rows of a report are.
type View string

// The views.
const (
	ViewFlows      View = "flows"      // a row for each flow
	ViewPorts      View = "ports"      // a row for each port that a host listens on, with those that need it
	ViewCollisions View = "collisions" // a row for the ports that several components want on one host
)

// Views returns all views.
func Views() []View { return []View{ViewFlows, ViewPorts, ViewCollisions} }

// Grouping tells by what the flows of a report are put under headings. A flow
// that belongs under several is repeated. Views other than ViewFlows are
// grouped by host.
type Grouping string

// The groupings.
const (
	ByProduct     Grouping = "product"     // by product, and by section of its document
	ByComponent   Grouping = "component"   // by the component that the flow is documented under
	BySource      Grouping = "source"      // by the components that open the connection
	ByDestination Grouping = "destination" // by the components that it is opened to
	ByPort        Grouping = "port"        // by destination port, in order of number
	ByHost        Grouping = "host"        // by the host that listens: in ViewPorts and ViewCollisions alone
)

// Groupings returns the groupings that a view has, the one that it uses by itself first.
func Groupings(v View) []Grouping {
	if v == ViewPorts || v == ViewCollisions {
		return []Grouping{ByHost}
	}
	return []Grouping{ByProduct, ByComponent, BySource, ByDestination, ByPort}
}

// Column is a column of a table.
type Column string

// The columns.
const (
	ColumnID           Column = "id"
	ColumnProduct      Column = "product"
	ColumnSection      Column = "section"
	ColumnComponent    Column = "component" // that the flow is documented under
	ColumnSource       Column = "source"
	ColumnDestination  Column = "destination"
	ColumnProtocol     Column = "protocol"
	ColumnPorts        Column = "ports"
	ColumnSourcePorts  Column = "source-ports"
	ColumnInitiator    Column = "initiator"
	ColumnPortKind     Column = "port-kind"
	ColumnPortChoice   Column = "port-choice"
	ColumnDirection    Column = "direction" // as published
	ColumnRequirement  Column = "requirement"
	ColumnConfigurable Column = "configurable"
	ColumnPurpose      Column = "purpose"
	ColumnAppProtocols Column = "app-protocols"
	ColumnServices     Column = "services"
	ColumnHosts        Column = "hosts"   // published host names and addresses of the endpoints
	ColumnRemarks      Column = "remarks" // condition, initiator, source ports, hosts, quirks, and notes (in a report their numbers)
	ColumnNotes        Column = "notes"   // the texts of the notes
	ColumnQuirks       Column = "quirks"  // with the published tokens
	ColumnCitation     Column = "citation"
	ColumnHost         Column = "host"     // that listens, in the views by host
	ColumnListener     Column = "listener" // the components of the host that listen
	ColumnFlows        Column = "flows"    // the ids of the flows behind a row of a host
)

// Columns returns the columns that a view has.
func Columns(v View) []Column {
	switch v {
	case ViewPorts, ViewCollisions:
		return []Column{
			ColumnHost, ColumnProtocol, ColumnPorts, ColumnListener, ColumnSource, ColumnRequirement, ColumnConfigurable, ColumnPurpose, ColumnServices,
			ColumnRemarks, ColumnFlows,
		}
	}
	columns := withEnums(
		ColumnID, ColumnProduct, ColumnSection, ColumnComponent, ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnSourcePorts,
		ColumnInitiator, ColumnDirection, ColumnRequirement, ColumnConfigurable)
	return append(columns, ColumnPurpose, ColumnAppProtocols, ColumnServices, ColumnHosts, ColumnRemarks, ColumnNotes, ColumnQuirks, ColumnCitation)
}

// defaultColumns returns the columns that suit a view and what a format makes of them.
func defaultColumns(v View, s Shape) []Column {
	switch {
	case v == ViewPorts && s == Narrow:
		return []Column{ColumnHost, ColumnProtocol, ColumnPorts, ColumnSource, ColumnRequirement}
	case v == ViewPorts:
		return slices.DeleteFunc(Columns(v), func(c Column) bool { return c == ColumnListener })
	case v == ViewCollisions:
		return []Column{ColumnHost, ColumnPorts, ColumnListener, ColumnFlows}
	case s == Narrow:
		return []Column{ColumnID, ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnRequirement, ColumnPurpose}
	case s == Flat:
		return slices.DeleteFunc(Columns(v), func(c Column) bool { return c == ColumnRemarks || c == ColumnPortKind || c == ColumnPortChoice })
	}
	columns := withEnums(ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnDirection, ColumnRequirement, ColumnConfigurable)
	return append(slices.DeleteFunc(columns, isTold), ColumnPurpose, ColumnServices, ColumnRemarks, ColumnCitation, ColumnID)
}

// Shape is what a format makes of rows. It decides on the columns that they
// have unless others are asked for.
type Shape uint8

// The shapes.
const (
	Wide   Shape = iota // tables under headings
	Narrow              // tables for a terminal, under headings
	Sheets              // tables that are sorted and filtered, away from their headings
	Flat                // one table without headings
)

// Options are those of package report, checked.
type Options struct {
	Languages []i18n.Localizer
	View      View
	GroupBy   Grouping
	Columns   []Column
	Chosen    bool // the columns were asked for, and stay whatever they hold
	Title     string
	Date      time.Time
	Hosts     [][]portbook.Component
	Draw      func(diagram.Graph) ([]byte, error)
	Progress  func(done, total int)
	Bare      bool // only the rows are written: notes stand with them
	Shape     Shape
	Encoding  string      // of CSV
	Screen    grid.Screen // of text
}

// withDefaults fills in what is left open.
func (o Options) withDefaults() Options {
	SetDefault(&o.View, ViewFlows)
	SetDefault(&o.GroupBy, Groupings(o.View)[0])
	SetDefault(&o.Screen.Ambiguous, 1)
	if len(o.Languages) == 0 {
		o.Languages = []i18n.Localizer{{}}
	}
	if len(o.Columns) > 0 {
		o.Chosen = true
		return o
	}
	o.Columns = defaultColumns(o.View, o.Shape)
	if !o.Bare && o.Shape != Flat { // the heading names the host
		o.Columns = slices.DeleteFunc(o.Columns, func(x Column) bool { return x == ColumnHost })
	}
	if o.Shape == Sheets && o.View == ViewFlows && o.GroupBy == ByProduct {
		o.Columns = append([]Column{ColumnSection}, o.Columns...)
	}
	return o
}

func SetDefault[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}
