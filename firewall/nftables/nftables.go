// Package nftables writes policies for nft, the firewall of Linux, and reads its
// rules.
//
//	err := nftables.Write(w, policy, firewall.Options{}) // for nft -f FILE
//	set, err := nftables.Read(r, nil)                    // of nft --json list ruleset
//
// A file has a table of its own, portbook_host or portbook_gateway, and replaces
// it as a whole: it can be loaded again and again, and leaves all other tables
// alone. What one table drops no other can accept, and the reverse does not hold:
// without default deny the table counts what it would permit, and restricts
// nothing.
package nftables

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"go4.org/netipx"
)

// Gaps returns what nft cannot say of a policy: ends that have no addresses.
func Gaps(p *firewall.Policy) []firewall.Gap {
	_, gaps := p.Parts(firewall.Recognizes{})
	return gaps
}

// Write writes a file for nft --file.
func Write(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	parts, gaps := p.Parts(firewall.Recognizes{})
	x := writer{Writer: bufio.NewWriter(w), options: o}
	for _, line := range p.Preamble(gaps) {
		x.line(0, "# %s", line)
	}
	table, hooks := "portbook_gateway", []hook{{"forward", firewall.Through}}
	if _, isHost := p.Host(); isHost {
		table, hooks = "portbook_host", []hook{{"input", firewall.Inbound}, {"output", firewall.Outbound}}
	}
	x.line(0, "table inet %s", table)
	x.line(0, "delete table inet %s", table)
	x.line(0, "table inet %s {", table)
	x.sets(parts)
	for _, h := range hooks {
		x.chain(h, parts)
	}
	x.line(0, "}")
	return x.Flush()
}

// hook is where a chain is called, and the direction of its rules.
type hook struct {
	name      string
	direction firewall.Direction
}

type writer struct {
	*bufio.Writer // keeps the first error until Flush
	options       firewall.Options
}

func (w *writer) line(indent int, format string, args ...any) {
	w.WriteString(strings.Repeat("\t", indent))
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// sets writes the addresses of each end, once for each family.
func (w *writer) sets(parts []firewall.Part) {
	written := map[string]bool{}
	for _, x := range parts {
		for _, place := range []firewall.Place{x.From, x.To} {
			name, family := setName(place), "ipv4_addr"
			if name == "" || written[name] {
				continue
			}
			written[name] = true
			if place.Side == firewall.SideIPv6 {
				family = "ipv6_addr"
			}
			w.line(1, "set %s {", name)
			w.line(2, "type %s", family)
			w.line(2, "flags interval")
			w.line(2, "elements = { %s }", join(place.Ranges, rangeText))
			w.line(1, "}")
		}
	}
}

// setName returns the name of a place's set; "" for a place that is not matched.
func setName(x firewall.Place) string {
	switch x.Side {
	case firewall.SideIPv4:
		return "v4-" + x.End.Name()
	case firewall.SideIPv6:
		return "v6-" + x.End.Name()
	}
	return ""
}

// rangeText returns addresses as nft reads them.
func rangeText(r netipx.IPRange) string {
	if r.From() == r.To() {
		return r.From().String()
	}
	if p, ok := r.Prefix(); ok {
		return p.String()
	}
	return r.String()
}

func join[T any](list []T, text func(T) string) string {
	var texts []string
	for _, x := range list {
		texts = append(texts, text(x))
	}
	return strings.Join(texts, ", ")
}

// chain writes the rules of a hook.
func (w *writer) chain(h hook, parts []firewall.Part) {
	policy := "accept"
	if w.options.DefaultDeny {
		policy = "drop"
	}
	w.line(1, "chain %s {", h.name)
	w.line(2, "type filter hook %s priority filter; policy %s;", h.name, policy)
	w.line(2, "ct state established,related accept")
	if w.options.DefaultDeny {
		w.basics(h)
	}
	last := ""
	for _, x := range parts {
		if x.Rule.Direction != h.direction {
			continue
		}
		if key := x.Rule.Key(); key != last {
			last = key
			for _, line := range x.Rule.Lines() {
				w.line(2, "# %s", line)
			}
		}
		for _, match := range matches(x) {
			w.line(2, "%scounter accept comment \"%s\"", match, x.Rule.Comment(maxComment))
		}
	}
	w.line(1, "}")
}

// maxComment is how many bytes a comment of nft has at most.
const maxComment = 128

// basics writes what a machine needs whatever its site needs: itself, and its
// neighbors over IPv6. A gateway passes neither on.
func (w *writer) basics(h hook) {
	switch h.direction {
	case firewall.Inbound:
		w.line(2, "iif lo accept")
	case firewall.Outbound:
		w.line(2, "oif lo accept")
	default:
		return
	}
	w.line(2, "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept")
	w.line(2, "icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept")
}

// matches returns what the rules of a part match, one for each protocol.
func matches(x firewall.Part) (list []string) {
	ends := endMatch("saddr", x.From) + endMatch("daddr", x.To)
	messages, all := x.Messages()
	if all {
		return []string{ends}
	}
	for _, m := range messages {
		list = append(list, ends+messageMatch(m))
	}
	return list
}

func endMatch(field string, x firewall.Place) string {
	switch x.Side {
	case firewall.SideIPv4:
		return "ip " + field + " @" + setName(x) + " "
	case firewall.SideIPv6:
		return "ip6 " + field + " @" + setName(x) + " "
	}
	return ""
}

// messageMatch matches a protocol, and its ports or types.
func messageMatch(m firewall.Message) string {
	if len(m.Ranges) == 0 {
		return fmt.Sprintf("meta l4proto %d ", m.Protocol)
	}
	ports := "{ " + join(m.Ranges, portbook.PortRange.String) + " } "
	if len(m.Ranges) == 1 {
		ports = m.Ranges[0].String() + " "
	}
	switch m.Protocol {
	case portbook.ICMP:
		return "icmp type " + ports
	case firewall.ICMPv6:
		return "icmpv6 type " + ports
	}
	return m.Protocol.String() + " dport " + ports
}
