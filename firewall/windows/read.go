package windows

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"golang.org/x/text/encoding/unicode"
)

// exportScript is the script that lists rules.
//
//go:embed export.ps1
var exportScript string

// ExportScript returns a script for Windows PowerShell 5.1 and for PowerShell 7
// which writes the rules that are in force as JSON, for [Read]. Its parameter
// Path says to which file.
func ExportScript() string { return exportScript }

// Read reads the JSON that [ExportScript] writes.
//
// Rules that block come before rules that allow, and the defaults of the
// profiles after them. The profiles are those of the networks that the host is
// connected to, or all where there is none. A rule of some of them is partial,
// and so is one of programs, services, users, interfaces, keywords such as
// LocalSubnet, or authentication.
func Read(r io.Reader, _ *site.Site) (*ruleset.Set, error) {
	data, err := readback.All(r)
	if err == nil {
		data, err = utf8Of(data)
	}
	if err != nil {
		return nil, fmt.Errorf("windows: %w", err)
	}
	var e export
	if err := e.decode(data); err != nil {
		return nil, fmt.Errorf("windows: %w", err)
	}
	x := reader{export: &e, set: &ruleset.Set{}}
	if err := x.build(); err != nil {
		return nil, fmt.Errorf("windows: %w", err)
	}
	return x.set, x.set.Validate()
}

// utf8Of returns a text as UTF-8: Windows PowerShell writes UTF-16 where its
// output is redirected.
func utf8Of(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// export is what the script writes.
type export struct {
	Format   string
	Version  int
	Profiles []profile
	Networks []int // categories of networks
	Rules    []listedRule

	Ports          []portFilter
	Addresses      []addressFilter
	Programs       []programFilter
	Services       []serviceFilter
	Interfaces     []interfaceFilter
	InterfaceTypes []interfaceTypeFilter
	Security       []securityFilter
}

type (
	profile struct {
		Name                                          string
		Enabled, Inbound, Outbound, AllowInboundRules *int
	}
	listedRule struct {
		ID                                   string
		Enabled, Direction, Action, Profiles *int
		Owner                                string
		Enforcement                          []int
	}
	portFilter struct {
		ID, Protocol                    string
		LocalPort, RemotePort, IcmpType textList
		Transport                       *int
	}
	addressFilter struct {
		ID                     string
		Local, Remote, Dynamic textList
	}
	programFilter   struct{ ID, Program, Package string }
	serviceFilter   struct{ ID, Service string }
	interfaceFilter struct {
		ID    string
		Alias textList
	}
	interfaceTypeFilter struct {
		ID   string
		Type *int
	}
	securityFilter struct {
		ID                                   string
		Authentication, Encryption           *int
		Overrides                            bool
		LocalUser, RemoteUser, RemoteMachine string
	}
)

// textList is a list of texts. Windows PowerShell can write a list of one as that
// text, and another one as an object that has the list.
type textList []string

func (t *textList) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		var one string
		err := json.Unmarshal(data, &one)
		*t = textList{one}
		return err
	case '{':
		var wrapped struct{ Value []string }
		err := json.Unmarshal(data, &wrapped)
		*t = wrapped.Value
		return err
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// The numbers of Windows.
const (
	isTrue  = 1 // of enabled and of what profiles allow
	isFalse = 0 // of what profiles allow

	inboundNumber  = 1
	outboundNumber = 2

	allows = 2
	blocks = 4
)

const expectedExport = "expected: what the script of portbook writes, which lists the rules of Windows"

func (e *export) decode(data []byte) error {
	if err := json.Unmarshal(data, e); err != nil {
		at := int64(len(data))
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			at = syntax.Offset
		case errors.As(err, &kind):
			at = kind.Offset
		}
		return fmt.Errorf("line %d: %w; %s", readback.Line(data, at), err, expectedExport)
	}
	switch {
	case e.Format != "portbook-windows-firewall":
		return fmt.Errorf("the format is %s; %s", readback.Quote(e.Format), expectedExport)
	case e.Version != 1:
		return fmt.Errorf("the version is %d; expected: 1, by the script of this portbook", e.Version)
	case len(e.Profiles) == 0:
		return errors.New("there are no profiles; " + expectedExport)
	}
	return e.check()
}

// check reports numbers that are missing: nothing may follow from these.
func (e *export) check() error {
	for _, p := range e.Profiles {
		if p.Enabled == nil || p.Inbound == nil || p.Outbound == nil || p.AllowInboundRules == nil {
			return fmt.Errorf("the profile %s lacks enabled, inbound, outbound or allowInboundRules; %s", readback.Quote(p.Name), expectedExport)
		}
	}
	for _, r := range e.Rules {
		if r.Enabled == nil || r.Direction == nil || r.Action == nil || r.Profiles == nil {
			return fmt.Errorf("the rule %s lacks enabled, direction, action or profiles; %s", readback.Quote(r.ID), expectedExport)
		}
	}
	return nil
}

// bits are the profiles as rules have them, by name.
var bits = map[string]int{"Domain": 1, "Private": 2, "Public": 4}

