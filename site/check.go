package site

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/portbook/portbook/internal/text/printable"
)

// Error lists everything that is wrong with a definition.
type Error struct{ problems []Problem }

// Problem is one thing that is wrong with a definition.
type Problem struct {
	Host    string // the host that it is about, by name; "" for none
	Answer  int    // the answer that it is about, counted from 1; 0 for none
	Field   string // as in the site file; "" where it is about the whole entry
	Message string // what is wrong, and what is expected
}

// Entry names the host or the answer that the problem is about: "host central",
// "answer 3"; "" for the site.
func (p Problem) Entry() string {
	switch {
	case p.Host != "":
		return "host " + p.Host
	case p.Answer > 0:
		return "answer " + strconv.Itoa(p.Answer)
	}
	return ""
}

// String returns the problem as one line, with where it is.
func (p Problem) String() string {
	if entry := p.Entry(); entry != "" {
		return entry + ": " + p.Message
	}
	return p.Message
}

// Problems returns the problems: those of hosts, then those of answers.
func (e *Error) Problems() []Problem { return slices.Clone(e.problems) }

// Error returns the problems, one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.problems))
	for i, p := range e.problems {
		lines[i] = "site: " + p.String()
	}
	return strings.Join(lines, "\n")
}

// Bounds of a definition, far above what sites need.
const (
	maxHosts   = 100_000
	maxAnswers = 100_000
	maxList    = 1000 // of what one host or answer lists
	maxText    = 1000 // bytes of a reason
)

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	labelValue = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)
	labelKey   = regexp.MustCompile(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	namespace  = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	groupForm  = regexp.MustCompile(`^sg-([0-9a-f]{8}|[0-9a-f]{17})$`)
)

const (
	expectedName  = "at most 63 letters, digits, dots, hyphens and underscores, the first and the last a letter or a digit"
	expectedGroup = "an id of a security group, such as sg-0123456789abcdef0"
)

// checker gathers the problems of a definition.
type checker struct {
	site     *Site
	options  options
	problems []Problem
	names    map[string]bool               // of hosts
	played   map[portbook.Component]string // the first host that plays a role
	named    map[string]bool               // hosts that answers and other hosts name
	known    map[subjectKind][]string
	hints    int
}

// at is the place of a problem.
type at struct {
	host   string
	answer int
}

func (k *checker) problem(x at, field, format string, args ...any) {
	k.problems = append(k.problems, Problem{x.host, x.answer, field, fmt.Sprintf(format, args...)})
}

func (k *checker) check() {
	d := &k.site.def
	k.names, k.played, k.named = map[string]bool{}, map[portbook.Component]string{}, map[string]bool{}
	k.known = map[subjectKind][]string{}
	if !nameForm.MatchString(d.Name) {
		k.problem(at{}, "site", "the name of the site is %s; expected: %s", quoted(d.Name), expectedName)
	}
	if len(d.Hosts) > maxHosts || len(d.Answers) > maxAnswers {
		k.problem(at{}, "", "there are %d hosts and %d answers; expected: at most %d and %d", len(d.Hosts), len(d.Answers), maxHosts, maxAnswers)
		return
	}
	for i := range d.Hosts {
		k.names[d.Hosts[i].Name] = true
		for _, name := range d.Hosts[i].Serves {
			k.named[name] = true
		}
	}
	for _, a := range d.Answers {
		for _, name := range append(slices.Clone(a.From), a.To...) {
			k.named[name] = true
		}
	}
	k.checkHosts(d.Hosts)
	for i := range d.Answers {
		k.checkAnswer(i)
	}
}

// quoted quotes a value for a message, shortened.
func quoted(s string) string { return strconv.Quote(printable.Beginning(s, 100)) }

// mostHints is the number of unknown names up to which the nearest is looked
// for, which takes time in proportion to all names.
const mostHints = 100

// hint suggests the nearest known name.
func (k *checker) hint(name string, known []string) string {
	if k.hints++; k.hints > mostHints || len(name) > 200 {
		return ""
	}
	if near := nearest.Of(name, known, 1); len(near) > 0 {
		return "; did you mean " + strconv.Quote(near[0]) + "?"
	}
	return ""
}

