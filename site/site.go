// Package site turns what documents say into what one network needs.
//
//	s, err := site.New(portbook.Builtin(), site.Definition{Name: "tokyo", Hosts: hosts, Answers: answers})
//	for n := range s.Plan().Needs() {
//		fmt.Println(n.From, n.To, n.Options, n.Flow)
//	}
//
// A [Site] has the hosts with their roles, and the answers of its owner to what
// the documents leave open. Its [Plan] has the needs, each a flow between two
// hosts, and the questions that are still open. A question never makes a rule:
// leaving it open gives no need with one option that any answer to it would not
// also give.
//
// [Plan.Missing] returns what a firewall has to permit still, [Plan.Excess] what
// it permits without need. Package sitefile reads sites from YAML, firewall writes
// rules, audit compares a plan with logs and rules, and report writes plans for
// people.
package site

import (
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook"
)

// Definition describes a site: what [New] checks and [Site.Plan] works on.
type Definition struct {
	Name        string   // of the site, in reports and rules
	File        string   // that it was read from; "" for none
	AnsweredFor string   // version of the data that the answers are for: a prefix of portbook.DataVersion; "" when unknown
	Hosts       []Host   // in any order
	Answers     []Answer // to what documents leave open
}

// Host is a machine, or a group of machines that play the same roles.
type Host struct {
	Name          string               // of letters, digits, dots, hyphens and underscores
	Addresses     []portbook.Host      // addresses, prefixes and ranges
	Names         []portbook.Host      // DNS names
	Kubernetes    Kubernetes           // selects pods; the zero value for none
	SecurityGroup string               // of AWS: "sg-0123456789abcdef0"; "" for none
	Roles         []portbook.Component // what it is in the documents
	Zone          string               // of the network; "" for none
	// Serves names the hosts that alone use this one: of the roles that these
	// hosts play, flows to this host and from it pair it with them. Flows with
	// other roles are as without.
	Serves []string
	// Group says whether the host is several machines. Unanswered, it is if it
	// has more than one address of a family, or a selector.
	Group Choice
	// Line is where its entry begins in the file of the site; 0 for no file.
	Line int
}

// Kubernetes selects the pods of a namespace by their labels.
type Kubernetes struct {
	Namespace string            // the namespace of the pods
	Labels    map[string]string // all of which a pod must have
}

// IsZero reports whether k selects nothing.
func (k Kubernetes) IsZero() bool { return k.Namespace == "" && len(k.Labels) == 0 }

// Answer says what a document leaves open, or where this site differs from it.
// Exactly one of the first five fields says what the answer is about. Where
// several answers decide the same thing of a flow, that about the flow itself
// comes first, then those about conditions and settings, then that about a
// component, then that about a product.
type Answer struct {
	Flow      portbook.FlowID      // the answer is about a flow,
	Condition portbook.ConditionID // about a condition,
	Setting   portbook.SettingID   // about a setting,
	Component portbook.Component   // about a component,
	Product   portbook.Product     // or about a product: one of these is set

	Use       Choice           // of a flow or a setting: is it used?
	Holds     Choice           // of a condition: does it hold?
	Ports     portbook.PortSet // of a flow or a setting: the destination ports
	Initiator Initiator        // of a flow, or of all flows of a component or product that leave it unstated
	From, To  []string         // of a flow or a setting: the hosts at that end, in place of those that play its roles
	Absent    bool             // of a component or product: nothing plays the role here
	Region    portbook.Region  // of a product: that of its cloud

	Why   string    // the reason, which rules repeat
	Until time.Time // the last day on which the answer holds; zero for no end
}

// Choice is an answer of yes or no.
type Choice uint8

// The choices.
const (
	Unanswered Choice = iota
	Yes
	No
)

