package aerleon_test

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/aerleon"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site"
	"go.yaml.in/yaml/v3"
)

func write(t *testing.T, w func(io.Writer, *firewall.Policy, firewall.Options) error, p *firewall.Policy, o firewall.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// definitions and filters are what the files may have: decoding refuses every
// other key. Aerleon itself is not to be had where the tests run; the keys and
// the forms of values are those of its reference and its readers.
type definitions struct {
	Networks map[string]struct {
		Values []struct{ Address, Comment string }
	}
	Services map[string][]struct{ Port, Protocol string }
}

type policyFile struct {
	Filters []struct {
		Header struct {
			Comment string
			Targets map[string]string
		}
		Terms []term
	}
}

type term struct {
	Name, Comment, Protocol, Action string
	Source                          string   `yaml:"source-address"`
	Destination                     string   `yaml:"destination-address"`
	Ports                           []string `yaml:"destination-port"`
	Types                           []string `yaml:"icmp-type"`
	Exclude                         string   `yaml:"platform-exclude"`
}

var (
	token    = regexp.MustCompile(`^[-_A-Z0-9]+$`)
	word     = regexp.MustCompile(`^\w+([-_+.@/]\w*)*$`)
	portForm = regexp.MustCompile(`^[0-9]+(-[0-9]+)?$`)
	// What a configuration of some device could take for more than a comment.
	quiet = regexp.MustCompile(`^[\pL\pM\pN .,:;()/_+=@#%&'、。「」・…-]*$`)
)

// check returns what Aerleon, or the devices behind it, would refuse.
func check(definitionsYAML, policyYAML []byte) (d definitions, p policyFile, problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for source, into := range map[*[]byte]any{&definitionsYAML: &d, &policyYAML: &p} {
		decoder := yaml.NewDecoder(bytes.NewReader(*source))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			problem("%v", err)
		}
	}
	for name, n := range d.Networks {
		if !token.MatchString(name) || len(name) > 55 || len(n.Values) == 0 {
			problem("network %q", name)
		}
		for _, v := range n.Values {
			if prefix, err := netip.ParsePrefix(v.Address); err != nil || prefix != prefix.Masked() {
				problem("network %s: %q", name, v.Address)
			}
		}
	}
	for name, list := range d.Services {
		if !token.MatchString(name) || len(list) == 0 {
			problem("service %q", name)
		}
		for _, s := range list {
			if !portForm.MatchString(s.Port) || s.Port == "0" || strings.HasPrefix(s.Port, "0-") || s.Protocol != "tcp" && s.Protocol != "udp" {
				problem("service %s: %s/%s", name, s.Port, s.Protocol)
			}
		}
	}
	names := map[string]bool{} // FortiGate has those of all filters in one list
	for _, f := range p.Filters {
		if len(f.Header.Targets) == 0 || len(f.Terms) == 0 {
			problem("a filter without targets or terms")
		}
		for target, options := range f.Header.Targets {
			for option := range strings.FieldsSeq(options) {
				if !word.MatchString(option) {
					problem("target %s: %q", target, option)
				}
			}
		}
		for _, t := range f.Terms {
			if !word.MatchString(t.Name) || len(t.Name) > 35 || names[t.Name] {
				problem("the name %q is taken, too long, or none", t.Name)
			}
			names[t.Name] = true
			if !quiet.MatchString(t.Comment) || len(t.Comment) > 1000 {
				problem("%s: comment %.80q", t.Name, t.Comment)
			}
			problems = append(problems, checkTerm(d, t)...)
		}
	}
	return d, p, problems
}

func checkTerm(d definitions, t term) (problems []string) {
	problem := func(format string, args ...any) {
		problems = append(problems, t.Name+": "+fmt.Sprintf(format, args...))
	}
	if t.Action == "deny" {
		return nil
	}
	if t.Action != "accept" {
		problem("action %q", t.Action)
	}
	for _, name := range []string{t.Source, t.Destination} {
		if _, ok := d.Networks[name]; !ok {
			problem("the network %q is not defined", name)
		}
	}
	for _, name := range t.Ports {
		if s := d.Services[name]; len(s) == 0 || s[0].Protocol != t.Protocol {
			problem("the service %q is not defined for %s", name, t.Protocol)
		}
	}
	if t.Types != nil && t.Protocol != "icmp" && t.Protocol != "icmpv6" {
		problem("types of ICMP of %s", t.Protocol)
	}
	if t.Ports == nil && (t.Types == nil || t.Protocol == "icmpv6") && t.Exclude != "fortigate" {
		problem("Aerleon permits all services of FortiGate")
	}
	return problems
}

