package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

func (a *app) showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "show ID",
		Short:             a.say(phrase.HelpShow),
		Long:              a.paragraphs(phrase.HelpShow, phrase.AboutShow, phrase.AboutJSON),
		Example:           "  portbook show itms/package-server/unc-inbound\n  portbook show itms/package-server --lang ja",
		Args:              a.arguments(1, 1),
		ValidArgsFunction: offer(a.offering(allIDs)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, o, err := a.listing()
			if err != nil {
				return err
			}
			return a.emitText(cmd, o, func(w io.Writer) error { return a.show(w, c, args[0], o) })
		},
	}
	a.addOutput(cmd)
	a.addJSON(cmd, flowRecords(""), componentRecords, productRecords)
	return cmd
}

// The records that show writes where its argument is not a flow.
var (
	componentRecords = records{"COMPONENT", nil, fieldsOf(jsonComponent{Regions: map[portbook.Region][]portbook.Host{"": nil}})}
	productRecords   = records{"PRODUCT", nil, fieldsOf(jsonProduct{})}
)

func (a *app) show(w io.Writer, c *portbook.Catalog, id string, o report.Options) error {
	l := o.Languages[0]
	if f, ok := c.Lookup(portbook.FlowID(id)); ok {
		if o.Format == report.JSON {
			return writeJSON(w, l.Record(f))
		}
		return report.WriteDetails(w, f, o)
	}
	e, err := named(c, phrase.KindID, id, endpointIDs(c))
	if err != nil {
		if near := nearest.Of(id, flowIDs(c), 1); len(near) > 0 {
			return unknown(phrase.KindID, id, allIDs(c))
		}
		return err
	}
	if x, ok := c.Component(portbook.Component(fmt.Sprint(e))); ok {
		a.chosen = componentRecords
		return showFacts(w, o, componentRecord(c, x, l), componentFacts(x, l), nil, flowsOf(c.Flows(), x.ID))
	}
	p, _ := c.Product(portbook.Product(fmt.Sprint(e)))
	a.chosen = productRecords
	return showFacts(w, o, productRecord(c, p, l), productFacts(p, l), productTables(c, p.ID, l), c.Flows().DocumentedBy(p.ID))
}

// allIDs lists the ids of products, components and flows.
func allIDs(c *portbook.Catalog) []string { return append(endpointIDs(c), flowIDs(c)...) }

// titledTable is a table that follows the facts of a product.
type titledTable struct {
	title string
	table grid.Table
}

// showFacts writes the facts of a component or product, the tables that go with
// it, and its flows. CSV holds the facts alone, since a file of it is one
// table.
func showFacts(w io.Writer, o report.Options, record any, facts grid.Table, tables []titledTable, flows portbook.FlowSet) error {
	if o.Format == report.JSON {
		return writeJSON(w, record)
	}
	if err := writeTable(w, o, facts); err != nil || o.Format == report.CSV {
		return err
	}
	heading := "\n%s\n\n"
	if o.Format == report.Markdown {
		heading = "\n## %s\n\n"
	}
	for _, t := range tables {
		if len(t.table.Rows) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, heading, t.title); err != nil {
			return err
		}
		if err := writeTable(w, o, t.table); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w, heading, label.In(o.Languages[0]).Text(label.ColumnFlows)); err != nil {
		return err
	}
	return report.WriteList(w, flows, o)
}