func (k *checker) checkHosts(hosts []Host) {
	seen := map[string]bool{}
	for i := range hosts {
		h := &hosts[i]
		x := at{host: h.Name}
		switch {
		case !nameForm.MatchString(h.Name):
			x.host = "#" + strconv.Itoa(i+1)
			if h.Name != "" {
				x.host = h.Name
			}
			k.problem(x, "", "its name is %s; expected: %s", quoted(h.Name), expectedName)
		case seen[h.Name]:
			k.problem(x, "", "another host has the same name")
		}
		seen[h.Name] = true
		k.checkPlaces(x, h)
		k.checkRoles(x, h)
		k.checkHostNames(x, "serves", h.Serves)
		if slices.Contains(h.Serves, h.Name) {
			k.problem(x, "serves", "field \"serves\" names the host itself; expected: other hosts")
		}
		if h.Zone != "" && !nameForm.MatchString(h.Zone) {
			k.problem(x, "zone", "field \"zone\" is %s; expected: %s", quoted(h.Zone), expectedName)
		}
	}
}

func (k *checker) checkPlaces(x at, h *Host) {
	if len(h.Addresses)+len(h.Names) == 0 && h.Kubernetes.IsZero() && h.SecurityGroup == "" {
		k.problem(x, "", "has no place on the network; expected: addresses, names, kubernetes or securityGroup")
	}
	if len(h.Addresses) > maxList || len(h.Names) > maxList {
		k.problem(x, "addresses", "has %d addresses and %d names; expected: at most %d of each", len(h.Addresses), len(h.Names), maxList)
		return
	}
	seen := map[portbook.Host]bool{}
	for _, a := range append(slices.Clone(h.Addresses), h.Names...) {
		if seen[a] {
			k.problem(x, "addresses", "%s occurs twice", quoted(a.String()))
		}
		seen[a] = true
	}
	for _, a := range h.Addresses {
		if _, _, ok := a.Range(); !ok {
			k.problem(x, "addresses", "field \"addresses\" has %s; expected: addresses, prefixes and ranges (DNS names belong in \"names\")", quoted(a.String()))
		}
	}
	for _, a := range h.Names {
		if name, ok := a.Name(); !ok || strings.Contains(name, "*") {
			k.problem(x, "names", "field \"names\" has %s; expected: DNS names without wildcards", quoted(a.String()))
		}
	}
	k.checkSelectors(x, h)
}

func (k *checker) checkSelectors(x at, h *Host) {
	if h.SecurityGroup != "" && !groupForm.MatchString(h.SecurityGroup) {
		k.problem(x, "securityGroup", "field \"securityGroup\" is %s; expected: %s", quoted(h.SecurityGroup), expectedGroup)
	}
	if h.Kubernetes.IsZero() {
		return
	}
	if !namespace.MatchString(h.Kubernetes.Namespace) {
		k.problem(x, "kubernetes", "the namespace is %s; expected: at most 63 lowercase letters, digits and hyphens", quoted(h.Kubernetes.Namespace))
	}
	for key, value := range h.Kubernetes.Labels {
		if !labelKey.MatchString(key) || !labelValue.MatchString(value) {
			k.problem(x, "kubernetes", "the label %s is not one of Kubernetes; expected: a key and a value of letters, digits, dots, hyphens and underscores", quoted(key+": "+value))
		}
	}
}

func (k *checker) checkRoles(x at, h *Host) {
	if len(h.Roles) == 0 && !k.named[h.Name] {
		k.problem(x, "", "plays no role and nothing names it; expected: roles")
	}
	if len(h.Roles) > maxList {
		k.problem(x, "roles", "has %d roles; expected: at most %d", len(h.Roles), maxList)
		return
	}
	for i, role := range h.Roles {
		switch {
		case role == unspecified:
			k.problem(x, "roles", "no host plays the role %s: documents use it where they do not say who takes part; expected: an answer that names the host in \"from\" or \"to\"", quoted(string(role)))
		case slices.Contains(h.Roles[:i], role):
			k.problem(x, "roles", "role %s occurs twice", quoted(string(role)))
		default:
			if k.checkID(x, "roles", subject{aboutComponent, string(role)}) && k.played[role] == "" {
				k.played[role] = h.Name
			}
		}
	}
}

