package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

func (a *app) lookupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "lookup PORT",
		Short:   a.say(phrase.HelpLookup),
		Long:    a.paragraphs(phrase.HelpLookup, phrase.AboutLookup, phrase.AboutJSON),
		Example: "  portbook lookup 4343/tcp\n  portbook lookup 10319 --lang ja\n  portbook lookup 443 --json id,from,to",
		Args:    a.arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.listOptions()
			if err != nil {
				return err
			}
			ports, err := parsePorts(args[0])
			if err != nil {
				return err
			}
			c, err := a.catalog()
			if err != nil {
				return err
			}
			flows := c.Flows().Touching(ports)
			a.fit(&o)
			return a.emitText(cmd, o, func(w io.Writer) error { return lookup(w, c, args[0], ports, flows, o) })
		},
	}
	a.addOutput(cmd)
	a.addJSON(cmd, flowRecords("", "exact", "wide"))
	return cmd
}

// lookup lists the flows that use ports; as text, after the names of the ports
// and the number of products that share them.
func lookup(w io.Writer, c *portbook.Catalog, arg string, ports portbook.PortSet, flows portbook.FlowSet, o report.Options) error {
	l := o.Languages[0]
	exact, wide := splitWide(flows, ports)
	switch o.Format {
	case report.JSON:
		return writeJSON(w, jsonLookup{recordsOf(exact, l), recordsOf(wide, l)})
	case report.Text:
	default:
		return report.WriteList(w, flows, o)
	}
	if flows.IsEmpty() {
		_, err := fmt.Fprintln(w, label.In(l).Fill(label.LookupNone, "port", arg))
		return err
	}
	var names []string
	for _, p := range c.NamedPorts() {
		if p.Ports.Overlaps(ports) && !isWide(p.Ports, ports) {
			names = append(names, fmt.Sprintf("%s (%s)", l.Text(p.Name), p.Ports))
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(w, "%s: %s\n", label.In(l).Text(label.LookupNames), strings.Join(names, ", "))
	}
	var products []portbook.Product
	for f := range exact.All() {
		if !slices.Contains(products, f.Product()) {
			products = append(products, f.Product())
		}
	}
	if len(products) > 1 {
		fmt.Fprintln(w, label.In(l).Fill(label.LookupCollision, "n", fmt.Sprint(len(products))))
	}
	if !exact.IsEmpty() {
		if err := report.WriteList(w, exact, o); err != nil || wide.IsEmpty() {
			return err
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, label.In(l).Fill(label.LookupWide, "port", arg))
	return report.WriteList(w, wide, o)
}

// jsonLookup is the form of what uses a port in JSON.
type jsonLookup struct {
	Exact []portbook.FlowRecord `json:"exact"`
	Wide  []portbook.FlowRecord `json:"wide"` // the port is merely within a wide range
}

func recordsOf(flows portbook.FlowSet, l i18n.Localizer) []portbook.FlowRecord {
	list := []portbook.FlowRecord{}
	for f := range flows.All() {
		list = append(list, l.Record(f))
	}
	return list
}

// wideRange is the size from which a range says little of each of its ports:
// such ranges are those of dynamic ports, not of one service.
const wideRange = 256

// isWide reports whether a set contains what it shares with ports in ranges
// that are wide, and wider than those of ports.
func isWide(set, ports portbook.PortSet) bool {
	for p, r := range set.All() {
		size := int(r.Last()) - int(r.First()) + 1
		shared := portbook.PortSetFrom(p, r).Intersect(ports)
		if !shared.IsEmpty() && (size < wideRange || shared.Len() == size) {
			return false
		}
	}
	return true
}

// splitWide divides flows into those that use ports and those in whose wide
// ranges they merely are.
func splitWide(flows portbook.FlowSet, ports portbook.PortSet) (exact, wide portbook.FlowSet) {
	wide = flows
	for f := range flows.All() {
		if !isWide(f.Ports(), ports) {
			wide = wide.Subtract(f.Set())
		}
	}
	return flows.Subtract(wide), wide
}

func (a *app) portsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ports EXPR...",
		Short: a.say(phrase.HelpPorts),
		Long:  a.paragraphs(phrase.HelpPorts, phrase.AboutPorts, phrase.AboutJSON),
		Example: "  portbook ports 80,443/tcp + 514/udp\n" +
			"  portbook ports itms - scanmail\n" +
			"  portbook ports itms ^ 1-1023/tcp",
		Args:              a.arguments(1, -1),
		ValidArgsFunction: offer(a.offering(allIDs)),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.listOptions()
			if err != nil {
				return err
			}
			c, err := a.catalog()
			if err != nil {
				return err
			}
			set, err := a.evaluate(c, args)
			if err != nil {
				return err
			}
			return a.emit(cmd, func(w io.Writer) error { return writePorts(w, set, o) })
		},
	}
	a.addOutput(cmd)
	a.addJSON(cmd, records{"", nil, fieldsOf(jsonPorts{})})
	return cmd
}

