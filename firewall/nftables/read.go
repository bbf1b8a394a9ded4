package nftables

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// Read reads what "nft -j list ruleset" lists.
//
// What is not understood is partial: interfaces other than lo, marks, limits,
// and what packets add to sets, among others. Addresses that a rule of dnat
// replaces are listed as unread.
func Read(r io.Reader, _ *site.Site) (*ruleset.Set, error) {
	data, err := readback.All(r)
	if err != nil {
		return nil, fmt.Errorf("nftables: %w", err)
	}
	x := reader{
		set: &ruleset.Set{}, dormant: map[name]bool{}, sets: map[name]*setEntry{}, chains: map[name]*chain{},
		conditions: map[condition]known{},
	}
	if err := x.decode(data); err != nil {
		return nil, fmt.Errorf("nftables: %w", err)
	}
	if err := x.build(); err != nil {
		return nil, fmt.Errorf("nftables: %w", err)
	}
	return x.set, nil
}

// name is that of a chain or a set in its table, or of a table.
type name struct{ family, table, name string }

// The entries of a listing.
type (
	entry struct {
		Metainfo           json.RawMessage
		Table              *tableEntry
		Chain              *chainEntry
		Set, Map, Element  *setEntry
		Rule               *ruleEntry
		Flowtable, Counter json.RawMessage // decide nothing
	}
	tableEntry struct {
		Family, Name string
		Flags        words
	}
	chainEntry struct {
		Family, Table, Name, Type, Hook, Policy string
		Prio                                    int
	}
	setEntry struct {
		Family, Table, Name string
		Flags               words
		Elem                []any

		changes bool // by packets, or by time
	}
	ruleEntry struct {
		Family, Table, Chain string
		Handle               int
		Expr                 []map[string]any
	}
)

// words is a word or a list of words.
type words []string

func (w *words) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(w))
	}
	var one string
	err := json.Unmarshal(data, &one)
	*w = words{one}
	return err
}

// chain is a chain with its rules as they are listed.
type chain struct {
	*ruleset.Chain
	entry *chainEntry
	rules []*ruleEntry
}

type reader struct {
	set        *ruleset.Set
	dormant    map[name]bool // tables that are off
	sets       map[name]*setEntry
	chains     map[name]*chain
	order      []*chain
	expanded   int // rules so far
	budget     readback.Budget
	conditions map[condition]known
}

const expectedListing = "expected: what nft -j list ruleset lists"

// decode reads the entries.
func (x *reader) decode(data []byte) error {
	var list struct{ Nftables []json.RawMessage }
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &list); err != nil {
		return fmt.Errorf("line %d: %w; %s", readback.Line(data, offset(err, len(data))), err, expectedListing)
	}
	if list.Nftables == nil {
		return errors.New("there is no list named nftables; " + expectedListing)
	}
	for i, raw := range list.Nftables {
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Errorf("entry %d: %s: %w; %s", i+1, readback.Quote(string(raw)), err, expectedListing)
		}
		if err := x.add(&e); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return nil
}

// offset returns the byte at which an error of JSON is.
func offset(err error, end int) int64 {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return syntax.Offset
	case errors.As(err, &kind):
		return kind.Offset
	}
	return int64(end)
}

func (x *reader) add(e *entry) error {
	switch {
	case e.Table != nil:
		x.dormant[name{e.Table.Family, "", e.Table.Name}] = slices.Contains(e.Table.Flags, "dormant")
	case e.Chain != nil:
		c := e.Chain
		key := name{c.Family, c.Table, c.Name}
		if x.chains[key] != nil {
			return fmt.Errorf("the chain %s is listed twice; expected: one listing", readback.Quote(label(c.Family, c.Table, c.Name)))
		}
		made := &chain{&ruleset.Chain{Name: label(c.Family, c.Table, c.Name)}, c, nil}
		x.chains[key], x.order = made, append(x.order, made)
	case e.Set != nil, e.Map != nil:
		s := cmp.Or(e.Set, e.Map)
		s.changes = slices.Contains(s.Flags, "dynamic") || slices.Contains(s.Flags, "timeout")
		x.sets[name{s.Family, s.Table, s.Name}] = s
	case e.Element != nil:
		if s := x.sets[name{e.Element.Family, e.Element.Table, e.Element.Name}]; s != nil {
			s.Elem = append(s.Elem, e.Element.Elem...)
		}
	case e.Rule != nil:
		c := x.chains[name{e.Rule.Family, e.Rule.Table, e.Rule.Chain}]
		if c == nil {
			return fmt.Errorf("the chain %s of a rule is not listed before it; %s", readback.Quote(label(e.Rule.Family, e.Rule.Table, e.Rule.Chain)), expectedListing)
		}
		c.rules = append(c.rules, e.Rule)
	}
	return nil
}

