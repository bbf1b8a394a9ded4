package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/spf13/cobra"
)

// selection holds the flags that choose flows. Values of one flag are
// alternatives; different flags must all hold.
type selection struct {
	products, components, from, to, between, involving, ports, protocols []string

	values [][]string // of each of content.EnumFilters
	kinds  []string   // how errors call these
}

func (s *selection) addFlags(a *app, cmd *cobra.Command) {
	for _, x := range []struct {
		list  *[]string
		name  string
		usage phrase.Phrase
		of    func(*portbook.Catalog) []string
	}{
		{&s.products, "product", phrase.FlagProduct, productIDs},
		{&s.components, "component", phrase.FlagComponent, componentIDs},
		{&s.from, "from", phrase.FlagFrom, endpointIDs},
		{&s.to, "to", phrase.FlagTo, endpointIDs},
		{&s.involving, "involving", phrase.FlagInvolving, endpointIDs},
	} {
		a.listFlag(cmd, x.list, x.name, x.usage, a.offering(x.of))
	}
	a.valuesFlag(cmd, &s.protocols, "protocol", a.say(phrase.FlagProtocol, "alternatives", a.say(phrase.FlagAlternatives)), protocols)
	s.values = make([][]string, len(content.EnumFilters))
	for i, x := range content.EnumFilters {
		column := label.In(a.language).Of("column", x.Word())
		usage := a.say(phrase.FlagValue, "column", column, "values", listed(x.Listed()), "alternatives", a.say(phrase.FlagAlternatives))
		a.valuesFlag(cmd, &s.values[i], x.Word(), usage, x.Listed())
		s.kinds = append(s.kinds, strings.ToLower(column))
	}
	// In the values of these, a comma has a meaning of its own.
	cmd.Flags().StringArrayVar(&s.ports, "port", nil, a.say(phrase.FlagPort))
	cmd.Flags().StringArrayVar(&s.between, "between", nil, a.say(phrase.FlagBetween))
	complete(cmd, "between", a.offering(endpointIDs))
}

// listFlag adds a flag that takes a list of what the catalog has.
func (a *app) listFlag(cmd *cobra.Command, list *[]string, name string, usage phrase.Phrase, values func() []string) {
	cmd.Flags().StringSliceVar(list, name, nil, a.say(usage, "alternatives", a.say(phrase.FlagAlternatives)))
	complete(cmd, name, values)
}

// valuesFlag adds a flag that takes a list of fixed values.
func (a *app) valuesFlag(cmd *cobra.Command, list *[]string, name, usage string, values []string) {
	cmd.Flags().StringSliceVar(list, name, nil, usage)
	complete(cmd, name, func() []string { return values })
}

// protocols are those in common use, which are offered; all others are read too.
var protocols = []string{"tcp", "udp", "icmp", "igmp", "sctp", "gre", "esp", "ah", "ipv6-icmp", "ospf", "vrrp"}

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
			return failure(phrase.ErrorPair, "value", quoted(v), "n", counted(len(ends), phrase.CountName, phrase.CountNames))
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
	var chosen []portbook.Protocol
	for _, v := range s.protocols {
		p, err := protocol(v)
		if err != nil {
			return err
		}
		chosen = append(chosen, p)
	}
	if len(s.ports) > 0 {
		*flows = flows.Touching(ports)
	}
	if len(chosen) > 0 {
		*flows = flows.Using(chosen...)
	}
	return nil
}

// protocol reads the keyword or number of a protocol.
func protocol(s string) (portbook.Protocol, error) {
	p, err := portbook.ParseProtocol(strings.TrimSpace(s))
	if err == nil {
		return p, nil
	}
	if near := nearest.Of(s, protocols, 3); len(near) > 0 {
		return p, unknown(phrase.KindProtocol, s, protocols)
	}
	return p, failure(phrase.ErrorProtocol, "name", quoted(s))
}

// byValues keeps the flows that have the chosen values.
func (s *selection) byValues(_ *portbook.Catalog, flows *portbook.FlowSet) error {
	for i, x := range content.EnumFilters {
		values, err := choices(s.kinds[i], s.values[i], x.Listed())
		if err != nil {
			return err
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
	typed, text := s, ""
	if !strings.Contains(s, "/") && strings.TrimSpace(s) != "" {
		s += "/*"
	}
	set, err := portbook.ParsePortSet(s)
	if err != nil {
		if text = message(err); typed != s {
			text = strings.Replace(text, fmt.Sprintf(" in %q", s), "", 1)
		}
		return set, failure(phrase.ErrorPorts, "error", text)
	}
	return set, nil
}
