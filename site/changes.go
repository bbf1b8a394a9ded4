package site

import (
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
)

// Concerned returns those changes of the data that concern the site: of flows
// from or to what its hosts are, in either version, and of flows that answers
// are about. Compare the version that the answers are for with that of the
// site's catalog.
func (s *Site) Concerned(changes diff.Changes) diff.Changes {
	return changes.Where(func(x diff.Change) bool {
		return s.answers.isAbout(x.ID) || s.answers.isAbout(x.FormerID) || s.takesPart(x.Old) || s.takesPart(x.New)
	})
}

// isAbout reports whether an answer is about a flow.
func (a answerIndex) isAbout(id portbook.FlowID) bool {
	_, ok := a[subject{aboutFlow, string(id)}]
	return ok
}

// takesPart reports whether a host plays a role of a flow.
func (s *Site) takesPart(r *portbook.FlowRecord) bool {
	return r != nil && slices.ContainsFunc(slices.Concat(r.From, r.To), func(x portbook.Component) bool { return s.played[x] })
}
