// Package firewall turns what a site needs into rules that real firewalls load.
//
// A [Policy] is the rules of one firewall, independent of its vendor: of a host's
// own firewall ([For]), or of a gateway between zones ([Between]). Each rule
// names the flows that need it. An open question of a plan makes no rule.
//
//	policy, err := firewall.Between(plan, i18n.Localizer{}, "servers", "dmz")
//	err = nftables.Write(w, policy, firewall.Options{DefaultDeny: true})
//	gaps := nftables.Gaps(policy) // what nft cannot express
//
// Each package below this one writes policies for one kind of firewall: nftables,
// iptables, windows, terraform (AWS), kubernetes, aerleon (many vendors), and
// probe for scripts that test connections. What a target cannot express is listed
// as [Gap] values and never written as something else.
//
// Packages nftables, iptables, windows, aws and kubernetes also read rules that
// are in force, as sets of package ruleset, which package audit compares with a
// plan.
package firewall

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/portbook/portbook/site"
)

// Direction is where a rule applies, seen from where the firewall is.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"  // to the host of the firewall
	Outbound Direction = "outbound" // from the host of the firewall
	Through  Direction = "through"  // a gateway between zones
)

// Reason is a need behind a rule.
type Reason struct {
	Flow    portbook.FlowID // the flow that needs the rule
	Purpose string          // of the flow, in the language of the policy
	Answers []site.Answer   // that the need follows from
}

// Rule permits connections to be opened from one end to another. What belongs
// to an open connection is permitted with it.
type Rule struct {
	Direction Direction        // seen from the firewall
	From, To  site.End         // From opens the connection
	Ports     portbook.PortSet // destination ports; types of ICMP
	Wide      bool             // the ports are a range from which some are assigned
	Reasons   []Reason         // in the order of the catalog
}

// Key returns a name of the rule that stays the same as long as its direction,
// ends and ports do, whatever happens to its reasons and to other rules: the
// letter r and sixteen hexadecimal digits.
func (r Rule) Key() string {
	sum := sha256.Sum256([]byte(r.String()))
	return "r" + hex.EncodeToString(sum[:8])
}

// String returns the rule without its reasons, on one line.
func (r Rule) String() string {
	return fmt.Sprintf("%s %s -> %s %s", r.Direction, r.From, r.To, r.Ports)
}

// Options changes how a policy is written.
type Options struct {
	// DefaultDeny refuses what no rule permits, apart from what a machine says to
	// itself and what IPv6 needs to find its neighbors. Without it rules permit,
	// and what else passes is left to the rest of the firewall.
	DefaultDeny bool
}

// Policy is the rules of one firewall. It is immutable and safe for concurrent
// use.
type Policy struct {
	site  *site.Site
	own   site.End // the host of the firewall; the zero value for a gateway
	zones []string // of a gateway; none for all
	words i18n.Localizer
	rules []Rule
}

// Site returns the site that the policy is for.
func (p *Policy) Site() *site.Site { return p.site }

// Host returns the host whose own firewall the policy is for; ok is false for a
// gateway.
func (p *Policy) Host() (host site.End, ok bool) { return p.own, !p.own.IsZero() }

// Zones returns the zones that a gateway is between; none where it is between
// all zones.
func (p *Policy) Zones() []string { return slices.Clone(p.zones) }

// Localizer returns the language of the policy's texts.
func (p *Policy) Localizer() i18n.Localizer { return p.words }

// Rules yields the rules by direction, ends and ports. Needs of the same ends
// and ports share a rule, which has the reasons of all.
func (p *Policy) Rules() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for _, r := range p.rules {
			r.Reasons = slices.Clone(r.Reasons)
			if !yield(r) {
				return
			}
		}
	}
}

// For returns the policy of a host's own firewall, with purposes in the
// language of a localizer. Needs that are local or open make no rule. Needs
// among the machines of a group make a rule in each direction.
func For(p *site.Plan, host string, l i18n.Localizer) (*Policy, error) {
	end, ok := p.Site().End(host)
	if _, isHost := end.Host(); !ok || !isHost {
		return nil, unknown("host", host, hostNames(p.Site()))
	}
	policy := &Policy{site: p.Site(), own: end, words: l}
	policy.collect(p, func(n site.Need) (list []Direction) {
		if n.To == end {
			list = append(list, Inbound)
		}
		if n.From == end {
			list = append(list, Outbound)
		}
		return list
	})
	return policy, nil
}

