// Package side sees parts of rules from their ends, for targets that protect
// ends.
package side

import "github.com/portbook/portbook/firewall"

// Side is a part, seen from an end that is protected.
type Side struct {
	Direction firewall.Direction // [firewall.Inbound] or [firewall.Outbound]
	Own, Peer firewall.Place
}

// Of returns the sides from which a part has to be permitted: those of both
// ends for what passes between zones, where the accepting one comes first.
func Of(x firewall.Part) []Side {
	in, out := Side{firewall.Inbound, x.To, x.From}, Side{firewall.Outbound, x.From, x.To}
	switch x.Rule.Direction {
	case firewall.Inbound:
		return []Side{in}
	case firewall.Outbound:
		return []Side{out}
	}
	return []Side{in, out}
}
