package ruleset

import (
	"errors"
	"fmt"
	"slices"
)

// maxDepth is how deep calls of chains may go. The kernel of Linux permits 16 of
// nftables, and of iptables what fits its stack.
const maxDepth = 64

// Validate reports what makes the set meaningless: an unknown direction, family
// or action, a call without a chain, and chains that call each other in a circle
// or too deep. [Set.Permits] and [Compile] need a set without such errors.
func (s *Set) Validate() error {
	v := validator{depth: map[*Chain]int{}}
	for _, c := range s.Chains {
		if c == nil {
			return errors.New("ruleset: a base chain is nil")
		}
		if err := v.base(c); err != nil {
			return err
		}
		if _, err := v.chain(c); err != nil {
			return err
		}
	}
	return nil
}

// validator visits each chain once.
type validator struct {
	depth map[*Chain]int // how deep a chain calls others; inProgress while it is visited
}

const inProgress = -1

func (v *validator) base(c *Chain) error {
	switch {
	case !slices.Contains(Directions(), c.Direction):
		return fmt.Errorf("ruleset: unknown direction %q of base chain %q (expected: inbound, outbound, through)", c.Direction, c.Name)
	case c.Family != AnyFamily && c.Family != IPv4 && c.Family != IPv6:
		return fmt.Errorf("ruleset: unknown family %q of base chain %q (expected: ipv4, ipv6, or none)", c.Family, c.Name)
	case c.Default != Permit && c.Default != Deny:
		return fmt.Errorf("ruleset: malformed default %q of base chain %q (expected: permit, deny)", c.Default, c.Name)
	}
	return nil
}

// chain returns how deep a chain calls others.
func (v *validator) chain(c *Chain) (depth int, err error) {
	switch known, ok := v.depth[c]; {
	case known == inProgress:
		return 0, fmt.Errorf("ruleset: chain %q calls itself, by others or directly", c.Name)
	case ok:
		return known, nil
	}
	v.depth[c] = inProgress
	for i := range c.Rules {
		below, err := v.rule(&c.Rules[i])
		if err != nil {
			return 0, err
		}
		depth = max(depth, below)
	}
	if depth > maxDepth {
		return 0, fmt.Errorf("ruleset: chain %q leads to calls more than %d deep", c.Name, maxDepth)
	}
	v.depth[c] = depth
	return depth, nil
}

// rule returns how deep a rule calls chains.
func (v *validator) rule(r *Rule) (depth int, err error) {
	switch r.Action {
	case Permit, Deny, Return:
		if r.Chain != nil {
			return 0, fmt.Errorf("ruleset: rule %s with action %q has a chain %q (expected: only with call, goto)", r.Place, r.Action, r.Chain.Name)
		}
		return 0, nil
	case Call, Goto:
		if r.Chain == nil {
			return 0, fmt.Errorf("ruleset: rule %s with action %q has no chain", r.Place, r.Action)
		}
		depth, err = v.chain(r.Chain)
		return depth + 1, err
	}
	return 0, fmt.Errorf("ruleset: unknown action %q of rule %s (expected: permit, deny, call, goto, return)", r.Action, r.Place)
}

// String returns the place on one line: "line 12 (inet filter input)".
func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.Name
	case p.Name == "":
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("line %d (%s)", p.Line, p.Name)
}