func both(t *testing.T, p *firewall.Policy, o firewall.Options) (definitions, policyFile) {
	t.Helper()
	d, f, problems := check(write(t, aerleon.WriteDefinitions, p, o), write(t, aerleon.WritePolicy, p, o))
	if len(problems) > 0 {
		t.Fatalf("%q", problems)
	}
	return d, f
}

func TestGolden(t *testing.T) {
	plan := policies.Example(t, "../../examples/site/tokyo.yaml")
	for tag := range policies.Languages {
		p := policies.For(t, plan, "", policies.Localizer(plan, tag))
		golden.CheckWithout(t, portbook.DataVersion, "../../examples/site/rules/aerleon-policy."+tag+".yaml", write(t, aerleon.WritePolicy, p, firewall.Options{DefaultDeny: true}))
		golden.CheckWithout(t, portbook.DataVersion, "../../examples/site/rules/aerleon-definitions."+tag+".yaml", write(t, aerleon.WriteDefinitions, p, firewall.Options{}))
	}
}

// TestValid reads files of the examples and of hostile texts strictly: nothing
// but comments follows from the texts.
func TestValid(t *testing.T) {
	tokyo := policies.Example(t, "../../examples/site/tokyo.yaml")
	both(t, policies.For(t, tokyo, "", policies.Localizer(tokyo, "ja")), firewall.Options{DefaultDeny: true})
	for _, host := range tokyo.Site().Hosts() {
		both(t, policies.For(t, tokyo, host.Name(), policies.Localizer(tokyo, "en")), firewall.Options{})
	}
	cloud := policies.Example(t, "../../examples/cloud/cloud.yaml") // has hosts without addresses
	for _, host := range cloud.Site().Hosts() {
		both(t, policies.For(t, cloud, host.Name(), i18n.Localizer{}), firewall.Options{})
	}
	of := func(text string) (definitions, policyFile) {
		d, f := both(t, policies.For(t, policies.Hostile(t, text), "", i18n.Localizer{}), firewall.Options{DefaultDeny: true})
		for i := range f.Filters {
			for j := range f.Filters[i].Terms {
				f.Filters[i].Terms[j].Comment = ""
			}
		}
		return d, f
	}
	wantDefinitions, want := of("harmless")
	for _, text := range slices.Concat(hostile.Names, hostile.Code) {
		if d, f := of(text); !reflect.DeepEqual(d, wantDefinitions) || !reflect.DeepEqual(f, want) {
			t.Errorf("%.60q changes the rules", text)
		}
	}
}

// TestMutants shows that the check refuses what is wrong.
func TestMutants(t *testing.T) {
	tokyo := policies.Example(t, "../../examples/site/tokyo.yaml")
	p := policies.For(t, tokyo, "", i18n.Localizer{})
	d, f := string(write(t, aerleon.WriteDefinitions, p, firewall.Options{})), string(write(t, aerleon.WritePolicy, p, firewall.Options{}))
	for _, m := range []struct{ old, new string }{
		{"address:", "ip:"}, {"203.0.113.0/28", "203.0.113.1/28"}, {"TOKYO_TCP-8443:", "TOKYO_TCP-8444:"}, {`port: "8443"`, `port: "x"`},
		{"source-address:", "source:"}, {"protocol: tcp", "protocol: udp"}, {"action: accept", "action: allow"},
		{"name: central-", "name: central "}, {"comment: '", "comment: '*/ "}, {"TOKYO_CENTRAL-IPV4", "TOKYO_CENTRAL"},
	} {
		if !strings.Contains(d+f, m.old) {
			t.Errorf("%q is not in what is written", m.old)
		} else if _, _, problems := check([]byte(strings.Replace(d, m.old, m.new, 1)), []byte(strings.Replace(f, m.old, m.new, 1))); len(problems) == 0 {
			t.Errorf("%q in place of %q is valid", m.new, m.old)
		}
	}
}

