// Package validate holds what package kubernetes writes against the decoder and
// the rules of Kubernetes. It is a module of its own, so that nobody else has to
// download these.
package validate

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/kubernetes"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/site"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/networking/v1"
	"k8s.io/kubernetes/pkg/apis/networking/validation"
	"sigs.k8s.io/yaml"
)

// validate decodes network policies as the server does with strict validation
// of fields, and returns everything that it refuses.
func validate(documents string) (policies []networkingv1.NetworkPolicy, problems []string) {
	for document := range strings.SplitSeq(documents, "\n---\n") {
		var p networkingv1.NetworkPolicy
		if err := yaml.UnmarshalStrict([]byte(document), &p); err != nil {
			problems = append(problems, err.Error())
			continue
		}
		if p.APIVersion != "networking.k8s.io/v1" || p.Kind != "NetworkPolicy" {
			problems = append(problems, "it is a "+p.APIVersion+" "+p.Kind)
		}
		policies = append(policies, *p.DeepCopy())
		var internal networking.NetworkPolicy
		v1.SetDefaults_NetworkPolicy(&p)
		if err := v1.Convert_v1_NetworkPolicy_To_networking_NetworkPolicy(&p, &internal, nil); err != nil {
			problems = append(problems, err.Error())
			continue
		}
		for _, err := range validation.ValidateNetworkPolicy(&internal, validation.NetworkPolicyValidationOptions{}) {
			problems = append(problems, err.Error())
		}
	}
	return policies, problems
}

func write(t *testing.T, plan *site.Plan, host string, l i18n.Localizer) string {
	t.Helper()
	var b bytes.Buffer
	if err := kubernetes.Write(&b, policies.For(t, plan, host, l), firewall.Options{DefaultDeny: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestValid(t *testing.T) {
	cloud := policies.Example(t, "../../../examples/cloud/cloud.yaml")
	for tag := range policies.Languages {
		for _, host := range []string{"", "portal", "application"} {
			found, problems := validate(write(t, cloud, host, policies.Localizer(cloud, tag)))
			if len(problems) > 0 || len(found) == 0 {
				t.Errorf("%s in %s: %d policies, %q", host, tag, len(found), problems)
			}
		}
	}
	for _, text := range slices.Concat(hostile.Names, hostile.Code) {
		found, problems := validate(write(t, policies.Hostile(t, text), policies.Own, i18n.Localizer{}))
		if len(problems) > 0 || len(found) != 1 || len(found[0].Spec.Ingress) != 1 || len(found[0].Spec.Egress) != 1 {
			t.Errorf("%.60q: %d policies, %q", text, len(found), problems)
		}
	}
}

// TestMutants shows that the check refuses what is wrong.
func TestMutants(t *testing.T) {
	cloud := policies.Example(t, "../../../examples/cloud/cloud.yaml")
	good := write(t, cloud, "application", i18n.Localizer{})
	for _, m := range []struct{ old, new string }{
		{"podSelector:", "podSelectors:"},
		{"protocol: TCP", "protocol: ICMP"},
		{"port: 22", "port: 70000"},
		{"port: 22", "port: \"22\""},
		{"cidr: 203.0.113.240/28", "cidr: 203.0.113.240-203.0.113.255"},
		{"name: portbook-application", "name: Portbook_Application"},
		{"policyTypes: [Ingress, Egress]", "policyTypes: [Ingress, Ingress, Egress]"},
		{"apiVersion: networking.k8s.io/v1", "apiVersion: networking.k8s.io/v1beta1"},
		{"namespace: expenses", "namespace: Expenses"},
	} {
		if !strings.Contains(good, m.old) {
			t.Errorf("%q is not in what is written", m.old)
			continue
		}
		if _, problems := validate(strings.Replace(good, m.old, m.new, 1)); len(problems) == 0 {
			t.Errorf("%q in place of %q is valid", m.new, m.old)
		}
	}
}
