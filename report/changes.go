package report

import (
	"fmt"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
)

// ChangeError reports a change that no comparison makes.
type ChangeError struct {
	Index  int             // in the list of changes
	ID     portbook.FlowID // of the flow
	Reason string          // what is wrong with it
}

// Error names the change and says what is wrong with it.
func (e *ChangeError) Error() string {
	return fmt.Sprintf("report: change %d (flow %q) %s", e.Index, e.ID, e.Reason)
}

// checkChanges finds the first change that cannot be written.
func checkChanges(c diff.Changes) error {
	for i, x := range c.List {
		reason := ""
		switch {
		case x.Old == nil && x.New == nil:
			reason = "has neither an old nor a new record (expected: one of them, or both)"
		case !slices.Contains(diff.Impacts(), x.Impact):
			reason = fmt.Sprintf("has the impact %q (expected: one of diff.Impacts)", x.Impact)
		case len(x.Fields) > 0 && (x.Old == nil || x.New == nil):
			reason = "has changed fields, but not both records (expected: an old and a new one)"
		}
		if reason != "" {
			return &ChangeError{i, x.ID, reason}
		}
	}
	return nil
}
