package portbook_test

import (
	"slices"
	"testing"

	"github.com/portbook/portbook"
)

// lineage is the slow, obvious form of inheritance: a component and all that it inherits from.
func lineage(c portbook.Component) []portbook.Component {
	list := []portbook.Component{c}
	for i := 0; i < len(list); i++ {
		info, _ := list[i].Info()
		for _, next := range info.Inherits {
			if !slices.Contains(list, next) {
				list = append(list, next)
			}
		}
	}
	return list
}

func anyOf(list, of []portbook.Component) bool {
	return slices.ContainsFunc(list, func(c portbook.Component) bool { return slices.Contains(of, c) })
}

func ofProduct(list []portbook.Component, p portbook.Product) bool {
	return slices.ContainsFunc(list, func(c portbook.Component) bool {
		info, _ := c.Info()
		return info.Product == p
	})
}

// TestFilters checks every filter against a plain predicate, flow by flow.
func TestFilters(t *testing.T) {
	inventory, server := portbook.ComponentITMSInventory, portbook.ComponentITMSNotificationServer
	low := portbook.MustParsePortSet("1-1023/tcp")
	for _, c := range []struct {
		name   string
		filter portbook.Filter
		want   func(f portbook.Flow) bool
	}{
		{"every", portbook.Filter{}, func(portbook.Flow) bool { return true }},
		{"from", portbook.From(inventory), func(f portbook.Flow) bool { return anyOf(f.From(), lineage(inventory)) }},
		{"from product", portbook.From(portbook.ProductSite), func(f portbook.Flow) bool { return ofProduct(f.From(), portbook.ProductSite) }},
		{"to", portbook.To(server, portbook.ComponentSiteDNSServer), func(f portbook.Flow) bool {
			return anyOf(f.To(), []portbook.Component{server, portbook.ComponentSiteDNSServer})
		}},
		{"involving", portbook.Involving(server), func(f portbook.Flow) bool { return anyOf(append(f.From(), f.To()...), []portbook.Component{server}) }},
		{"between", portbook.Between(inventory, server), func(f portbook.Flow) bool {
			a, b := lineage(inventory), []portbook.Component{server}
			return anyOf(f.From(), a) && anyOf(f.To(), b) || anyOf(f.From(), b) && anyOf(f.To(), a)
		}},
		{"between products", portbook.Between(portbook.ProductScanMail, portbook.ProductApexCentral), func(f portbook.Flow) bool {
			a, b := portbook.ProductScanMail, portbook.ProductApexCentral
			return ofProduct(f.From(), a) && ofProduct(f.To(), b) || ofProduct(f.From(), b) && ofProduct(f.To(), a)
		}},
		{"product", portbook.OfProduct(portbook.ProductScanMail, portbook.ProductServiceGateway), func(f portbook.Flow) bool {
			return f.Product() == portbook.ProductScanMail || f.Product() == portbook.ProductServiceGateway
		}},
		{"component", portbook.OfComponent(portbook.ComponentITMSEventConsole), func(f portbook.Flow) bool {
			return slices.Contains(lineage(portbook.ComponentITMSEventConsole), f.Component())
		}},
		{"touching", portbook.Touching(low), func(f portbook.Flow) bool { return !f.Ports().Intersect(low).IsEmpty() }},
		{"within", portbook.Within(low), func(f portbook.Flow) bool { return !f.Ports().IsEmpty() && f.Ports().Subtract(low).IsEmpty() }},
		{"unbounded", portbook.Unbounded(), func(f portbook.Flow) bool { return f.Ports().IsEmpty() }},
		{"using", portbook.Using(portbook.UDP, portbook.ICMP), func(f portbook.Flow) bool {
			return slices.Contains(f.Protocols(), portbook.UDP) || slices.Contains(f.Protocols(), portbook.ICMP)
		}},
		{"having", portbook.Having(portbook.Optional, portbook.DirectionInbound, portbook.QuirkMissingDirection, portbook.ConfigurableDiscouraged, portbook.InitiatorEither, portbook.PortsDynamic, portbook.PortsOneOf), func(f portbook.Flow) bool {
			return f.Requirement() == portbook.Optional || f.Direction() == portbook.DirectionInbound || slices.Contains(f.Quirks(), portbook.QuirkMissingDirection) ||
				f.Configurable() == portbook.ConfigurableDiscouraged || f.Initiator() == portbook.InitiatorEither || f.PortKind() == portbook.PortsDynamic || f.PortChoice() == portbook.PortsOneOf
		}},
		{"having an unknown value", portbook.Having(portbook.Requirement("urgent")), func(portbook.Flow) bool { return false }},
		{"affected by", portbook.AffectedBy("itms/management-console"), func(f portbook.Flow) bool {
			return slices.ContainsFunc(f.Settings(), func(s portbook.Setting) bool { return s.ID == "itms/management-console" })
		}},
		{"citing", portbook.Citing("itms-8-ports", 56), func(f portbook.Flow) bool {
			return slices.ContainsFunc(f.Citations(), func(c portbook.Citation) bool { return c.Document == "itms-8-ports" && c.Row == 56 })
		}},
		{"citing a document", portbook.Citing("apex-central-ports", 0), func(f portbook.Flow) bool { return f.Product() == portbook.ProductApexCentral }},
		{"any", portbook.Any(portbook.Using(portbook.UDP), portbook.Having(portbook.Optional)), func(f portbook.Flow) bool {
			return slices.Contains(f.Protocols(), portbook.UDP) || f.Requirement() == portbook.Optional
		}},
		{"any of nothing", portbook.Any(), func(portbook.Flow) bool { return false }},
		{"not", portbook.Not(portbook.Using(portbook.TCP)), func(f portbook.Flow) bool { return !slices.Contains(f.Protocols(), portbook.TCP) }},
		{"matching", portbook.Matching(func(f portbook.Flow) bool { return len(f.OSServices()) > 1 }), func(f portbook.Flow) bool { return len(f.OSServices()) > 1 }},
		{"unknown endpoint", portbook.From(portbook.Component("itms/typo")), func(portbook.Flow) bool { return false }},
		{"between unknown endpoints", portbook.Between(portbook.Product("typo"), portbook.ProductITMS), func(portbook.Flow) bool { return false }},
		{"involving nothing", portbook.Involving(), func(portbook.Flow) bool { return false }},
	} {
		got := portbook.Flows().Where(c.filter)
		n := 0
		for f := range portbook.Flows().All() {
			if got.Contains(f) != c.want(f) {
				t.Errorf("%s: flow %s: got %v", c.name, f, got.Contains(f))
			}
			if c.want(f) {
				n++
			}
		}
		t.Logf("%s: %d flows", c.name, n)
	}
}

// TestWhereIsConjunction checks that several filters must all hold, and that Where keeps within its set.
func TestWhereIsConjunction(t *testing.T) {
	udp, optional := portbook.Using(portbook.UDP), portbook.Having(portbook.Optional)
	all := portbook.Flows()
	if all.Where(udp, optional) != all.Where(udp).Intersect(all.Where(optional)) {
		t.Error("two filters are not their conjunction")
	}
	if s := all.Where(udp); s.Where() != s || s.Where(portbook.Not(udp)) != (portbook.FlowSet{}) {
		t.Error("Where leaves its set")
	}
}

// TestInheritance compares the flows of each component with the own flows of its lineage.
func TestInheritance(t *testing.T) {
	for _, c := range portbook.Components() {
		var want portbook.FlowSet
		for _, ancestor := range lineage(c) {
			want = want.Union(ancestor.OwnFlows())
		}
		if got := c.Flows(); got != want {
			t.Errorf("%s: flows are %v, want %v", c, got, want)
		}
	}
	if portbook.ComponentITMSInventory.Flows().IsEmpty() || !portbook.ComponentITMSInventory.OwnFlows().IsEmpty() {
		t.Error("Inventory Solution has flows of its own, or does not inherit those of the agent")
	}
}