// bitOf is the profile of a category of networks.
var bitOf = map[int]int{0: bits["Public"], 1: bits["Private"], 2: bits["Domain"]}

type reader struct {
	*export
	set    *ruleset.Set
	active []profile // of the networks of the host
	mask   int       // their bits

	portsOf     map[string]portFilter
	addressesOf map[string]addressFilter
	programOf   map[string]programFilter
	serviceOf   map[string]serviceFilter
	interfaceOf map[string]interfaceFilter
	typeOf      map[string]interfaceTypeFilter
	securityOf  map[string]securityFilter
	twice       map[string]bool // ids that several rules or filters have
}

// build makes the chains of both directions.
func (x *reader) build() error {
	if err := x.findActive(); err != nil {
		return err
	}
	x.twice = map[string]bool{}
	index(x.Rules, func(r listedRule) string { return r.ID }, x.twice)
	x.portsOf = index(x.Ports, func(f portFilter) string { return f.ID }, x.twice)
	x.addressesOf = index(x.Addresses, func(f addressFilter) string { return f.ID }, x.twice)
	x.programOf = index(x.Programs, func(f programFilter) string { return f.ID }, x.twice)
	x.serviceOf = index(x.Services, func(f serviceFilter) string { return f.ID }, x.twice)
	x.interfaceOf = index(x.Interfaces, func(f interfaceFilter) string { return f.ID }, x.twice)
	x.typeOf = index(x.InterfaceTypes, func(f interfaceTypeFilter) string { return f.ID }, x.twice)
	x.securityOf = index(x.Security, func(f securityFilter) string { return f.ID }, x.twice)
	x.chain("inbound", ruleset.Inbound, inboundNumber, func(p profile) bool { return *p.Inbound == allows })
	x.chain("outbound", ruleset.Outbound, outboundNumber, func(p profile) bool { return *p.Outbound != blocks })
	return nil
}

// index returns filters by their ids, and notes those that several have.
func index[T any](list []T, id func(T) string, twice map[string]bool) map[string]T {
	m := map[string]T{}
	for _, x := range list {
		if _, ok := m[id(x)]; ok {
			twice[id(x)] = true
		}
		m[id(x)] = x
	}
	return m
}

// findActive finds the profiles of the networks of the host.
func (x *reader) findActive() error {
	for _, n := range x.Networks {
		x.mask |= bitOf[n]
	}
	if x.mask == 0 {
		x.mask = bits["Domain"] | bits["Private"] | bits["Public"]
	}
	for _, p := range x.Profiles {
		bit, ok := bits[p.Name]
		if !ok {
			return fmt.Errorf("the profile %s is unknown; expected: Domain, Private or Public", readback.Quote(p.Name))
		}
		if bit&x.mask != 0 {
			x.active = append(x.active, p)
		}
	}
	if len(x.active) == 0 {
		return errors.New("the profiles of the host's networks are not listed; " + expectedExport)
	}
	return nil
}

// chain makes the base chain of a direction: what passes whatever blocks it, what
// is blocked, what is allowed, and the default.
func (x *reader) chain(name string, d ruleset.Direction, number int, permits func(profile) bool) {
	place := ruleset.Place{Name: name}
	c := &ruleset.Chain{Name: name, Place: place, Direction: d, Default: ruleset.Deny}
	x.set.Chains = append(x.set.Chains, c)
	off, open, shut := 0, 0, 0
	for _, p := range x.active {
		switch {
		case *p.Enabled == isFalse:
			off++
		case d == ruleset.Inbound && *p.AllowInboundRules == isFalse:
			shut++
		case permits(p):
			open++
		}
	}
	if off > 0 { // in some profiles nothing is filtered
		c.Rules = append(c.Rules, x.mixed(off).Rule(place, ruleset.Permit, nil))
	}
	if shut > 0 { // in some profiles nothing is let in
		c.Rules = append(c.Rules, x.mixed(shut).Rule(place, ruleset.Deny, nil))
	}
	var first, denied, allowed []ruleset.Rule
	for _, r := range x.Rules {
		if *r.Direction != number || *r.Enabled != isTrue {
			continue
		}
		rules, overrides := x.rule(r, d)
		switch {
		case overrides:
			first = append(first, rules...)
		case *r.Action == blocks:
			denied = append(denied, rules...)
		default:
			allowed = append(allowed, rules...)
		}
	}
	c.Rules = slices.Concat(c.Rules, first, denied, allowed)
	switch {
	case open > 0 && open+off == len(x.active):
		c.Default = ruleset.Permit
	case open > 0:
		c.Rules = append(c.Rules, readback.Unknown().Rule(place, ruleset.Permit, nil))
	}
}

// mixed matches everything: where that is so in some of the active profiles
// alone, partially.
func (x *reader) mixed(count int) readback.Matches {
	if count == len(x.active) {
		return readback.Any()
	}
	return readback.Unknown()
}

func (x *reader) unread(place ruleset.Place, what string) {
	x.set.Unread = append(x.set.Unread, readback.Unread(place, what))
}