// checkHostNames reports names that no host has.
func (k *checker) checkHostNames(x at, field string, list []string) {
	if len(list) > maxList {
		k.problem(x, field, "field %q has %d hosts; expected: at most %d", field, len(list), maxList)
		return
	}
	for i, name := range list {
		switch {
		case !k.names[name]:
			known := make([]string, 0, len(k.names))
			for _, h := range k.site.def.Hosts[:min(len(k.site.def.Hosts), 1000)] {
				known = append(known, h.Name)
			}
			k.problem(x, field, "field %q has the unknown host %s%s", field, quoted(name), k.hint(name, known))
		case slices.Contains(list[:i], name):
			k.problem(x, field, "field %q has the host %s twice", field, quoted(name))
		}
	}
}

// checkID reports an id that the catalog does not have.
func (k *checker) checkID(x at, field string, s subject) bool {
	if k.has(s) {
		return true
	}
	k.problem(x, field, "unknown %s %s%s", s.kind, quoted(s.id), k.hint(s.id, k.ids(s.kind)))
	return false
}

func (k *checker) has(s subject) (ok bool) {
	c := k.site.catalog
	switch s.kind {
	case aboutFlow:
		_, ok = c.Lookup(portbook.FlowID(s.id))
	case aboutCondition:
		_, ok = c.Condition(portbook.ConditionID(s.id))
	case aboutSetting:
		_, ok = c.Setting(portbook.SettingID(s.id))
	case aboutComponent:
		_, ok = c.Component(portbook.Component(s.id))
	case aboutProduct:
		_, ok = c.Product(portbook.Product(s.id))
	}
	return ok
}

// ids returns the ids that the catalog has.
func (k *checker) ids(kind subjectKind) []string {
	if list, ok := k.known[kind]; ok {
		return list
	}
	c := k.site.catalog
	var list []string
	switch kind {
	case aboutFlow:
		for f := range c.Flows().All() {
			list = append(list, f.String())
		}
	case aboutCondition:
		for _, x := range c.Conditions() {
			list = append(list, string(x.ID))
		}
	case aboutSetting:
		for _, x := range c.Settings() {
			list = append(list, string(x.ID))
		}
	case aboutComponent:
		for _, x := range c.Components() {
			list = append(list, string(x))
		}
	case aboutProduct:
		for _, x := range c.Products() {
			list = append(list, string(x))
		}
	}
	k.known[kind] = list
	return list
}

// answerFields are the fields of an answer, with what they can be about.
var answerFields = []struct {
	name  string
	about []subjectKind
	set   func(*Answer) bool
}{
	{"use", []subjectKind{aboutFlow, aboutSetting}, func(a *Answer) bool { return a.Use != Unanswered }},
	{"holds", []subjectKind{aboutCondition}, func(a *Answer) bool { return a.Holds != Unanswered }},
	{"ports", []subjectKind{aboutFlow, aboutSetting}, func(a *Answer) bool { return !a.Ports.IsEmpty() }},
	{"initiator", []subjectKind{aboutFlow, aboutComponent, aboutProduct}, func(a *Answer) bool { return a.Initiator != "" }},
	{"from", []subjectKind{aboutFlow, aboutSetting}, func(a *Answer) bool { return len(a.From) > 0 }},
	{"to", []subjectKind{aboutFlow, aboutSetting}, func(a *Answer) bool { return len(a.To) > 0 }},
	{"absent", []subjectKind{aboutComponent, aboutProduct}, func(a *Answer) bool { return a.Absent }},
	{"region", []subjectKind{aboutProduct}, func(a *Answer) bool { return a.Region != "" }},
}

// fieldsAbout lists the fields that an answer about something can have.
func fieldsAbout(kind subjectKind) string {
	var list []string
	for _, f := range answerFields {
		if slices.Contains(f.about, kind) {
			list = append(list, f.name)
		}
	}
	return strings.Join(list, ", ")
}