// String returns "yes", "no" or "unanswered".
func (c Choice) String() string {
	switch c {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unanswered"
}

// Initiator is who opens a connection, as an answer. [portbook.Initiator] is
// what documents say, which cannot be that the destination does.
type Initiator string

// Who opens a connection.
const (
	InitiatorFrom   Initiator = "from"   // the components of From
	InitiatorTo     Initiator = "to"     // the components of To
	InitiatorEither Initiator = "either" // both
)

// subjectKind is what an answer or a question is about.
type subjectKind uint8

const (
	aboutNothing subjectKind = iota
	aboutFlow
	aboutCondition
	aboutSetting
	aboutComponent
	aboutProduct
)

var subjectNames = [...]string{"", "flow", "condition", "setting", "component", "product"}

func (k subjectKind) String() string { return subjectNames[k] }

// subject is what an answer or a question is about.
type subject struct {
	kind subjectKind
	id   string
}

func (s subject) String() string { return s.kind.String() + " " + s.id }

// subjects returns what an answer is about: one, if it is valid.
func (a *Answer) subjects() []subject {
	list := []subject{
		{aboutFlow, string(a.Flow)}, {aboutCondition, string(a.Condition)}, {aboutSetting, string(a.Setting)},
		{aboutComponent, string(a.Component)}, {aboutProduct, string(a.Product)},
	}
	return slices.DeleteFunc(list, func(s subject) bool { return s.id == "" })
}

// subject returns what a valid answer is about.
func (a *Answer) subject() subject { return a.subjects()[0] }

// Subject returns what the answer is about, such as "flow" and its id; nothing
// where it is about nothing, or about several things.
func (a Answer) Subject() (kind, id string) {
	if list := a.subjects(); len(list) == 1 {
		return list[0].kind.String(), list[0].id
	}
	return "", ""
}

// Site is a definition that is valid for a catalog. It is immutable and safe
// for concurrent use.
type Site struct {
	catalog *portbook.Catalog
	def     Definition
	hosts   []Host // sorted by name
	ends    []end  // of hosts, then the components in clouds that needs lead to
	answers answerIndex
	plan    *Plan

	played   map[portbook.Component]bool                 // what hosts are, roles that these inherit from included
	lineages map[portbook.Component][]portbook.Component // of roles, and of what they inherit from
}

// answerIndex leads from what answers are about to their places.
type answerIndex map[subject]int

// Option changes what [New] checks.
type Option func(*options)

type options struct{ today time.Time }

// AsOf makes [New] refuse answers whose last day is before the day of t.
// Without it the end of answers is not checked.
func AsOf(t time.Time) Option { return func(o *options) { o.today = t } }

// New checks a definition against a catalog. The error is a *[Error] that lists
// every problem. New takes time in proportion to the hosts and to the flows of
// the roles that they play.
func New(c *portbook.Catalog, d Definition, opts ...Option) (*Site, error) {
	var o options
	for _, option := range opts {
		option(&o)
	}
	s := &Site{catalog: c, def: d.clone(), answers: answerIndex{}, played: map[portbook.Component]bool{}, lineages: map[portbook.Component][]portbook.Component{}}
	k := checker{site: s, options: o}
	k.check()
	if len(k.problems) > 0 {
		return nil, &Error{k.problems}
	}
	s.hosts = slices.Clone(s.def.Hosts)
	slices.SortFunc(s.hosts, func(a, b Host) int { return strings.Compare(a.Name, b.Name) })
	r := newResolver(s)
	s.plan = r.plan()
	for x := range r.hosts {
		s.played[x] = true
		r.lineage(x)
	}
	k.checkEffects(r)
	if len(k.problems) > 0 {
		return nil, &Error{k.problems}
	}
	return s, nil
}

// clone copies what a caller could change later.
func (d Definition) clone() Definition {
	d.Hosts, d.Answers = slices.Clone(d.Hosts), slices.Clone(d.Answers)
	for i := range d.Hosts {
		d.Hosts[i] = d.Hosts[i].clone()
	}
	for i := range d.Answers {
		d.Answers[i] = d.Answers[i].clone()
	}
	return d
}

func (h Host) clone() Host {
	h.Addresses, h.Names, h.Roles, h.Serves = slices.Clone(h.Addresses), slices.Clone(h.Names), slices.Clone(h.Roles), slices.Clone(h.Serves)
	if labels := h.Kubernetes.Labels; labels != nil {
		h.Kubernetes.Labels = make(map[string]string, len(labels))
		for k, v := range labels {
			h.Kubernetes.Labels[k] = v
		}
	}
	return h
}

func (a Answer) clone() Answer {
	a.From, a.To = slices.Clone(a.From), slices.Clone(a.To)
	return a
}

// File returns the name of the file that the site was read from; "" for none.
func (s *Site) File() string { return s.def.File }

// Name returns the name of the site.
func (s *Site) Name() string { return s.def.Name }

// AnsweredFor returns the version of the data that the answers are for; "" when
// it is not known.
func (s *Site) AnsweredFor() string { return s.def.AnsweredFor }

// IsCurrent reports whether the answers are for the version of the data that
// the site is planned with, or for an unknown one.
func (s *Site) IsCurrent() bool { return strings.HasPrefix(s.catalog.Version(), s.def.AnsweredFor) }

// Catalog returns the catalog that the site is planned with.
func (s *Site) Catalog() *portbook.Catalog { return s.catalog }

// Definition returns a copy of the definition that the site was made of.
func (s *Site) Definition() Definition { return s.def.clone() }

// Plan returns what the site needs.
func (s *Site) Plan() *Plan { return s.plan }
