package content

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/ruleset"
)

// most is how many ends, addresses, places or pieces a cell names.
const most = 4

// findingFirewall names a rule set and the direction in which it is asked.
func (d *Document) findingFirewall(f audit.Finding) string {
	switch {
	case f.Rule == nil:
		return ""
	case f.Rule.Direction == "":
		return f.Rule.Firewall
	}
	return d.Fill(label.AuditDirection, "firewall", f.Rule.Firewall, "direction", d.LabelOf("rule-direction", string(f.Rule.Direction)))
}

// findingPlaces says where the rules are written.
func findingPlaces(f audit.Finding) string {
	if f.Rule == nil {
		return ""
	}
	var list []string
	for _, p := range f.Rule.Places {
		list = append(list, p.String())
	}
	return firsts(list, "…")
}

// firsts joins the first texts of a list, and ends with others where there are
// more.
func firsts(list []string, others string) string {
	if len(list) > most {
		list = append(slices.Clone(list[:most]), others)
	}
	return strings.Join(list, ", ")
}

// sideChoices returns the ends of some pieces on one side.
func sideChoices(pieces []ruleset.Piece, of func(ruleset.Piece) ruleset.Side) []Choice {
	var list []Choice
	seen := map[string]bool{}
	add := func(x Choice) {
		if !seen[x.Value] {
			seen[x.Value] = true
			list = append(list, x)
		}
	}
	for _, p := range pieces {
		s := of(p)
		if isEverywhere(s) {
			return []Choice{labelChoice("anywhere", label.AuditAnywhere)}
		}
		if s.Others {
			add(elsewhere)
		}
		for _, e := range s.Ends {
			add(endChoice(e))
		}
	}
	return list
}

// choiceTexts names choices, in order, after addresses that no host has.
func (d *Document) choiceTexts(choices []Choice) string {
	var first, list []string
	for _, x := range choices {
		if x.Value == elsewhere.Value {
			first = []string{x.Text(d)}
			continue
		}
		list = AppendNew(list, x.Text(d))
	}
	slices.Sort(list)
	return firsts(append(first, list...), d.Label(label.AuditMorePorts))
}

var everywhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// isEverywhere reports whether a side is all addresses of a family.
func isEverywhere(s ruleset.Side) bool {
	return s.Addresses != nil && slices.ContainsFunc(everywhere, s.Addresses.ContainsPrefix)
}

// addressText gives the addresses of a side, or its ends where these have none.
func (d *Document) addressText(s ruleset.Side) string {
	list := AddressTexts(s)
	if len(list) == 0 {
		for _, e := range s.Ends {
			list = append(list, d.endName(e))
		}
	}
	return firsts(list, "…")
}

// AddressTexts returns the addresses of a side, as prefixes and ranges.
func AddressTexts(s ruleset.Side) (list []string) {
	if s.Addresses == nil {
		return nil
	}
	for _, r := range s.Addresses.Ranges() {
		switch p, ok := r.Prefix(); {
		case ok && p.IsSingleIP():
			list = append(list, p.Addr().String())
		case ok:
			list = append(list, p.String())
		default:
			list = append(list, r.String())
		}
	}
	return list
}