func (k *checker) checkAnswer(i int) {
	a, x := &k.site.def.Answers[i], at{answer: i + 1}
	subjects := a.subjects()
	if len(subjects) != 1 {
		var names []string
		for _, s := range subjects {
			names = append(names, s.kind.String())
		}
		k.problem(x, "", "is about %s; expected: one of flow, condition, setting, component, product", orNothing(strings.Join(names, " and ")))
		return
	}
	s := subjects[0]
	k.checkReason(x, a)
	if !k.checkID(x, s.kind.String(), s) {
		return
	}
	if first, ok := k.site.answers[s]; ok {
		k.problem(x, s.kind.String(), "%s is answered twice: answer %d is about it too; expected: one answer with all that there is to say", s, first+1)
		return
	}
	k.site.answers[s] = i
	k.checkFields(x, a, s)
	k.checkHostNames(x, "from", a.From)
	k.checkHostNames(x, "to", a.To)
	k.checkAbsent(x, a, s)
	k.checkRegion(x, a)
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func (k *checker) checkReason(x at, a *Answer) {
	if strings.TrimSpace(a.Why) == "" {
		k.problem(x, "why", "has no reason; expected: field \"why\"")
	}
	if len(a.Why) > maxText {
		k.problem(x, "why", "the reason has %d bytes; expected: at most %d", len(a.Why), maxText)
	}
	today := k.options.today
	if !a.Until.IsZero() && !today.IsZero() && a.Until.Format("2006-01-02") < today.Format("2006-01-02") {
		k.problem(x, "until", "held until %s; expected: a later date, or no answer", a.Until.Format("2006-01-02"))
	}
}

// checkFields reports fields that do not fit what the answer is about.
func (k *checker) checkFields(x at, a *Answer, s subject) {
	some := false
	for _, f := range answerFields {
		if !f.set(a) {
			continue
		}
		some = true
		if !slices.Contains(f.about, s.kind) {
			k.problem(x, f.name, "field %q does not fit a %s; expected: %s", f.name, s.kind, fieldsAbout(s.kind))
		}
	}
	if !some {
		k.problem(x, "", "answers nothing; expected: %s", fieldsAbout(s.kind))
	}
	if !slices.Contains([]Initiator{"", InitiatorFrom, InitiatorTo, InitiatorEither}, a.Initiator) {
		k.problem(x, "initiator", "field \"initiator\" is %s; expected: from, to, either", quoted(string(a.Initiator)))
	}
	if s.kind == aboutSetting {
		k.checkGoverned(x, a)
	}
}

// checkGoverned reports what a setting does not decide.
func (k *checker) checkGoverned(x at, a *Answer) {
	setting, _ := k.site.catalog.Setting(a.Setting)
	for _, f := range []struct {
		field   string
		set     bool
		governs portbook.Governs
	}{
		{"use", a.Use != Unanswered, portbook.GovernsUse}, {"ports", !a.Ports.IsEmpty(), portbook.GovernsPort},
		{"from", len(a.From) > 0, portbook.GovernsPeer}, {"to", len(a.To) > 0, portbook.GovernsPeer},
	} {
		if f.set && !slices.Contains(setting.Governs, f.governs) {
			var list []string
			for _, g := range setting.Governs {
				list = append(list, string(g))
			}
			k.problem(x, f.field, "field %q: setting %s does not decide it (it governs: %s)", f.field, a.Setting, orNothing(strings.Join(list, ", ")))
		}
	}
}

// checkAbsent reports roles that are called absent and played.
func (k *checker) checkAbsent(x at, a *Answer, s subject) {
	if !a.Absent {
		return
	}
	if a.Component == unspecified {
		k.problem(x, "component", "%s is not a role; expected: an answer about the flow", quoted(string(unspecified)))
	}
	for _, role := range slices.Sorted(maps.Keys(k.played)) {
		info, _ := k.site.catalog.Component(role)
		if role == a.Component || a.Product != "" && info.Product == a.Product {
			k.problem(x, "absent", "%s is called absent, and host %s plays %s", s, k.played[role], role)
			return
		}
	}
}

// checkEffects reports answers that make no difference.
func (k *checker) checkEffects(r *resolver) {
	for i := range k.site.def.Answers {
		a := &k.site.def.Answers[i]
		switch e := r.effects[i]; {
		case !e.reached:
			k.problem(at{answer: i + 1}, a.subject().kind.String(), "answers nothing: no flow of this site depends on %s, or other answers decide what it says", a.subject())
		case !e.changed:
			k.problem(at{answer: i + 1}, a.subject().kind.String(), "repeats the document: without it, the flows of %s are the same", a.subject())
		}
	}
}
