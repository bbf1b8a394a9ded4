package portbook

import "github.com/portbook/portbook/internal/table"

// Firewall is whether a firewall needs a rule.
type Firewall string

// Whether a firewall needs a rule.
const (
	FirewallNeeded    Firewall = "needed"
	FirewallNotNeeded Firewall = "not-needed" // as where a flow stays inside of one host
	FirewallUnstated  Firewall = "unstated"
)

// Firewall returns whether a firewall needs a rule for the flow.
func (f Flow) Firewall() Firewall { return Firewall(f.value(table.Firewall, table.Firewalls)) }

func (Firewall) enumeration() (string, []string) {
	return "value of firewall", table.UnstatedLast(table.Firewalls)
}

func (v Firewall) flows(x *table.Index) table.FlowSet {
	return valueIn(table.Firewalls, string(v), x.Enums[table.Firewall])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Firewall) UnmarshalText(text []byte) error { return unmarshal(v, text) }