// TestGaps lists what has no term, and why.
func TestGaps(t *testing.T) {
	s := sites.New(t, []site.Host{
		sites.Host("a", "inside", "192.0.2.1"), sites.Host("b", "outside", "192.0.2.2"), sites.Host("c", "", "192.0.2.3"), sites.Host("d", "any", "192.0.2.4"),
		{Name: "e", Zone: "outside", Names: sites.Hosts("e.example.com")},
		{Name: "f", Zone: "outside", Kubernetes: site.Kubernetes{Namespace: "n"}},
	}, nil,
		sites.Flow{From: "a", To: "b", Ports: "443/tcp 0/udp */gre 7/icmp 2/sctp"}, sites.Flow{From: "a", To: "c", Ports: "443/tcp"},
		sites.Flow{From: "a", To: "d", Ports: "443/tcp"}, sites.Flow{From: "a", To: "e", Ports: "443/tcp"}, sites.Flow{From: "a", To: "f", Ports: "443/tcp"},
	)
	for _, c := range []struct {
		host string
		want []string
	}{
		{"b", []string{"protocol  7/icmp 0/udp 2/sctp true", "protocol  gre (FortiGate) true"}},
		{"c", []string{"zone c  false"}},
		{"d", []string{"zone d  false"}},
		{"e", []string{"name e e.example.com false"}},
		{"f", []string{"selector f f false"}},
	} {
		var got []string
		p := policies.For(t, s.Plan(), c.host, i18n.Localizer{})
		for _, g := range aerleon.Gaps(p) {
			got = append(got, fmt.Sprint(g.Kind, " ", g.End, " ", strings.Join(g.What, ", "), " ", g.Written))
			if g.Rule.To.Name() != c.host || g.Text(i18n.Localizer{}) == "" {
				t.Errorf("%s: the gap is about %v: %s", c.host, g.Rule, g.Text(i18n.Localizer{}))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.host, got, c.want)
		}
		_, f := both(t, p, firewall.Options{})
		if written := len(f.Filters) > 0; written != (c.host == "b") {
			t.Errorf("%s: %+v", c.host, f)
		}
	}
}

// TestPackets reads the terms back and holds them against the policy of the
// gateway, packet by packet.
func TestPackets(t *testing.T) {
	policies.Judge(t, []firewall.Direction{firewall.Through}, nil, gapsButFortiGate, func(p *firewall.Policy) func(lab.Packet) bool {
		d, f := both(t, p, firewall.Options{DefaultDeny: true})
		at := func(name string, a netip.Addr) bool {
			for _, v := range d.Networks[name].Values {
				if netip.MustParsePrefix(v.Address).Contains(a) {
					return true
				}
			}
			return false
		}
		return func(x lab.Packet) bool {
			for _, filter := range f.Filters {
				for _, t := range filter.Terms {
					if t.Action == "accept" && at(t.Source, x.From) && at(t.Destination, x.To) && t.has(d, x) {
						return true
					}
				}
			}
			return false
		}
	})
}

// gapsButFortiGate leaves out gaps of FortiGate alone.
func gapsButFortiGate(p *firewall.Policy) []firewall.Gap {
	return slices.DeleteFunc(aerleon.Gaps(p), func(g firewall.Gap) bool {
		return g.Kind == firewall.GapProtocol && strings.Contains(strings.Join(g.What, ""), "FortiGate")
	})
}

func (t term) has(d definitions, x lab.Packet) bool {
	names := map[portbook.Protocol]string{portbook.TCP: "tcp", portbook.UDP: "udp", portbook.ICMP: "icmp", firewall.ICMPv6: "icmpv6", 47: "gre", firewall.SCTP: "sctp"}
	types := map[string]portbook.Port{"echo-reply": 0, "unreachable": 3, "source-quench": 4, "redirect": 5, "alternate-address": 6, "echo-request": 8}
	if t.Protocol == "icmpv6" {
		types = map[string]portbook.Port{"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128}
	}
	switch {
	case t.Protocol != names[x.Protocol], t.Protocol == "icmp" && x.From.Is6(), t.Protocol == "icmpv6" && x.From.Is4():
		return false
	case t.Types != nil:
		return slices.ContainsFunc(t.Types, func(name string) bool { n, ok := types[name]; return ok && n == x.Port })
	case t.Ports == nil:
		return true
	}
	return slices.ContainsFunc(t.Ports, func(name string) bool {
		r, err := portbook.ParsePortRange(d.Services[name][0].Port)
		return err == nil && r.Contains(x.Port)
	})
}
