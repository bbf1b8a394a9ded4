package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/spf13/cobra"
)

// selection holds the flags that choose flows. Values of one flag are alternatives; different flags must all hold.
type selection struct {
	products, components, from, to, ports, protocols, directions, requirements, configurable []string
}

func (s *selection) addFlags(a *app, cmd *cobra.Command) {
	flag := func(p *[]string, name, usage string, values func() []string) {
		cmd.Flags().StringArrayVar(p, name, nil, usage)
		if values != nil {
			complete(cmd, name, values)
		}
	}
	flag(&s.products, "product", "flows that documents of this product describe (repeat for alternatives)", a.offering(productIDs))
	flag(&s.components, "component", "flows of this component and of those that it inherits from", a.offering(componentIDs))
	flag(&s.from, "from", "flows that this component or product opens", a.offering(endpointIDs))
	flag(&s.to, "to", "flows that are opened to this component or product", a.offering(endpointIDs))
	flag(&s.ports, "port", "flows that use one of these destination ports: 443, 80,443/tcp, 1024-65535/udp", nil)
	flag(&s.protocols, "protocol", "flows of this protocol: tcp, udp, icmp, or a number", func() []string { return []string{"tcp", "udp", "icmp"} })
	flag(&s.directions, "direction", "flows published with this direction: inbound, outbound, both, unstated", func() []string { return directions })
	flag(&s.requirements, "requirement", "flows with this requirement: required, optional, conditional", func() []string { return requirements })
	flag(&s.configurable, "configurable", "flows whose port can be changed: yes, no, discouraged, unstated", func() []string { return configurables })
}

var (
	directions    = ids(portbook.Values[portbook.Direction]())
	requirements  = ids(portbook.Values[portbook.Requirement]())
	configurables = ids(portbook.Values[portbook.Configurable]())
)

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
	products, err := names[portbook.Product](s.products, "product", productIDs(c))
	if err != nil {
		return err
	}
	components, err := names[portbook.Component](s.components, "component", componentIDs(c))
	if err != nil {
		return err
	}
	from, err := endpoints(c, s.from)
	if err != nil {
		return err
	}
	to, err := endpoints(c, s.to)
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
	return cmp.Or(
		having[portbook.Direction](flows, s.directions),
		having[portbook.Requirement](flows, s.requirements),
		having[portbook.Configurable](flows, s.configurable),
	)
}

func having[E interface {
	portbook.Enumeration
	portbook.Value
}](flows *portbook.FlowSet, values []string) error {
	var list []portbook.Value
	for _, s := range values {
		v, err := portbook.ParseValue[E](s)
		if err != nil {
			return err
		}
		list = append(list, v)
	}
	if len(list) > 0 {
		*flows = flows.Having(list...)
	}
	return nil
}

// names checks values against the known ones.
func names[T ~string](values []string, kind string, known []string) ([]T, error) {
	var list []T
	for _, v := range values {
		if !slices.Contains(known, v) {
			return nil, unknown(kind, v, known)
		}
		list = append(list, T(v))
	}
	return list, nil
}

// unknown says that a name is not known, and which known ones are near.
func unknown(kind, name string, known []string) error {
	near := nearest.Of(name, known, 3)
	switch {
	case len(near) > 0:
		return fmt.Errorf("unknown %s %q (nearest: %s)", kind, name, strings.Join(near, ", "))
	case len(known) <= 10:
		return fmt.Errorf("unknown %s %q (expected: %s)", kind, name, strings.Join(known, ", "))
	}
	return fmt.Errorf("unknown %s %q", kind, name)
}

// endpoint reads the id of a component or product.
func endpoint(c *portbook.Catalog, name string) (portbook.Endpoint, error) {
	if _, ok := c.Component(portbook.Component(name)); ok {
		return portbook.Component(name), nil
	}
	if _, ok := c.Product(portbook.Product(name)); ok {
		return portbook.Product(name), nil
	}
	return nil, unknown("component or product", name, endpointIDs(c))
}

func endpoints(c *portbook.Catalog, values []string) ([]portbook.Endpoint, error) {
	var list []portbook.Endpoint
	for _, v := range values {
		e, err := endpoint(c, v)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// parsePorts reads the text form of a port set, or ports without a protocol for those of every protocol.
func parsePorts(s string) (portbook.PortSet, error) {
	if !strings.Contains(s, "/") {
		s += "/*"
	}
	return portbook.ParsePortSet(s)
}
