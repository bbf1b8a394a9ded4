package firewall

import (
	"strings"

	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/site"
)

// GapKind is why a target cannot express a rule exactly.
type GapKind string

// The kinds of gaps.
const (
	GapName     GapKind = "name"     // an end has DNS names, which the target does not recognize
	GapSelector GapKind = "selector" // an end has a selector of a platform alone, which the target does not recognize
	GapFamily   GapKind = "family"   // the ends have no addresses of one family
	GapProtocol GapKind = "protocol" // the target cannot say a protocol, or single ports of it
	GapWide     GapKind = "wide"     // the whole range is open from which some ports are assigned
	GapGroup    GapKind = "group"    // an end has no selector of the platform that the target is for
	GapZone     GapKind = "zone"     // an end has no zone, which the target needs
	GapQuota    GapKind = "quota"    // the target has more rules than its platform takes, unless its limit was raised
	GapUntested GapKind = "untested" // a script tests connections and does not test this one
)

// GapKinds returns all kinds of gaps.
func GapKinds() []GapKind {
	return []GapKind{GapName, GapSelector, GapFamily, GapProtocol, GapWide, GapGroup, GapZone, GapQuota, GapUntested}
}

// Gap is what a target cannot say of a rule.
type Gap struct {
	Kind GapKind  // why
	Rule Rule     // that the target cannot express
	End  site.End // that is not recognized; the zero value where it is about both, or neither
	What []string // what cannot be said: the names, the selectors, the ports; none where it is about addresses
	// Written says that the rule is written nevertheless, in part or wider than it
	// is. Otherwise nothing is written for it.
	Written bool
}

// gapWords has the labels of the kinds.
var gapWords = map[GapKind]label.Label{
	GapName: label.GapName, GapSelector: label.GapSelector, GapFamily: label.GapFamily,
	GapProtocol: label.GapProtocol, GapWide: label.GapWide, GapGroup: label.GapGroup, GapZone: label.GapZone,
	GapQuota: label.GapQuota, GapUntested: label.GapUntested,
}

// Text returns what the gap is, in the language of a localizer.
func (g Gap) Text(l i18n.Localizer) string {
	var what []string
	for _, s := range g.What {
		what = append(what, Comment(s, 0))
	}
	w := label.In(l)
	text := w.Fill(gapWords[g.Kind], "end", g.End.Name(), "from", g.Rule.From.Name(), "to", g.Rule.To.Name(), "what", strings.Join(what, ", "))
	switch {
	case g.Kind == GapWide, g.Kind == GapQuota, g.Kind == GapUntested:
		return text
	case g.Written:
		return w.Fill(label.GapInPart, "gap", text)
	}
	return w.Fill(label.GapNothing, "gap", text)
}