// productTables lists the settings of a product and what it does with suspicious objects.
func productTables(c *portbook.Catalog, id portbook.Product, l i18n.Localizer) []titledTable {
	settings := grid.Table{Header: header(l, label.ColumnID, label.ColumnGroup, label.ColumnName, label.ColumnKind, label.ColumnRequirement, label.ColumnGoverns, label.ColumnDefault, label.ColumnHelp)}
	for _, s := range c.Settings() {
		if s.Product == id {
			var governs []string
			for _, g := range s.Governs {
				governs = append(governs, value(l, "governs", g))
			}
			settings.Rows = append(settings.Rows, []string{
				string(s.ID), l.Text(s.Group), l.Text(s.Label), value(l, "setting-kind", s.Kind), value(l, "requirement", s.Requirement),
				strings.Join(governs, ", "), s.Default.String(), l.Text(s.Help),
			})
		}
	}
	actions := grid.Table{Header: header(l, label.ColumnObjectAction, label.ColumnScan, label.ColumnResult)}
	for _, m := range c.ActionMappings() {
		if m.Product == id {
			actions.Rows = append(actions.Rows, []string{value(l, "object-action", m.Action), value(l, "scan-type", m.Scan), value(l, "scan-action", m.Result)})
		}
	}
	decisions := grid.Table{Header: []string{"", label.In(l).Text(label.ColumnName)}}
	for _, order := range c.DecisionOrders() {
		for i, step := range order.Steps {
			if order.Product == id {
				decisions.Rows = append(decisions.Rows, []string{fmt.Sprint(i + 1), value(l, "decision-step", step)})
			}
		}
	}
	return []titledTable{
		{label.In(l).Text(label.ShowSettings), settings}, {label.In(l).Text(label.ShowActions), actions}, {label.In(l).Text(label.ShowDecisions), decisions},
	}
}

// value returns the label of a value of an enumeration.
func value[T ~string](l i18n.Localizer, kind string, v T) string {
	return label.In(l).Of(kind, string(v))
}

// facts makes a table of two columns, leaving out what is empty.
func facts(l i18n.Localizer, id string, pairs ...any) grid.Table {
	t := grid.Table{Header: []string{label.In(l).Text(label.ColumnID), id}}
	for i := 0; i < len(pairs); i += 2 {
		if s := pairs[i+1].(string); s != "" {
			t.Rows = append(t.Rows, []string{label.In(l).Text(pairs[i].(label.Label)), s})
		}
	}
	return t
}

func noteTexts(notes []portbook.Note, l i18n.Localizer) []string {
	list := []string{}
	for _, n := range notes {
		list = append(list, l.Text(n.Text))
	}
	return list
}

func componentFacts(c portbook.ComponentInfo, l i18n.Localizer) grid.Table {
	return facts(l, string(c.ID), label.ColumnName, l.Text(c.Name), label.ColumnAlias, strings.Join(c.Aliases, ", "), label.ColumnRole, l.Text(c.Role),
		label.ColumnProduct, string(c.Product), label.ColumnHosting, value(l, "hosting", c.Hosting), label.ColumnHosts, strings.Join(hostTexts(c.Hosts), ", "), label.ColumnInherits, strings.Join(ids(c.Inherits), ", "),
		label.ColumnNotes, strings.Join(noteTexts(c.Notes, l), " / "))
}

func productFacts(p portbook.ProductInfo, l i18n.Localizer) grid.Table {
	var sources []string
	for _, d := range p.Documents {
		sources = append(sources, l.Text(d.Title)+" ("+strings.TrimSpace(d.URL+" "+d.Page)+")")
	}
	return facts(l, string(p.ID), label.ColumnName, l.Text(p.Name), label.ColumnRole, l.Text(p.Summary), label.ColumnVendor, p.Vendor,
		label.ColumnVersion, p.Version, label.ReportSources, strings.Join(sources, "; "), label.ColumnNotes, strings.Join(noteTexts(p.Notes, l), " / "))
}

// jsonComponent and jsonProduct are the forms of components and products in JSON.
type jsonComponent struct {
	ID       portbook.Component   `json:"id"`
	Product  portbook.Product     `json:"product"`
	Name     string               `json:"name"`
	Aliases  []string             `json:"aliases"`
	Role     string               `json:"role"`
	Hosting  portbook.Hosting     `json:"hosting"`
	Hosts    []portbook.Host      `json:"hosts"`
	Inherits []portbook.Component `json:"inherits"`
	Notes    []string             `json:"notes"`
	Flows    []portbook.FlowID    `json:"flows"`

	Regions map[portbook.Region][]portbook.Host `json:"regions,omitempty"`
}

