package audit

import (
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// mostFlows is the number of flows that explain a finding at most. Traffic on
// more ports than mostExplained is a scan, which none explains.
const (
	mostFlows     = 3
	mostExplained = 64
)

// explain finds documented flows that traffic without a need looks like.
func (m *Matcher) explain(f *Finding) {
	if f.Ports.Len() > mostExplained || f.MorePorts || f.Ends > 0 {
		return
	}
	from, to := m.roles(f.From), m.roles(f.To)
	by := map[Reason][]portbook.Flow{}
	for x := range m.plan.Site().Catalog().Flows().Touching(f.Ports).All() {
		if x.PortKind() != portbook.PortKindListed {
			continue // a range from which systems choose explains nothing
		}
		r := reason(from, to, x)
		by[r] = append(by[r], x)
	}
	for _, r := range []Reason{ReasonRuledOut, ReasonFrom, ReasonTo, ReasonPort} {
		if list := by[r]; len(list) > 0 {
			f.Reason, f.Flows = r, list[:min(len(list), mostFlows)]
			return
		}
	}
}

// reason says how a flow explains traffic between ends of some roles. One that
// both ends play a role in would be a need, but for the answers.
func reason(from, to []portbook.Component, x portbook.Flow) Reason {
	opens, accepts := playsAny(from, x.From()), playsAny(to, x.To())
	switch {
	case opens && accepts:
		return ReasonRuledOut
	case accepts:
		return ReasonFrom
	case opens:
		return ReasonTo
	}
	return ReasonPort
}

func playsAny(roles, components []portbook.Component) bool {
	return slices.ContainsFunc(components, func(x portbook.Component) bool { return slices.Contains(roles, x) })
}

// roles returns what an end plays, with what that inherits from.
func (m *Matcher) roles(e site.End) []portbook.Component {
	h, ok := e.Host()
	if !ok {
		if x, ok := e.Component(); ok {
			return []portbook.Component{x.ID}
		}
		return nil
	}
	list := slices.Clone(h.Roles)
	for i := 0; i < len(list); i++ {
		info, _ := m.plan.Site().Catalog().Component(list[i])
		for _, x := range info.Inherits {
			if !slices.Contains(list, x) {
				list = append(list, x)
			}
		}
	}
	return list
}
