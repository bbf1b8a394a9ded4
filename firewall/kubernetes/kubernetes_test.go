package kubernetes_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/kubernetes"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/site"
	"go.yaml.in/yaml/v3"
)

func write(t *testing.T, p *firewall.Policy, o firewall.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := kubernetes.Write(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// networkPolicy is a policy, read back. The module in validate has the decoder
// and the rules of Kubernetes.
type networkPolicy struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct {
		Name, Namespace     string
		Labels, Annotations map[string]string
	}
	Spec struct {
		PodSelector     selector `yaml:"podSelector"`
		PolicyTypes     []string `yaml:"policyTypes"`
		Ingress, Egress []rule
	}
}

type selector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

type rule struct {
	From, To []peer
	Ports    []struct {
		Protocol string
		Port     int
		EndPort  int `yaml:"endPort"`
	}
}

type peer struct {
	IPBlock           struct{ CIDR string } `yaml:"ipBlock"`
	NamespaceSelector *selector             `yaml:"namespaceSelector"`
	PodSelector       *selector             `yaml:"podSelector"`
}

func read(t *testing.T, source []byte) (list []networkPolicy) {
	t.Helper()
	d := yaml.NewDecoder(bytes.NewReader(source))
	d.KnownFields(true)
	for {
		var p networkPolicy
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, source)
		}
		list = append(list, p)
	}
}

func TestGolden(t *testing.T) {
	plan := policies.Example(t, "../../examples/cloud/cloud.yaml")
	for tag := range policies.Languages {
		p := policies.For(t, plan, "", policies.Localizer(plan, tag))
		golden.CheckWithout(t, p.Site().Catalog().Version(), "../../examples/cloud/rules/pods."+tag+".yaml", write(t, p, firewall.Options{DefaultDeny: true}))
	}
}

// TestHostile changes the texts, and nothing but comments follows.
func TestHostile(t *testing.T) {
	of := func(text string) []networkPolicy {
		plan := policies.Hostile(t, text)
		return read(t, write(t, policies.For(t, plan, policies.Own, i18n.Localizer{}), firewall.Options{}))
	}
	want := of("harmless")
	if len(want) != 1 || len(want[0].Spec.Ingress) != 1 || len(want[0].Spec.Egress) != 1 {
		t.Fatalf("%+v", want)
	}
	for _, text := range slices.Concat(hostile.Names, hostile.Code) {
		if got := of(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%.60q changes the policy: %+v", text, got)
		}
	}
}

// TestDirections says in which directions pods are isolated: those that have
// rules, and both with the option to deny.
func TestDirections(t *testing.T) {
	plan := policies.Example(t, "../../examples/cloud/cloud.yaml")
	p := policies.For(t, plan, "portal", i18n.Localizer{})
	for deny, want := range map[bool][]string{false: {"Ingress", "Egress"}, true: {"Ingress", "Egress"}} {
		if got := read(t, write(t, p, firewall.Options{DefaultDeny: deny}))[0].Spec.PolicyTypes; !slices.Equal(got, want) {
			t.Errorf("deny %v: %v, want %v", deny, got, want)
		}
	}
	left := policies.For(t, policies.Hostile(t, "harmless"), "left", i18n.Localizer{})
	for deny, want := range map[bool][]string{false: {"Egress"}, true: {"Ingress", "Egress"}} {
		if got := read(t, write(t, left, firewall.Options{DefaultDeny: deny}))[0].Spec.PolicyTypes; !slices.Equal(got, want) {
			t.Errorf("deny %v: %v, want %v", deny, got, want)
		}
	}
}

// TestPackets reads the policies back and holds them against the policy they
// were made of, packet by packet. Pods are the host that they are of.
func TestPackets(t *testing.T) {
	prepare := func(h *site.Host) {
		h.Kubernetes = site.Kubernetes{Namespace: "n", Labels: map[string]string{"app": h.Name}}
	}
	policies.Judge(t, []firewall.Direction{firewall.Inbound, firewall.Outbound}, prepare, kubernetes.Gaps, func(p *firewall.Policy) func(lab.Packet) bool {
		list := read(t, write(t, p, firewall.Options{}))
		pods := func(s selector) site.End {
			e, ok := p.Site().End(s.MatchLabels["app"])
			if !ok {
				t.Fatalf("no pods are %v", s)
			}
			return e
		}
		at := func(x peer, a netip.Addr) bool {
			if x.PodSelector == nil {
				return netip.MustParsePrefix(x.IPBlock.CIDR).Contains(a)
			}
			return x.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"] == "n" && policies.At(pods(*x.PodSelector), false, a)
		}
		return func(x lab.Packet) bool {
			for _, np := range list {
				rules, self, other := np.Spec.Ingress, x.To, x.From
				if x.Direction == firewall.Outbound {
					rules, self, other = np.Spec.Egress, x.From, x.To
				}
				if !policies.At(pods(np.Spec.PodSelector), true, self) {
					continue
				}
				for _, r := range rules {
					peers := append(slices.Clone(r.From), r.To...)
					if len(peers) == 0 || len(r.Ports) == 0 {
						return true // an empty list permits all
					}
					if r.has(x) && slices.ContainsFunc(peers, func(p peer) bool { return at(p, other) }) {
						return true
					}
				}
			}
			return false
		}
	})
}

func (r rule) has(x lab.Packet) bool {
	names := map[portbook.Protocol]string{portbook.TCP: "TCP", portbook.UDP: "UDP", firewall.SCTP: "SCTP"}
	for _, p := range r.Ports {
		last := max(p.Port, p.EndPort)
		if p.Protocol == names[x.Protocol] && (p.Port == 0 || p.Port <= int(x.Port) && int(x.Port) <= last) {
			return true
		}
	}
	return false
}

// TestLabels keeps labels that look like other types of YAML texts.
func TestLabels(t *testing.T) {
	flows := hostile.Flows(hostile.Catalog{Names: []string{"a", "b"}, Ports: "443/tcp"})
	for _, label := range []string{"yes", "no", "on", "y", "null", "true", "0x1f", "1e3", "1.0", "007", "2026-11-28", "1_000", ""} {
		s, err := site.New(flows.Catalog(), site.Definition{Name: "labels", Hosts: []site.Host{
			{Name: "A_b.C", Roles: []portbook.Component{"p/a"}, Kubernetes: site.Kubernetes{Namespace: "123", Labels: map[string]string{"app": label, "y": "n"}}},
			{Name: "peer", Roles: []portbook.Component{"p/b"}, Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		source := write(t, policies.For(t, s.Plan(), "A_b.C", i18n.Localizer{}), firewall.Options{})
		var got struct{ Spec, Metadata map[string]any }
		if err := yaml.Unmarshal(source, &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"matchLabels": map[string]any{"app": label, "y": "n"}}
		if !reflect.DeepEqual(got.Spec["podSelector"], want) || got.Metadata["namespace"] != "123" {
			t.Errorf("%q became %v", label, got)
		}
		name, _ := got.Metadata["name"].(string)
		if !regexp.MustCompile(`^portbook-a-b-c-[0-9a-f]{8}$`).MatchString(name) {
			t.Errorf("the name is %q", name)
		}
	}
}