type jsonProduct struct {
	ID        portbook.Product  `json:"id"`
	Name      string            `json:"name"`
	Summary   string            `json:"summary"`
	Vendor    string            `json:"vendor"`
	Version   string            `json:"version"`
	Documents []string          `json:"documents"`
	Notes     []string          `json:"notes"`
	Flows     []portbook.FlowID `json:"flows"`

	Settings       []jsonSetting       `json:"settings"`
	ActionMappings []jsonActionMapping `json:"actionMappings"`
	DecisionOrders []jsonDecisionOrder `json:"decisionOrders"`
}

type jsonSetting struct {
	ID          portbook.SettingID   `json:"id"`
	Component   portbook.Component   `json:"component"`
	Group       string               `json:"group"`
	Label       string               `json:"label"`
	Kind        portbook.SettingKind `json:"kind"`
	Requirement portbook.Requirement `json:"requirement"`
	Help        string               `json:"help"`
	Governs     []portbook.Governs   `json:"governs"`
	Default     portbook.PortSet     `json:"default"`
	Flows       []portbook.FlowID    `json:"flows"`
}

type jsonActionMapping struct {
	Object string                `json:"object"`
	Action portbook.ObjectAction `json:"action"`
	Scan   portbook.ScanType     `json:"scan"`
	Result portbook.ScanAction   `json:"result"`
}

type jsonDecisionOrder struct {
	Object string                  `json:"object"`
	Steps  []portbook.DecisionStep `json:"steps"`
}

func hostTexts(hosts []portbook.Host) []string {
	var list []string
	for _, h := range hosts {
		list = append(list, h.String())
	}
	return list
}

func idsOf(flows portbook.FlowSet) []portbook.FlowID {
	list := []portbook.FlowID{}
	for f := range flows.All() {
		list = append(list, f.ID())
	}
	return list
}

func componentRecord(c *portbook.Catalog, x portbook.ComponentInfo, l i18n.Localizer) jsonComponent {
	return jsonComponent{
		x.ID, x.Product, l.Text(x.Name), append([]string{}, x.Aliases...), l.Text(x.Role), x.Hosting, append([]portbook.Host{}, x.Hosts...),
		append([]portbook.Component{}, x.Inherits...), noteTexts(x.Notes, l), idsOf(flowsOf(c.Flows(), x.ID)), x.Regions,
	}
}

func productRecord(c *portbook.Catalog, p portbook.ProductInfo, l i18n.Localizer) jsonProduct {
	r := jsonProduct{
		ID: p.ID, Name: l.Text(p.Name), Summary: l.Text(p.Summary), Vendor: p.Vendor, Version: p.Version, Documents: []string{},
		Notes: noteTexts(p.Notes, l), Flows: idsOf(c.Flows().DocumentedBy(p.ID)), Settings: []jsonSetting{}, ActionMappings: []jsonActionMapping{}, DecisionOrders: []jsonDecisionOrder{},
	}
	for _, d := range p.Documents {
		r.Documents = append(r.Documents, string(d.ID))
	}
	for _, s := range c.Settings() {
		if s.Product == p.ID {
			affected := idsOf(c.Flows().AffectedBy(s.ID))
			r.Settings = append(r.Settings, jsonSetting{
				s.ID, s.Component, l.Text(s.Group), l.Text(s.Label), s.Kind, s.Requirement, l.Text(s.Help),
				append([]portbook.Governs{}, s.Governs...), s.Default, affected,
			})
		}
	}
	for _, m := range c.ActionMappings() {
		if m.Product == p.ID {
			r.ActionMappings = append(r.ActionMappings, jsonActionMapping{m.Object, m.Action, m.Scan, m.Result})
		}
	}
	for _, d := range c.DecisionOrders() {
		if d.Product == p.ID {
			r.DecisionOrders = append(r.DecisionOrders, jsonDecisionOrder{d.Object, d.Steps})
		}
	}
	return r
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
