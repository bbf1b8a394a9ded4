// Package ruleset has the rules of firewalls as their own programs list them, and
// computes what they permit.
//
//	set, err := nftables.Read(r, s)
//	surely, possibly := set.Permits(ruleset.Inbound, from, to, portbook.TCP, 443)
//
// The packages of the targets below firewall read rule sets. A rule with a match
// that is not understood is partial, so that what a rule set permits has two
// bounds: the lower one is sure, the upper one possible.
//
// [Set.Permits] follows the rules for one connection. [Compile] prepares a set
// for all connections between the ends of a site: [Compiled.Missing] returns what
// is needed and not permitted, [Compiled.Excess] the reverse. Package audit
// reports both.
package ruleset

import (
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// Direction is where a rule set is asked, seen from where the firewall is.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"  // before a host accepts a connection
	Outbound Direction = "outbound" // before a host opens one
	Through  Direction = "through"  // by a gateway
)

// Directions returns all directions.
func Directions() []Direction { return []Direction{Inbound, Outbound, Through} }

// Set is the rules of a firewall, or of a platform that protects many hosts.
//
// A new connection passes all base chains of a direction and its family that
// protect it, and each must permit it. Where there is none, the set says nothing
// about the connection.
type Set struct {
	Chains []*Chain // the base chains
	// Unread lists what was not understood. The rules concerned are partial, or
	// left out where they change nothing about new connections.
	Unread []Unread
}

// Unread is a part of a rule set that was not understood.
type Unread struct {
	Place Place  // where it is written
	What  string // the match or the statement, as the rule set writes it
}

// Place is where something is written in a rule set.
type Place struct {
	Line int    // 1 is the first; 0 where the format has no lines that people know
	Name string // of the rule or its chain, such as "inet filter input handle 7", or "sg-0123 ingress 2"
}

// Chain is rules in their order.
type Chain struct {
	Name  string // as the rule set has it
	Place Place  // of a base chain: where its default is written
	// Direction is that of a base chain.
	Direction Direction
	// Family limits a base chain to connections of a family.
	Family Family
	// Own is the ends that a base chain protects: it is passed by connections to
	// them (Inbound) or from them (Outbound) alone. No ends stands for the host of
	// the firewall, or for all that passes a gateway.
	Own     []site.End
	Rules   []Rule // in their order
	Default Action // what a base chain does where no rule decides: Permit or Deny
}

// Family is a version of IP.
type Family string

// The families.
const (
	AnyFamily Family = ""
	IPv4      Family = "ipv4"
	IPv6      Family = "ipv6"
)

// Action is what a rule does with what it matches.
type Action string

// The actions.
const (
	Permit Action = "permit"
	Deny   Action = "deny"
	Call   Action = "call"   // the rules of another chain follow, then those after this one
	Goto   Action = "goto"   // the same, but what returns from the chain returns from this one, too
	Return Action = "return" // to the rules after the call; in a base chain, to its default
)

// Rule is one rule: all that it has must match.
type Rule struct {
	Place    Place            // where it is written
	From, To Match            // the source and the destination
	Ports    portbook.PortSet // of the destination; the types of ICMP messages
	// Partial says that the rule has a further match that was not understood, so
	// that it may match less than this.
	Partial bool
	Action  Action // what it does with a connection that matches
	Chain   *Chain // of Call and Goto
}

// Match matches an end of a connection. The zero value matches every end.
type Match struct {
	// Addresses are those that match, of both families; nil for all. An end whose
	// addresses are not known may have one of them.
	Addresses *netipx.IPSet
	// Ends match as well, whatever their addresses: those that a selector of a
	// platform selects. Where there are any, nil Addresses matches none.
	Ends []site.End
}
