// Package aerleon writes policies in the YAML of Aerleon, which generates the
// configuration of many vendors' firewalls: Palo Alto, Fortinet, Cisco, Juniper
// and others.
//
//	err := aerleon.WritePolicy(w, policy, firewall.Options{})
//	err = aerleon.WriteDefinitions(d, policy, firewall.Options{})
//
// A policy names networks and services by names that the definitions have: Aerleon
// needs both files.
package aerleon

import (
	"fmt"
	"io"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/internal/label"
	"go.yaml.in/yaml/v3"
)

// Gaps returns what Aerleon cannot say of a policy for all targets that its
// files name, and the rules of ends without a zone.
func Gaps(p *firewall.Policy) []firewall.Gap { return modelOf(p, firewall.Options{}).gaps }

// WriteDefinitions writes the networks and services that the terms name: a file for
// Aerleon's folder of definitions. All names begin with that of the site.
func WriteDefinitions(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	m := modelOf(p, o)
	return m.write(w, p, label.AerleonDefinitions, m.definitions)
}

// WritePolicy writes the terms: a file for Aerleon's folder of policies, with a
// filter for each pair of zones, and comments in the language of the policy.
func WritePolicy(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	m := modelOf(p, o)
	return m.write(w, p, label.AerleonPolicy, m.policy)
}

// write writes a file under a comment.
func (m *model) write(w io.Writer, p *firewall.Policy, comment label.Label, content any) error {
	for _, line := range append(p.Preamble(m.gaps), label.In(p.Localizer()).Text(comment)) {
		if _, err := fmt.Fprintf(w, "# %s\n", line); err != nil {
			return err
		}
	}
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	if err := out.Encode(content); err != nil {
		return err
	}
	return out.Close()
}
