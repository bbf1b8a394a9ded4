package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/spf13/cobra"
)

// selection holds the flags that choose flows. Values of one flag are alternatives; different flags must all hold.
type selection struct {
	products, components, from, to, between, involving, ports, protocols []string

	values [][]string // of each of content.EnumFilters
}

func (s *selection) addFlags(a *app, cmd *cobra.Command) {
	flag := func(p *[]string, name, usage string, values func() []string) {
		if name == "port" || name == "between" { // a comma belongs to the value
			cmd.Flags().StringArrayVar(p, name, nil, usage)
		} else {
			cmd.Flags().StringSliceVar(p, name, nil, usage)
		}
		if values != nil {
			complete(cmd, name, values)
		}
	}
	flag(&s.products, "product", "flows that documents of this product describe"+alternatives, a.offering(productIDs))
	flag(&s.components, "component", "flows of this component and of those that it inherits from", a.offering(componentIDs))
	flag(&s.from, "from", "flows that this component or product opens", a.offering(endpointIDs))
	flag(&s.to, "to", "flows that are opened to this component or product", a.offering(endpointIDs))
	flag(&s.between, "between", "flows between two components or products, in both directions: A,B", a.offering(endpointIDs))
	flag(&s.involving, "involving", "flows from or to this component or product", a.offering(endpointIDs))
	flag(&s.ports, "port", "flows that use one of these destination ports: 443, 80,443/tcp, 1024-65535/udp", nil)
	flag(&s.protocols, "protocol", "flows of this protocol: tcp, udp, icmp, or a number", func() []string { return []string{"tcp", "udp", "icmp"} })
	s.values = make([][]string, len(content.EnumFilters))
	for i, x := range content.EnumFilters {
		usage := fmt.Sprintf("flows by the column %q: %s", label.Words{}.Of("column", x.Word()), strings.Join(x.Listed(), ", "))
		flag(&s.values[i], x.Word(), usage, x.Listed)
	}
}

// alternatives ends the help of flags that take several values.
const alternatives = " (separate or repeat for alternatives)"

func ids[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

func productIDs(c *portbook.Catalog) []string   { return ids(c.Products()) }
func componentIDs(c *portbook.Catalog) []string { return ids(c.Components()) }
func endpointIDs(c *portbook.Catalog) []string  { return append(productIDs(c), componentIDs(c)...) }

func flowIDs(c *portbook.Catalog) []string {
	var list []string
	for f := range c.Flows().All() {
		list = append(list, f.String())
	}
	return list
}

// flows returns the flows of a catalog that the flags choose.
func (s *selection) flows(c *portbook.Catalog) (portbook.FlowSet, error) {
	flows := c.Flows()
	for _, narrow := range []func(*portbook.Catalog, *portbook.FlowSet) error{s.byEnds, s.byPorts, s.byValues} {
		if err := narrow(c, &flows); err != nil {
			return portbook.FlowSet{}, err
		}
	}
	return flows, nil
}

// byEnds keeps the flows of the chosen products, components and endpoints.
func (s *selection) byEnds(c *portbook.Catalog, flows *portbook.FlowSet) error {
	products, err := read(c, s.products, product)
	if err != nil {
		return err
	}
	components, err := read(c, s.components, component)
	if err != nil {
		return err
	}
	from, err := read(c, s.from, endpoint)
	if err != nil {
		return err
	}
	to, err := read(c, s.to, endpoint)
	if err != nil {
		return err
	}
	involving, err := read(c, s.involving, endpoint)
	if err != nil {
		return err
	}
	if len(products) > 0 {
		*flows = flows.DocumentedBy(asEndpoints(products)...)
	}
	if len(components) > 0 {
		*flows = flowsOf(*flows, asEndpoints(components)...)
	}
	if len(from) > 0 {
		*flows = flows.From(from...)
	}
	if len(to) > 0 {
		*flows = flows.To(to...)
	}
	if len(involving) > 0 {
		*flows = flows.Involving(involving...)
	}
	return s.byPairs(c, flows)
}

// byPairs keeps the flows between the ends of one of the chosen pairs.
func (s *selection) byPairs(c *portbook.Catalog, flows *portbook.FlowSet) error {
	var chosen portbook.FlowSet
	for i, v := range s.between {
		ends := strings.Split(v, ",")
		if len(ends) != 2 {
			return fmt.Errorf("--between %q has %s (expected: two components or products, A,B)", v, count(len(ends), "name"))
		}
		pair, err := read(c, ends, endpoint)
		if err != nil {
			return err
		}
		set := flows.Between(pair[0], pair[1])
		if i > 0 {
			set = chosen.Union(set)
		}
		chosen = set
	}
	if len(s.between) > 0 {
		*flows = chosen
	}
	return nil
}

// flowsOf returns the flows that are listed under any of the endpoints, or lead
// from or to one.
func flowsOf(flows portbook.FlowSet, endpoints ...portbook.Endpoint) portbook.FlowSet {
	return flows.DocumentedBy(endpoints...).Union(flows.Involving(endpoints...))
}

func asEndpoints[E portbook.Endpoint](list []E) []portbook.Endpoint {
	var endpoints []portbook.Endpoint
	for _, e := range list {
		endpoints = append(endpoints, e)
	}
	return endpoints
}

// byPorts keeps the flows of the chosen ports and protocols.
func (s *selection) byPorts(_ *portbook.Catalog, flows *portbook.FlowSet) error {
	var ports portbook.PortSet
	for _, v := range s.ports {
		set, err := parsePorts(v)
		if err != nil {
			return err
		}
		ports = ports.Union(set)
	}
	var protocols []portbook.Protocol
	for _, v := range s.protocols {
		p, err := portbook.ParseProtocol(v)
		if err != nil {
			return err
		}
		protocols = append(protocols, p)
	}
	if len(s.ports) > 0 {
		*flows = flows.Touching(ports)
	}
	if len(protocols) > 0 {
		*flows = flows.Using(protocols...)
	}
	return nil
}

// byValues keeps the flows that have the chosen values.
func (s *selection) byValues(_ *portbook.Catalog, flows *portbook.FlowSet) error {
	for i, x := range content.EnumFilters {
		values := s.values[i]
		for _, v := range values {
			if !slices.Contains(x.Values, v) {
				return fmt.Errorf("unknown %s %q (expected: %s)", x.Word(), v, strings.Join(x.Listed(), ", "))
			}
		}
		if len(values) > 0 {
			*flows = flows.Matching(func(f portbook.Flow) bool { return slices.Contains(values, content.EnumValue(f, x)) })
		}
	}
	return nil
}

// parsePorts reads the text form of a port set, or ports without a protocol for
// those of every protocol. The error quotes what was typed.
func parsePorts(s string) (portbook.PortSet, error) {
	if strings.Contains(s, "/") || strings.TrimSpace(s) == "" {
		return portbook.ParsePortSet(s)
	}
	set, err := portbook.ParsePortSet(s + "/*")
	if err != nil {
		return set, errors.New(strings.Replace(message(err), fmt.Sprintf(" in %q", s+"/*"), "", 1))
	}
	return set, nil
}