// operators are the set operations of the ports command.
var operators = map[string]func(a, b portbook.PortSet) portbook.PortSet{
	"+": portbook.PortSet.Union,
	"-": portbook.PortSet.Subtract,
	"^": portbook.PortSet.Intersect,
}

// evaluate computes an expression from left to right.
func (a *app) evaluate(c *portbook.Catalog, args []string) (portbook.PortSet, error) {
	var result portbook.PortSet
	operator, complements := "+", ""
	pending := false // an operator waits for its operand
	for i, arg := range args {
		if operators[arg] != nil {
			if pending || i == 0 {
				return result, failure(phrase.ErrorOperatorBefore, "operator", quoted(arg))
			}
			operator, pending = arg, true
			continue
		}
		if arg == "!" {
			complements, pending = complements+arg, true
			continue
		}
		set, err := a.operand(c, complements+arg)
		if err != nil {
			return result, err
		}
		result = operators[operator](result, set)
		operator, complements, pending = "+", "", false
	}
	if pending {
		return result, failure(phrase.ErrorOperatorAfter, "operator", quoted(cmp.Or(complements, operator)))
	}
	return result, nil
}

// operand reads a set, or the id of something that has ports; ! before it takes
// the complement. It says on standard error where something has none, since the
// result would look as if that had been left out.
func (a *app) operand(c *portbook.Catalog, arg string) (portbook.PortSet, error) {
	if rest, ok := strings.CutPrefix(arg, "!"); ok {
		set, err := a.operand(c, rest)
		return set.Complement(), err
	}
	if f, ok := c.Lookup(portbook.FlowID(arg)); ok {
		return a.listedPorts(arg, f.Set()), nil
	}
	switch e, err := endpoint(c, arg); e := e.(type) {
	case portbook.Product:
		return a.listedPorts(arg, c.Flows().DocumentedBy(e)), nil
	case portbook.Component:
		return a.listedPorts(arg, flowsOf(c.Flows(), e)), nil
	default:
		if set, parseErr := parsePorts(arg); parseErr == nil || arg == "" || strings.ContainsAny(arg[:1], "0123456789*") {
			return set, parseErr
		}
		return portbook.PortSet{}, err
	}
}

// listedPorts returns the ports of flows, and says so where no flow lists any.
func (a *app) listedPorts(name string, flows portbook.FlowSet) portbook.PortSet {
	ports := flows.Ports()
	if ports.IsEmpty() {
		fmt.Fprintln(a.stderr, a.say(phrase.SayNoPorts, "name", name))
	}
	return ports
}

// jsonPorts is the form of a set of ports in JSON.
type jsonPorts struct {
	Ports  portbook.PortSet `json:"ports"`
	Count  int              `json:"count"`
	Ranges []jsonRange      `json:"ranges"`
}

type jsonRange struct {
	Protocol portbook.Protocol `json:"protocol"`
	First    portbook.Port     `json:"first"`
	Last     portbook.Port     `json:"last"`
}

// writePorts prints a set: in text form, as a table of ranges, or as JSON.
func writePorts(w io.Writer, set portbook.PortSet, o report.Options) error {
	record := jsonPorts{set, set.Len(), []jsonRange{}}
	t := grid.Table{Header: header(o.Languages[0], label.ColumnProtocol, label.ColumnPorts)}
	for p, r := range set.All() {
		record.Ranges = append(record.Ranges, jsonRange{p, r.First(), r.Last()})
		t.Rows = append(t.Rows, []string{p.String(), r.String()})
	}
	if o.Format == report.Text {
		_, err := fmt.Fprintln(w, set)
		return err
	}
	return writeList(w, o, t, record)
}
