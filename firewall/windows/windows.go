// Package windows writes the rules of a host as a PowerShell script for Windows
// Firewall, and reads the rules of a host.
//
//	err := windows.Write(w, policy, firewall.Options{})
//	fmt.Print(windows.ExportScript()) // run it on a host, and read its output:
//	set, err := windows.Read(r, nil)
//
// The script replaces the rules that it wrote before, and leaves all others
// alone.
package windows

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/powershell"
	"github.com/portbook/portbook/firewall/internal/side"
	"github.com/portbook/portbook/internal/label"
)

// Limits of texts in bytes, far below the 10,000 characters that the firewall
// takes: what its console shows at once.
const (
	longestName = 255
	longestText = 1000
)

// recognizes is what the firewall can say: it knows the ports of TCP and UDP.
var recognizes = firewall.Recognizes{Ports: ports.TCPAndUDP}

// Gaps returns what the firewall cannot say of a policy.
func Gaps(p *firewall.Policy) []firewall.Gap {
	_, gaps := p.Parts(recognizes)
	return gaps
}

// Write writes a script for Windows PowerShell 5.1 and for PowerShell 7, in the
// language of the policy, which has to be that of a host. Run it again to
// replace the rules that it made: they are a group of their own.
func Write(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	host, ok := p.Host()
	if !ok {
		return errors.New("windows: the policy is that of a gateway (expected: that of a host)")
	}
	parts, gaps := p.Parts(recognizes)
	words := label.In(p.Localizer())
	group := "Portbook " + p.Site().Name() + " " + host.Name()
	var b strings.Builder
	b.WriteString(powershell.Mark)
	for _, line := range append(p.Preamble(gaps), words.Text(label.WindowsTitle)) {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintf(&b, "#Requires -Version 5.1\n#Requires -RunAsAdministrator\n#Requires -Modules NetSecurity\n$ErrorActionPreference = 'Stop'\n$group = %s\n\n", powershell.Quote(group))
	fmt.Fprintf(&b, "# %s\nGet-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule\n", words.Text(label.WindowsRemove))
	for _, part := range parts {
		for _, r := range rulesOf(part) {
			r.name = fmt.Sprintf("portbook-%s-%s-%s", p.Site().Name(), host.Name(), r.name)
			b.WriteString("\n" + r.command())
		}
	}
	if o.DefaultDeny {
		fmt.Fprintf(&b, "\n# %s\nSet-NetFirewallProfile -Profile @('Domain', 'Private', 'Public') -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block\n", words.Text(label.WindowsDeny))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// rule is a rule of the firewall.
type rule struct {
	name, display, description string
	direction                  firewall.Direction
	protocol                   string
	ports, types               []string
	local, remote              []string
}

// rulesOf makes the rules of a part, one for each protocol.
func rulesOf(x firewall.Part) (rules []rule) {
	s := side.Of(x)[0]
	messages, all := x.Messages()
	if all {
		messages = []firewall.Message{{}}
	}
	for _, m := range messages {
		r := rule{
			direction: s.Direction, local: texts(s.Own), remote: texts(s.Peer),
			display: clean(firewall.Comment(display(s.Peer, x.Rule), longestName)), description: clean(x.Rule.Comment(longestText)),
		}
		r.match(m, all)
		r.name = fmt.Sprintf("%s-%s-%s", x.Rule.Key(), s.Peer.Side, strings.ToLower(r.protocol))
		rules = append(rules, r)
	}
	return rules
}

// match sets the protocol of a rule, and its ports or its types of ICMP.
func (r *rule) match(m firewall.Message, all bool) {
	switch {
	case all:
		r.protocol = "Any"
	case m.Protocol == portbook.TCP || m.Protocol == portbook.UDP:
		r.protocol, r.ports = strings.ToUpper(m.Protocol.String()), []string{"Any"}
		if m.Ranges != nil {
			r.ports = nil
		}
		for _, x := range m.Ranges {
			r.ports = append(r.ports, x.String())
		}
	case m.IsTypes():
		r.protocol = "ICMPv4"
		if m.Protocol == firewall.ICMPv6 {
			r.protocol = "ICMPv6"
		}
		for _, types := range m.Ranges {
			for n := int(types.First()); n <= int(types.Last()); n++ {
				r.types = append(r.types, strconv.Itoa(n))
			}
		}
	default:
		r.protocol = strconv.Itoa(int(m.Protocol))
	}
}

// command returns the command that makes a rule.
func (r rule) command() string {
	var b strings.Builder
	b.WriteString("$rule = @{\n")
	set := func(key, value string) { fmt.Fprintf(&b, "  %-13s = %s\n", key, value) }
	setList := func(key string, list []string) {
		if list != nil {
			set(key, array(list))
		}
	}
	direction, port := "'Inbound'", "LocalPort"
	if r.direction == firewall.Outbound {
		direction, port = "'Outbound'", "RemotePort"
	}
	set("Name", powershell.Quote(r.name))
	set("DisplayName", powershell.Quote(r.display))
	set("Description", powershell.Quote(r.description))
	set("Group", "$group")
	set("Direction", direction)
	set("Action", "'Allow'")
	set("Protocol", powershell.Quote(r.protocol))
	setList(port, r.ports)
	setList("IcmpType", r.types)
	setList("LocalAddress", r.local)
	setList("RemoteAddress", r.remote)
	b.WriteString("}\nNew-NetFirewallRule @rule | Out-Null\n")
	return b.String()
}

// array returns an array of PowerShell.
func array(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = powershell.Quote(s)
	}
	return "@(" + strings.Join(quoted, ", ") + ")"
}

// texts returns the addresses of a place as the firewall reads them: single
// ones, prefixes, and ranges.
func texts(x firewall.Place) (list []string) {
	for _, r := range x.Ranges {
		prefix, ok := r.Prefix()
		switch {
		case ok && prefix.IsSingleIP():
			list = append(list, prefix.Addr().String())
		case ok:
			list = append(list, prefix.String())
		default:
			list = append(list, r.String())
		}
	}
	return list
}

// display returns what the console shows of a rule: its first reason, and how
// many more there are.
func display(peer firewall.Place, r firewall.Rule) string {
	s := fmt.Sprintf("Portbook: %s %s: %s", peer.End.Name(), r.Ports, r.Reasons[0].Purpose)
	if more := len(r.Reasons) - 1; more > 0 {
		s += fmt.Sprintf(" (+%d)", more)
	}
	return s
}

// clean returns a text without the mark that divides the fields of a rule.
func clean(s string) string { return strings.ReplaceAll(s, "|", "/") }
