package kubernetes

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/side"
	"github.com/portbook/portbook/site"
)

// policy is a NetworkPolicy of networking.k8s.io/v1, as far as we use it.
type policy struct {
	APIVersion string   `yaml:"apiVersion"`
	Kind       string   `yaml:"kind"`
	Metadata   metadata `yaml:"metadata"`
	Spec       spec     `yaml:"spec"`
}

type metadata struct {
	Name        string            `yaml:"name"`
	Namespace   string            `yaml:"namespace"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

type spec struct {
	PodSelector selector `yaml:"podSelector"`
	PolicyTypes []string `yaml:"policyTypes,flow"`
	Ingress     []rule   `yaml:"ingress,omitempty"`
	Egress      []rule   `yaml:"egress,omitempty"`
}

type selector struct {
	MatchLabels map[string]string `yaml:"matchLabels,omitempty"`
}

// rule permits ports from or to peers. Neither list is ever empty: that would
// permit all.
type rule struct {
	From  []peer `yaml:"from,omitempty"`
	To    []peer `yaml:"to,omitempty"`
	Ports []port `yaml:"ports"`

	key     string // of the policy's rule
	reasons []string
}

type peer struct {
	IPBlock           *ipBlock  `yaml:"ipBlock,omitempty"`
	NamespaceSelector *selector `yaml:"namespaceSelector,omitempty"`
	PodSelector       *selector `yaml:"podSelector,omitempty"`
}

type ipBlock struct {
	CIDR string `yaml:"cidr"`
}

// port is a port, a range, or all ports of a protocol.
type port struct {
	Protocol string `yaml:"protocol"`
	Port     uint16 `yaml:"port,omitempty"`
	EndPort  uint16 `yaml:"endPort,omitempty"`
}

const (
	ingress = "Ingress"
	egress  = "Egress"
)

// policiesOf makes a policy for each end that is pods, by name.
func policiesOf(p *firewall.Policy) (policies []*policy, gaps []firewall.Gap) {
	parts, gaps := p.Parts(firewall.Recognizes{Labels: true, Ports: sayable})
	of, podless := map[site.End]*policy{}, map[string]bool{}
	for _, x := range parts {
		made := false
		for _, s := range side.Of(x) {
			if s.Own.Side != firewall.SideLabels {
				continue
			}
			made = true
			if of[s.Own.End] == nil {
				of[s.Own.End] = newPolicy(p.Site().Name(), s.Own.End)
				policies = append(policies, of[s.Own.End])
			}
			of[s.Own.End].add(s, x)
		}
		if key := x.Rule.Key(); !made && !podless[key] {
			podless[key] = true
			gaps = append(gaps, firewall.Gap{Kind: firewall.GapGroup, Rule: x.Rule, End: side.Of(x)[0].Own.End})
		}
	}
	slices.SortFunc(policies, func(a, b *policy) int { return strings.Compare(a.Metadata.Name, b.Metadata.Name) })
	return policies, gaps
}

// sayable returns those of some ports that network policies can say: they know
// TCP, UDP and SCTP, and no port 0.
func sayable(set portbook.PortSet) portbook.PortSet {
	for _, p := range set.Protocols() {
		switch {
		case p != portbook.TCP && p != portbook.UDP && p != firewall.SCTP:
			set = set.Subtract(ports.All(p))
		case !set.ContainsSet(ports.All(p)):
			set = set.Subtract(portbook.PortSetOf(p, 0))
		}
	}
	return set
}

func newPolicy(site string, own site.End) *policy {
	pods := podsOf(own)
	return &policy{
		APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy",
		Metadata: metadata{
			Name: objectName(own.Name()), Namespace: pods.Namespace,
			Labels:      map[string]string{"app.kubernetes.io/managed-by": "portbook", "portbook/site": site},
			Annotations: map[string]string{},
		},
		Spec: spec{PodSelector: selector{pods.Labels}},
	}
}

// flowsKey is the annotation that keeps the flows behind a policy in the
// cluster.
const flowsKey = "portbook/flows"

// add adds a part to a policy: to the rule that another part of the same rule
// has made, where there is one.
func (x *policy) add(s side.Side, part firewall.Part) {
	rules, way := &x.Spec.Ingress, ingress
	if s.Direction == firewall.Outbound {
		rules, way = &x.Spec.Egress, egress
	}
	peers := peersOf(s.Peer)
	if n := len(*rules); n == 0 || (*rules)[n-1].key != part.Rule.Key() {
		*rules = append(*rules, newRule(part))
	}
	last := &(*rules)[len(*rules)-1]
	if way == ingress {
		last.From = append(last.From, peers...)
	} else {
		last.To = append(last.To, peers...)
	}
	if !slices.Contains(x.Spec.PolicyTypes, way) {
		x.Spec.PolicyTypes = append(x.Spec.PolicyTypes, way)
	}
	flows := strings.Fields(x.Metadata.Annotations[flowsKey])
	for _, reason := range part.Rule.Reasons {
		flows = append(flows, string(reason.Flow))
	}
	slices.Sort(flows)
	x.Metadata.Annotations[flowsKey] = strings.Join(slices.Compact(flows), " ")
}

// objectName returns the name of a host as one of Kubernetes: in lower case,
// with hyphens, and told apart from names that differ in what is lost.
func objectName(host string) string {
	name := "portbook-" + strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			return c
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A'
		}
		return '-'
	}, host)
	if name == "portbook-"+host {
		return name
	}
	h := fnv.New32a()
	h.Write([]byte(host))
	return fmt.Sprintf("%s-%08x", name, h.Sum32())
}

// podsOf returns the pods that an end is.
func podsOf(e site.End) site.Kubernetes {
	h, _ := e.Host()
	return h.Kubernetes
}

// newRule makes the rule of a part, without peers.
func newRule(x firewall.Part) rule {
	r := rule{key: x.Rule.Key()}
	messages, all := x.Messages()
	if all {
		messages = []firewall.Message{{Protocol: portbook.TCP}, {Protocol: portbook.UDP}, {Protocol: firewall.SCTP}}
	}
	for _, m := range messages {
		name := strings.ToUpper(m.Protocol.String())
		if m.Ranges == nil {
			r.Ports = append(r.Ports, port{Protocol: name})
		}
		for _, ports := range m.Ranges {
			p := port{Protocol: name, Port: uint16(ports.First())}
			if ports.Len() > 1 {
				p.EndPort = uint16(ports.Last())
			}
			r.Ports = append(r.Ports, p)
		}
	}
	for _, reason := range x.Rule.Reasons {
		r.reasons = append(r.reasons, reason.String())
	}
	return r
}

// peersOf returns the pods or the addresses of a place.
func peersOf(x firewall.Place) (list []peer) {
	if x.Side == firewall.SideLabels {
		pods := podsOf(x.End)
		namespace := selector{map[string]string{"kubernetes.io/metadata.name": pods.Namespace}}
		return []peer{{NamespaceSelector: &namespace, PodSelector: &selector{pods.Labels}}}
	}
	for _, r := range x.Ranges {
		for _, prefix := range r.Prefixes() {
			list = append(list, peer{IPBlock: &ipBlock{prefix.String()}})
		}
	}
	return list
}
