package nftables

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
)

// expansion is a rule while its statements are read: it becomes one rule for
// each element of what it looks up.
type expansion struct {
	*reader
	chain *chain
	entry *ruleEntry
	place ruleset.Place
	alike []readback.Matches // what may match, one for each rule
	odd   []string           // what was not understood
	acts  bool
}

// rule adds a rule to its chain: none where it decides nothing.
func (x *reader) rule(c *chain, r *ruleEntry) {
	e := expansion{
		reader: x, chain: c, entry: r, alike: []readback.Matches{readback.Any()},
		place: ruleset.Place{Name: fmt.Sprintf("%s handle %d", c.Name, r.Handle)},
	}
	for _, statement := range r.Expr {
		if len(statement) != 1 { // none of nft's
			e.misread("statement", statement)
			e.undecided()
			break
		}
		for kind, body := range statement {
			e.statement(kind, body)
		}
		if e.acts || len(e.alike) == 0 {
			break
		}
	}
	if e.acts {
		for _, what := range e.odd {
			x.unread(e.place, what)
		}
	}
}

// misread notes a statement that was not understood.
func (e *expansion) misread(kind string, body any) {
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if body != nil && out.Encode(body) == nil {
		kind += " " + strings.TrimSpace(b.String())
	}
	e.odd = append(e.odd, kind)
}

// narrow lets the rule match less, by any of some matches.
func (e *expansion) narrow(list []readback.Matches) {
	var both []readback.Matches
	for _, one := range e.alike {
		for _, n := range list {
			m, fits := e.budget.And(one, n)
			if !fits {
				e.odd = append(e.odd, "sets that are too large to be combined")
				for i := range e.alike {
					e.alike[i].Partial = true
				}
				return
			}
			if !m.IsNever() {
				both = append(both, m)
			}
		}
	}
	e.alike = both
}

// fits reports whether the rule may expand by a factor.
func (e *expansion) fits(factor int) bool {
	return len(e.alike)*factor+e.expanded <= readback.MostRules
}

func (e *expansion) partial() { e.narrow([]readback.Matches{readback.Unknown()}) }

// act ends the rule with an action.
func (e *expansion) act(action ruleset.Action, to *ruleset.Chain) {
	for _, m := range e.alike {
		e.chain.Rules = append(e.chain.Rules, m.Rule(e.place, action, to))
	}
	e.expanded += len(e.alike)
	e.acts = len(e.alike) > 0
}

// undecided ends the rule where it is not known what it does.
func (e *expansion) undecided() {
	for _, m := range e.alike {
		e.chain.Rules = append(e.chain.Rules, m.Undecided(e.place)...)
	}
	e.expanded += len(e.alike)
	e.acts = len(e.alike) > 0
}

// statement reads one statement.
func (e *expansion) statement(kind string, body any) {
	switch kind {
	case "counter", "log", "continue", "mangle", "flow", "dup", "last", "ct helper", "ct timeout", "ct expectation", "secmark", "comment":
	case "notrack": // then the state of connections is another
		e.unread(e.place, kind)
	case "match":
		m, _ := body.(map[string]any)
		list, ok := e.match(m)
		if e.narrow(list); !ok {
			e.misread(kind, body)
		}
	case "vmap":
		m, _ := body.(map[string]any)
		if !e.verdicts(m) {
			e.misread(kind, body)
			e.undecided()
		}
	case "set", "map":
		if m, _ := body.(map[string]any); m["stmt"] != nil { // a limit for each element
			e.misread(kind, body)
			e.partial()
		}
	case "snat", "masquerade":
		e.act(ruleset.Permit, nil)
	case "dnat", "redirect":
		e.misread(kind, body)
		e.act(ruleset.Permit, nil)
	case "limit", "quota", "meter", "ct count":
		e.misread(kind, body)
		e.partial()
	default:
		e.verdict(kind, body)
	}
}

// verdict ends the rule with a verdict. A statement that is none may match less,
// or end the rule.
func (e *expansion) verdict(kind string, body any) {
	switch kind {
	case "accept":
		e.act(ruleset.Permit, nil)
	case "drop", "reject":
		e.act(ruleset.Deny, nil)
	case "return":
		e.act(ruleset.Return, nil)
	case "jump", "goto":
		m, _ := body.(map[string]any)
		to := e.chains[name{e.entry.Family, e.entry.Table, text(m["target"])}]
		if to == nil || to.entry.Hook != "" {
			e.misread(kind, body)
			e.undecided()
			return
		}
		action := ruleset.Call
		if kind == "goto" {
			action = ruleset.Goto
		}
		e.act(action, to.Chain)
	case "xt":
		e.misread(kind, body)
		if m, _ := body.(map[string]any); text(m["type"]) == "match" {
			e.partial()
			return
		}
		e.undecided()
	default:
		e.misread(kind, body)
		e.undecided()
	}
}

// verdicts ends the rule with the verdicts of a map, one for each element.
func (e *expansion) verdicts(vmap map[string]any) bool {
	fields, ok := fieldsOf(vmap["key"])
	elements, changes, found := e.elements(vmap["data"])
	if !ok || !found || changes || !e.fits(len(elements)) {
		return false
	}
	type choice struct {
		matches readback.Matches
		kind    string
		body    any
	}
	var choices []choice
	understood := true
	for _, element := range elements {
		pair, _ := bare(element).([]any)
		if len(pair) != 2 {
			return false
		}
		verdict, _ := pair[1].(map[string]any)
		m, ok := matchOne(fields, bare(pair[0]))
		understood = understood && ok
		if len(verdict) != 1 {
			return false
		}
		for kind, body := range verdict {
			choices = append(choices, choice{m, kind, body})
		}
	}
	if !understood {
		e.misread("vmap", vmap)
	}
	before := e.alike
	acts := false
	for _, c := range choices {
		e.alike = before
		e.narrow([]readback.Matches{c.matches})
		if c.kind != "continue" && len(e.alike) > 0 {
			e.verdict(c.kind, c.body)
		}
		acts = acts || e.acts
	}
	e.alike, e.acts = nil, acts
	return true
}
