package cli

import (
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
	directions    = ids([]portbook.Direction{portbook.DirectionInbound, portbook.DirectionOutbound, portbook.DirectionBoth, portbook.DirectionUnstated})
	requirements  = ids([]portbook.Requirement{portbook.Required, portbook.Optional, portbook.Conditional})
	configurables = ids([]portbook.Configurable{portbook.ConfigurableYes, portbook.ConfigurableNo, portbook.ConfigurableDiscouraged, portbook.ConfigurableUnstated})
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
	var filters []portbook.Filter
	steps := []func() (portbook.Filter, error){
		func() (portbook.Filter, error) {
			return names(s.products, "product", productIDs(c), portbook.OfProduct)
		},
		func() (portbook.Filter, error) { return s.componentFilter(c) },
		func() (portbook.Filter, error) { return endpoints(c, s.from, portbook.From) },
		func() (portbook.Filter, error) { return endpoints(c, s.to, portbook.To) },
		s.portFilter,
		s.protocolFilter,
		func() (portbook.Filter, error) {
			return names(s.directions, "direction", directions, having[portbook.Direction])
		},
		func() (portbook.Filter, error) {
			return names(s.requirements, "requirement", requirements, having[portbook.Requirement])
		},
		func() (portbook.Filter, error) {
			return names(s.configurable, "configurable value", configurables, having[portbook.Configurable])
		},
	}
	for _, step := range steps {
		f, err := step()
		if err != nil {
			return portbook.FlowSet{}, err
		}
		filters = append(filters, f)
	}
	return c.Flows().Where(filters...), nil
}

func having[T portbook.Value](values ...T) portbook.Filter {
	var list []portbook.Value
	for _, v := range values {
		list = append(list, v)
	}
	return portbook.Having(list...)
}

// names checks values against the known ones and makes a filter of them; no values make a filter that selects all.
func names[T ~string](values []string, kind string, known []string, filter func(...T) portbook.Filter) (portbook.Filter, error) {
	if len(values) == 0 {
		return portbook.Filter{}, nil
	}
	var list []T
	for _, v := range values {
		if !slices.Contains(known, v) {
			return portbook.Filter{}, unknown(kind, v, known)
		}
		list = append(list, T(v))
	}
	return filter(list...), nil
}

// unknown tells that a name is not known, and which known ones are near.
func unknown(kind, name string, known []string) error {
	near := nearest.Of(name, known, 3)
	switch {
	case len(near) > 0:
		return fmt.Errorf("unknown %s %q (nearest: %s)", kind, name, strings.Join(near, ", "))
	case len(known) <= 10:
		return fmt.Errorf("unknown %s %q (accepted: %s)", kind, name, strings.Join(known, ", "))
	}
	return fmt.Errorf("unknown %s %q", kind, name)
}

// endpoint reads the id of a component or product.
func endpoint(c *portbook.Catalog, name string) (portbook.Endpoint, error) {
	switch {
	case slices.Contains(componentIDs(c), name):
		return portbook.Component(name), nil
	case slices.Contains(productIDs(c), name):
		return portbook.Product(name), nil
	}
	return nil, unknown("component or product", name, endpointIDs(c))
}

func endpoints(c *portbook.Catalog, values []string, filter func(...portbook.Endpoint) portbook.Filter) (portbook.Filter, error) {
	if len(values) == 0 {
		return portbook.Filter{}, nil
	}
	var list []portbook.Endpoint
	for _, v := range values {
		e, err := endpoint(c, v)
		if err != nil {
			return portbook.Filter{}, err
		}
		list = append(list, e)
	}
	return filter(list...), nil
}

func (s *selection) componentFilter(c *portbook.Catalog) (portbook.Filter, error) {
	return names(s.components, "component", componentIDs(c), func(components ...portbook.Component) portbook.Filter {
		filters := []portbook.Filter{portbook.OfComponent(components...)}
		for _, x := range components {
			filters = append(filters, portbook.Involving(x))
		}
		return portbook.Any(filters...)
	})
}

func (s *selection) portFilter() (portbook.Filter, error) {
	if len(s.ports) == 0 {
		return portbook.Filter{}, nil
	}
	var all portbook.PortSet
	for _, v := range s.ports {
		set, err := parsePorts(v)
		if err != nil {
			return portbook.Filter{}, err
		}
		all = all.Union(set)
	}
	return portbook.Touching(all), nil
}

// parsePorts reads the text form of a port set, or ports without a protocol for those of every protocol.
func parsePorts(s string) (portbook.PortSet, error) {
	if !strings.Contains(s, "/") {
		s += "/*"
	}
	return portbook.ParsePortSet(s)
}

func (s *selection) protocolFilter() (portbook.Filter, error) {
	if len(s.protocols) == 0 {
		return portbook.Filter{}, nil
	}
	var list []portbook.Protocol
	for _, v := range s.protocols {
		p, err := portbook.ParseProtocol(v)
		if err != nil {
			return portbook.Filter{}, err
		}
		list = append(list, p)
	}
	return portbook.Using(list...), nil
}
