package kubernetes

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go.yaml.in/yaml/v3"
)

// Read reads network policies, as files or as "kubectl get networkpolicies -A
// -o yaml" has them. Namespaces in the input give their labels to selectors;
// without them, the name of a namespace is all that is known of it. A policy
// without a namespace is in "default".
//
// Pods that no policy selects permit everything, and those that several select
// permit what any of these does. A policy concerns the hosts of the site that
// are pods: one that selects some pods of a host, and named ports, are partial,
// and so are peers that no host of the site is. Policies of other kinds are
// unread; where there is one, nothing is known for sure.
func Read(r io.Reader, s *site.Site) (*ruleset.Set, error) {
	data, err := readback.All(r)
	if err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	x := reader{set: &ruleset.Set{}, namespaces: map[string]map[string]string{}, seen: map[ruleset.Unread]bool{}}
	if err := x.decode(data); err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	if s != nil {
		for _, e := range s.Hosts() {
			if h, _ := e.Host(); !h.Kubernetes.IsZero() {
				x.pods, x.ends = append(x.pods, podsAt{e, h.Kubernetes}), append(x.ends, e)
			}
		}
	}
	if len(x.pods) == 0 {
		return nil, errors.New("kubernetes: no host of the site is pods (expected: the field kubernetes of hosts in the site file)")
	}
	if err := x.build(); err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	return x.set, x.set.Validate()
}

// podsAt is a host of the site that is pods.
type podsAt struct {
	end  site.End
	pods site.Kubernetes
}

type reader struct {
	set        *ruleset.Set
	pods       []podsAt
	policies   []*listedPolicy
	namespaces map[string]map[string]string // labels by name
	ends       []site.End                   // of all pods
	others     bool                         // policies of other kinds
	seen       map[ruleset.Unread]bool
	rules      int
}

// The objects that are read, as far as they are.
type (
	object struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   struct {
			Name, Namespace string
			Labels          map[string]string
		}
		Spec  yaml.Node
		Items []yaml.Node
	}
	listedPolicy struct {
		name, namespace string
		line            int
		spec            listedSpec
	}
	listedSpec struct {
		PodSelector     listedSelector `yaml:"podSelector"`
		PolicyTypes     []string       `yaml:"policyTypes"`
		Ingress, Egress []listedRule
	}
	listedSelector struct {
		MatchLabels      map[string]string `yaml:"matchLabels"`
		MatchExpressions []expression      `yaml:"matchExpressions"`
	}
	expression struct {
		Key, Operator string
		Values        []string
	}
	listedRule struct {
		From, To []listedPeer
		Ports    []listedPort

		line int
	}
	listedPeer struct {
		PodSelector       *listedSelector `yaml:"podSelector"`
		NamespaceSelector *listedSelector `yaml:"namespaceSelector"`
		IPBlock           *struct {
			CIDR   string
			Except []string
		} `yaml:"ipBlock"`
	}
	listedPort struct {
		Protocol string
		Port     yaml.Node
		EndPort  int `yaml:"endPort"`
	}
)

// fields are those that an object may have; nil for any.
type fields map[string]fields

var (
	selectorFields = fields{"matchLabels": nil, "matchExpressions": {"key": nil, "operator": nil, "values": nil}}
	peerFields     = fields{"podSelector": selectorFields, "namespaceSelector": selectorFields, "ipBlock": {"cidr": nil, "except": nil}}
	portFields     = fields{"protocol": nil, "port": nil, "endPort": nil}
	specFields     = fields{
		"podSelector": selectorFields, "policyTypes": nil,
		"ingress": {"from": peerFields, "ports": portFields}, "egress": {"to": peerFields, "ports": portFields},
	}
)

const expectedPolicies = "expected: network policies of networking.k8s.io/v1"

// decode reads the documents.
func (x *reader) decode(data []byte) error {
	in := yaml.NewDecoder(bytes.NewReader(data))
	found := false
	for {
		var document yaml.Node
		err := in.Decode(&document)
		if err == io.EOF {
			break
		}
		if err != nil {
			return malformed(err)
		}
		if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
			continue
		}
		found = true
		if err := x.object(document.Content[0], true); err != nil {
			return err
		}
	}
	if !found {
		return errors.New("there is no document; " + expectedPolicies)
	}
	return nil
}

// malformed returns an error of YAML on one line.
func malformed(err error) error {
	return fmt.Errorf("%s; %s", strings.Join(strings.Fields(err.Error()), " "), expectedPolicies)
}

// object reads an object, or a list of them.
func (x *reader) object(node *yaml.Node, isWhole bool) error {
	var o object
	if err := node.Decode(&o); err != nil {
		return fmt.Errorf("line %d: %w", node.Line, malformed(err))
	}
	switch {
	case strings.HasSuffix(o.Kind, "List") && isWhole:
		for i := range o.Items {
			if err := x.object(&o.Items[i], false); err != nil {
				return err
			}
		}
	case o.Kind == "Namespace":
		x.namespaces[o.Metadata.Name] = o.Metadata.Labels
	case o.Kind == "NetworkPolicy" && o.APIVersion == "networking.k8s.io/v1":
		return x.policy(&o, node.Line)
	case strings.Contains(o.Kind, "NetworkPolicy"): // of a network plugin, or of another version
		x.others = true
		x.unread(ruleset.Place{Line: node.Line, Name: o.Metadata.Name}, o.APIVersion+" "+o.Kind)
	case o.Kind == "":
		return fmt.Errorf("line %d: there is no kind; %s", node.Line, expectedPolicies)
	}
	return nil // of what does not filter
}

// policy reads a network policy.
func (x *reader) policy(o *object, line int) error {
	p := &listedPolicy{name: o.Metadata.Name, namespace: o.Metadata.Namespace, line: line}
	if p.namespace == "" {
		p.namespace = "default"
	}
	if err := o.Spec.Decode(&p.spec); err != nil {
		return fmt.Errorf("line %d: %w", o.Spec.Line, malformed(err))
	}
	if err := checkFields(&o.Spec, specFields); err != nil {
		return err
	}
	for _, t := range p.spec.PolicyTypes {
		if t != ingress && t != egress {
			return fmt.Errorf("line %d: the policy type %s is unknown; expected: Ingress or Egress", o.Spec.Line, readback.Quote(t))
		}
	}
	for key, rules := range map[string][]listedRule{"ingress": p.spec.Ingress, "egress": p.spec.Egress} {
		if list := resolved(child(resolved(&o.Spec), key)); list != nil && len(list.Content) == len(rules) {
			for i := range rules {
				rules[i].line = list.Content[i].Line
			}
		}
	}
	x.policies = append(x.policies, p)
	return nil
}

// checkFields reports fields that an object cannot have.
func checkFields(node *yaml.Node, known fields) error {
	switch node = resolved(node); {
	case known == nil || node == nil:
	case node.Kind == yaml.SequenceNode:
		for _, e := range node.Content {
			if err := checkFields(e, known); err != nil {
				return err
			}
		}
	case node.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			below, ok := known[key.Value]
			if !ok {
				return fmt.Errorf("line %d: unknown field %s; expected: %s", key.Line, readback.Quote(key.Value), strings.Join(slices.Sorted(maps.Keys(known)), ", "))
			}
			if err := checkFields(node.Content[i+1], below); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolved returns what an alias is for.
func resolved(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func (x *reader) unread(place ruleset.Place, what string) {
	u := readback.Unread(place, what)
	if !x.seen[u] { // by another host that the policy selects
		x.seen[u] = true
		x.set.Unread = append(x.set.Unread, u)
	}
}
