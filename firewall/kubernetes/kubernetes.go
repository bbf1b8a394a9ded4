// Package kubernetes writes policies as network policies of Kubernetes, and reads
// those of a cluster.
//
//	err := kubernetes.Write(w, policy, firewall.Options{}) // for kubectl apply
//	set, err := kubernetes.Read(r, s)                      // of kubectl get
//
// Hosts name the selector of their pods: see [site.Kubernetes]. The ports are
// those on which pods listen. A service in front of them can have others, which
// network policies do not see.
package kubernetes

import (
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/internal/label"
	"go.yaml.in/yaml/v3"
)

// Gaps returns what network policies cannot say of a policy: they know TCP, UDP
// and SCTP, and pods and addresses.
func Gaps(p *firewall.Policy) []firewall.Gap {
	_, gaps := policiesOf(p)
	return gaps
}

// Write writes a network policy for each host of the policy that is pods, with
// comments in the language of the policy. With the option to deny, pods are
// isolated in both directions; without it in those that have rules, as every
// network policy isolates them.
func Write(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	policies, gaps := policiesOf(p)
	for _, line := range append(p.Preamble(gaps), label.In(p.Localizer()).Text(label.KubernetesTitle)) {
		if _, err := fmt.Fprintf(w, "# %s\n", line); err != nil {
			return err
		}
	}
	if len(policies) == 0 {
		return nil
	}
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	for _, x := range policies {
		if o.DefaultDeny {
			x.Spec.PolicyTypes = []string{ingress, egress}
		}
		node, err := x.node()
		if err == nil {
			err = out.Encode(node)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

// node returns a policy as YAML, with the reasons of each rule above it.
func (x *policy) node() (*yaml.Node, error) {
	var node yaml.Node
	if err := node.Encode(x); err != nil {
		return nil, err
	}
	spec := child(&node, "spec")
	for _, way := range []struct {
		key   string
		rules []rule
	}{{"ingress", x.Spec.Ingress}, {"egress", x.Spec.Egress}} {
		for i, r := range way.rules {
			var lines []string
			for _, reason := range r.reasons {
				lines = append(lines, "# "+firewall.Comment(reason, 0))
			}
			child(spec, way.key).Content[i].HeadComment = strings.Join(lines, "\n")
		}
	}
	return &node, nil
}

// child returns a field of a mapping, which has it.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