func label(family, table, name string) string {
	return strings.Join([]string{family, table, name}, " ")
}

// build makes the chains of the entries.
func (x *reader) build() error {
	for _, c := range x.order {
		for _, r := range c.rules {
			x.markChanging(r)
		}
	}
	for _, c := range x.order {
		for _, r := range c.rules {
			x.rule(c, r)
		}
	}
	slices.SortStableFunc(x.order, func(a, b *chain) int { return cmp.Compare(a.entry.Prio, b.entry.Prio) })
	for _, c := range x.order {
		if c.entry.Hook != "" && !x.dormant[name{c.entry.Family, "", c.entry.Table}] {
			x.base(c)
		}
	}
	return x.set.Validate()
}

// markChanging marks the sets that a rule adds packets to, or removes them from.
func (x *reader) markChanging(r *ruleEntry) {
	for _, statement := range r.Expr {
		for _, kind := range []string{"set", "map"} {
			if s, ok := statement[kind].(map[string]any); ok {
				if set := x.sets[name{r.Family, r.Table, strings.TrimPrefix(text(s[kind]), "@")}]; set != nil {
					set.changes = true
				}
			}
		}
	}
}

// hooks has the directions of connections that pass the chains of a hook.
var hooks = map[string][]ruleset.Direction{
	"input": {ruleset.Inbound}, "output": {ruleset.Outbound}, "forward": {ruleset.Through},
	"prerouting": {ruleset.Inbound, ruleset.Through}, "ingress": {ruleset.Inbound, ruleset.Through},
	"postrouting": {ruleset.Outbound, ruleset.Through}, "egress": {ruleset.Outbound, ruleset.Through},
}

// base adds a base chain for each of its directions. Chains that filter nothing
// are left out where they refuse nothing.
func (x *reader) base(c *chain) {
	place := ruleset.Place{Name: c.Name}
	directions, known := hooks[c.entry.Hook]
	if c.entry.Family == "arp" {
		return
	}
	c.Place, c.Default = place, ruleset.Permit
	if c.entry.Policy == "drop" {
		c.Default = ruleset.Deny
	}
	filters := c.entry.Type == "filter" && len(directions) == 1
	if !filters && !readback.CanDeny(c.Chain) {
		return
	}
	switch family := c.entry.Family; {
	case !known:
		x.unread(place, "hook "+c.entry.Hook)
		directions = []ruleset.Direction{ruleset.Inbound, ruleset.Outbound, ruleset.Through}
		c.Rules = slices.Insert(c.Rules, 0, readback.Unknown().Rule(place, ruleset.Permit, nil))
	case family == "ip":
		c.Family = ruleset.IPv4
	case family == "ip6":
		c.Family = ruleset.IPv6
	case family != "inet" || c.entry.Hook == "ingress" || c.entry.Hook == "egress": // of single devices
		x.unread(place, strings.TrimSpace("family "+family+" hook "+c.entry.Hook))
		c.Rules = slices.Insert(c.Rules, 0, readback.Unknown().Rule(place, ruleset.Permit, nil))
	}
	for _, d := range directions {
		made := *c.Chain
		made.Direction = d
		x.set.Chains = append(x.set.Chains, &made)
	}
}

func (x *reader) unread(place ruleset.Place, what string) {
	x.set.Unread = append(x.set.Unread, readback.Unread(place, what))
}