// Between returns the policy of a gateway between zones: between any two of
// those named, or of all zones where none is named. Hosts without a zone and
// components in clouds are in the zone "". Needs that are open make no rule.
func Between(p *site.Plan, l i18n.Localizer, zones ...string) (*Policy, error) {
	known := ZoneNames(p.Site())
	for _, zone := range zones {
		if !slices.Contains(known, zone) {
			return nil, unknown("zone", zone, known)
		}
	}
	policy := &Policy{site: p.Site(), zones: slices.Clone(zones), words: l}
	in := func(zone string) bool { return len(zones) == 0 || slices.Contains(zones, zone) }
	policy.collect(p, func(n site.Need) []Direction {
		if from, to := n.From.Zone(), n.To.Zone(); from != to && in(from) && in(to) {
			return []Direction{Through}
		}
		return nil
	})
	return policy, nil
}

// ZoneNames returns the zones of a site, sorted; the first is "", that of hosts
// without a zone and of components in clouds.
func ZoneNames(s *site.Site) []string {
	list := []string{""}
	for _, end := range s.Hosts() {
		list = append(list, end.Zone())
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func hostNames(s *site.Site) []string {
	var list []string
	for _, end := range s.Hosts() {
		list = append(list, end.Name())
	}
	return list
}

// unknown returns an error about a name, with the most similar of those known.
func unknown(kind, name string, known []string) error {
	if len(name) > 200 {
		name = name[:200]
	}
	hint := fmt.Sprintf(" (expected: a %s of the site)", kind)
	if near := nearest.Of(name, known, 1); len(near) > 0 {
		hint = "; did you mean " + strconv.Quote(near[0]) + "?"
	}
	return fmt.Errorf("firewall: unknown %s %q%s", kind, name, hint)
}

// collect makes rules of the needs for which directions has any.
func (p *Policy) collect(plan *site.Plan, directions func(site.Need) []Direction) {
	type key struct {
		direction Direction
		from, to  site.End
		ports     portbook.PortSet
	}
	place := map[key]int{}
	for n := range plan.Needs() {
		if !n.NeedsRule() || n.IsOpen() {
			continue
		}
		list := directions(n)
		if len(list) == 0 {
			continue
		}
		reason := Reason{n.Flow.ID(), p.words.Text(n.Flow.Purpose()), n.Answers()}
		for _, d := range list {
			k := key{d, n.From, n.To, n.Options[0]}
			i, ok := place[k]
			if !ok {
				i = len(p.rules)
				place[k] = i
				p.rules = append(p.rules, Rule{Direction: d, From: k.from, To: k.to, Ports: k.ports})
			}
			p.rules[i].Wide = p.rules[i].Wide || n.Wide
			p.rules[i].Reasons = append(p.rules[i].Reasons, reason)
		}
	}
	slices.SortFunc(p.rules, func(a, b Rule) int {
		if a.Direction == b.Direction && a.From == b.From && a.To == b.To {
			return comparePorts(a.Ports, b.Ports)
		}
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.From.Name(), b.From.Name()), cmp.Compare(a.To.Name(), b.To.Name()))
	})
}

// comparePorts orders sets by their lowest protocol and port, then as texts.
func comparePorts(a, b portbook.PortSet) int {
	for p, x := range a.All() {
		for q, y := range b.All() {
			if c := cmp.Or(cmp.Compare(p, q), x.Compare(y)); c != 0 {
				return c
			}
			break
		}
		break
	}
	return cmp.Compare(a.String(), b.String())
}

// Preamble returns what a file of rules begins with, one line each for a
// comment: what it is for, the data it is made of, and its gaps.
func (p *Policy) Preamble(gaps []Gap) []string {
	w := label.In(p.words)
	title := w.Fill(label.FirewallOfHost, "site", p.site.Name(), "host", p.own.Name())
	if p.own.IsZero() {
		title = w.Fill(label.FirewallOfGateway, "site", p.site.Name())
		if len(p.zones) > 0 {
			title = w.Fill(label.FirewallOfZones, "site", p.site.Name(), "zones", p.zoneList())
		}
	}
	lines := []string{title, w.Fill(label.FirewallData, "version", p.site.Catalog().Version())}
	for _, g := range gaps {
		lines = append(lines, "! "+g.Rule.String()+": "+g.Text(p.words))
	}
	return commentLines(lines)
}

// zoneList returns the zones of a gateway; the one without a name is two
// apostrophes.
func (p *Policy) zoneList() string {
	list := slices.Clone(p.zones)
	for i := range list {
		list[i] = cmp.Or(list[i], "''")
	}
	return strings.Join(list, ", ")
}

// Lines returns the rule and its reasons, one line each for a comment.
func (r Rule) Lines() []string {
	lines := []string{r.Key() + " " + r.String()}
	for _, reason := range r.Reasons {
		lines = append(lines, "  "+reason.String())
	}
	return commentLines(lines)
}

// maxLine bounds lines of comments: iptables-restore takes what exceeds 10,239
// bytes for a line of its own.
const maxLine = 4000

// commentLines makes each line fit for a comment, and keeps its indentation.
func commentLines(lines []string) []string {
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		lines[i] = line[:len(line)-len(text)] + Comment(text, maxLine)
	}
	return lines
}
