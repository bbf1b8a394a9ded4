package kubernetes_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/kubernetes"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// pods returns a site of three hosts that are pods, and of one that is not.
func pods(t testing.TB) *site.Site {
	host := func(name, namespace string, labels ...string) site.Host {
		h := site.Host{Name: name, Kubernetes: site.Kubernetes{Namespace: namespace, Labels: map[string]string{}}}
		for _, l := range labels {
			key, value, _ := strings.Cut(l, "=")
			h.Kubernetes.Labels[key] = value
		}
		return h
	}
	return sites.New(t, []site.Host{
		host("web", "shop", "app=web", "tier=front"), host("db", "shop", "app=db"), host("logs", "ops", "app=logs"), sites.Host("admin", "", "198.51.100.1"),
	}, nil, sites.Flow{From: "web", To: "db", Ports: "1/tcp"})
}

// listed returns a policy of the namespace shop.
func listed(spec string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop, uid: 1}\nspec: " + spec + "\n"
}

// TestReadSelectors reads policies one by one, and looks at the chains of web.
func TestReadSelectors(t *testing.T) {
	const (
		web  = "{podSelector: {matchLabels: {app: web}}, "
		deny = "inbound web [web], else deny"
		open = "outbound web [web], else permit"
	)
	for _, c := range []struct{ name, input, want string }{
		{"other pods", listed("{podSelector: {matchLabels: {app: db}}}"), "inbound web [web], else permit\n" + open},
		{"another namespace", strings.Replace(listed("{podSelector: {}}"), "shop", "ops", 1), "inbound web [web], else permit\n" + open},
		{"nothing inward", listed("{podSelector: {}}"), deny + "\n" + open},
		{"nothing outward", listed(web + "policyTypes: [Egress]}"), "inbound web [web], else permit\noutbound web [web], else deny"},
		{"no rules outward", listed(web + "egress: []}"), deny + "\n" + open},
		{"all", listed(web + "ingress: [{}], egress: [{to: [], ports: []}]}"), deny + "\n  permit: * -> * **\noutbound web [web], else deny\n  permit: * -> * **"},
		{"a block", listed(web + "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9]}}], ports: [{port: 443}, {port: 5, endPort: 7, protocol: UDP}, {protocol: SCTP}]}]}"), deny + "\n  permit: 10.128.0.0/9 -> * 443/tcp 5-7/udp */sctp\n" + open},
		{"a named port", listed(web + "ingress: [{ports: [{port: http}, {port: 1, protocol: UDP}]}]}"), deny + "\n  permit: * -> * 1/udp\n  permit partial: * -> * */tcp\n" + open + "\nunread named ports"},
		{"pods of the namespace", listed(web + "ingress: [{from: [{podSelector: {}}]}]}"), deny + "\n  permit: db,web -> * **\n" + open},
		{"pods outward", listed(web + "policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}"), "inbound web [web], else permit\noutbound web [web], else deny\n  permit: * -> db **"},
		{"pods by expressions", listed(web + "ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [db, web]}, {key: app, operator: NotIn, values: [web]}, {key: app, operator: Exists}]}}]}]}"), deny + "\n  permit: db -> * **\n" + open},
		{"pods that may not have a label", listed(web + "ingress: [{from: [{podSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}}]}]}"), deny + "\n  permit partial: db -> * **\n" + open + "\nunread podSelector tier DoesNotExist"},
		{"pods of a namespace", listed(web + "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}, podSelector: {matchLabels: {app: logs}}}]}]}"), deny + "\n  permit: logs -> * **\n" + open},
		{"all namespaces", listed(web + "ingress: [{from: [{namespaceSelector: {}}]}]}"), deny + "\n  permit: db,logs,web -> * **\n" + open},
		{"a namespace by labels", listed(web + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]}"), deny + "\n  permit partial: db,logs,web -> * **\n" + open + "\nunread namespaceSelector team=a"},
		{"a namespace with labels", "apiVersion: v1\nkind: Namespace\nmetadata: {name: ops, labels: {team: a}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n" + listed(web+"ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]}"), deny + "\n  permit: logs -> * **\n" + open},
		{"pods that the site does not know", listed(web + "ingress: [{from: [{podSelector: {matchLabels: {app: cache}}}], ports: [{port: 1}]}]}"), deny + "\n  call shop/p ingress 1: * -> * 1/tcp\n" + open + "\nshop/p ingress 1\n  return: db,logs,web -> * **\n  permit partial: * -> * **\nunread podSelector app=cache"},
		{"some of the pods", listed("{podSelector: {matchLabels: {version: v2}}, ingress: [{ports: [{port: 1}]}]}"), "inbound web shop/p [web], else deny\n  permit partial: * -> * **\n  permit: * -> * 1/tcp\n" + open + "\nunread podSelector version=v2, which may select some pods of db\nunread podSelector version=v2, which may select some pods of web"},
		{"all, and some", listed("{podSelector: {}}") + "---\n" + listed("{podSelector: {matchLabels: {version: v2}}, ingress: [{ports: [{port: 1}]}]}"), deny + "\n  permit partial: * -> * 1/tcp\n" + open + "\nunread podSelector version=v2, which may select some pods of db\nunread podSelector version=v2, which may select some pods of web"},
		{"two policies", listed(web+"ingress: [{ports: [{port: 1}]}]}") + "---\n" + listed(web+"ingress: [{ports: [{port: 2}]}]}"), deny + "\n  permit: * -> * 1/tcp\n  permit: * -> * 2/tcp\n" + open},
		{"a list", "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(listed(web+"ingress: [{ports: [{port: 1}]}]}")), "\n", "\n  "), deny + "\n  permit: * -> * 1/tcp\n" + open},
		{"a list in JSON", `{"apiVersion": "v1", "kind": "NetworkPolicyList", "items": []}`, "inbound web [web], else permit\n" + open},
		{"other objects", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 1}]}\n", "inbound web [web], else permit\n" + open},
		{"other policies", "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c}\n", "inbound web [web], else permit\n  permit partial: * -> * **\n  deny partial: * -> * **\noutbound web [web], else permit\n  permit partial: * -> * **\n  deny partial: * -> * **\nunread cilium.io/v2 CiliumNetworkPolicy"},
	} {
		s, err := kubernetes.Read(strings.NewReader(c.input), pods(t))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := ofWeb(s); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// ofWeb describes the chains of web, without the places of rules.
func ofWeb(s *ruleset.Set) string {
	set := ruleset.Set{Unread: s.Unread}
	for _, c := range s.Chains {
		if c.Own[0].Name() == "web" {
			set.Chains = append(set.Chains, c)
		}
	}
	var lines []string
	for line := range strings.Lines(rulesets.Describe(&set)) {
		line, _, _ = strings.Cut(strings.TrimRight(line, "\n"), "  # ")
		if what, ok := strings.CutPrefix(line, "unread "); ok {
			_, what, _ = strings.Cut(what, ": ")
			line = "unread " + what
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// TestReadPlaces holds that places have the lines of policies and rules.
func TestReadPlaces(t *testing.T) {
	file, err := os.ReadFile("../../examples/cloud/rules/pods.en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := kubernetes.Read(bytes.NewReader(file), policies.Example(t, "../../examples/cloud/cloud.yaml").Site())
	if err != nil || len(s.Unread) > 0 {
		t.Fatal(err, s.Unread)
	}
	lines := strings.Split(string(file), "\n")
	rules := 0
	for _, c := range s.Chains {
		for _, r := range c.Rules {
			if rules++; !strings.HasPrefix(strings.TrimSpace(lines[r.Place.Line-1]), "- ") {
				t.Errorf("%v: %q", r.Place, lines[r.Place.Line-1])
			}
		}
	}
	if rules < 5 {
		t.Errorf("%d rules", rules)
	}
}

// TestReadBack reads what is written for random sites.
func TestReadBack(t *testing.T) {
	prepare := func(h *site.Host) {
		h.Kubernetes = site.Kubernetes{Namespace: "n", Labels: map[string]string{"app": h.Name}}
	}
	policies.Judge(t, []firewall.Direction{firewall.Inbound, firewall.Outbound}, prepare, kubernetes.Gaps, func(p *firewall.Policy) func(lab.Packet) bool {
		file := write(t, p, firewall.Options{DefaultDeny: true})
		own, _ := p.Host()
		if !bytes.Contains(file, []byte("kind:")) { // the host has no rules, so that there is no policy
			file = []byte(strings.NewReplacer("shop", "n", "{}", "{app: "+own.Name()+"}").Replace(listed("{podSelector: {matchLabels: {}}, policyTypes: [Ingress, Egress]}")))
		}
		s, err := kubernetes.Read(bytes.NewReader(file), p.Site())
		if err != nil {
			t.Fatal(err)
		}
		return rulesets.Ask(t, p, s)
	})
}

// TestReadErrors checks what is said of other documents.
func TestReadErrors(t *testing.T) {
	const expected = "; expected: network policies of networking.k8s.io/v1"
	rule := func(text string) string { return listed("\n  podSelector: {}\n  ingress:\n  - " + text) }
	for input, want := range map[string]string{
		"":                         "there is no document" + expected,
		"# nothing\n---\n":         "there is no document" + expected,
		"a: [":                     "yaml: line 1: did not find expected node content" + expected,
		"- a\n":                    "line 1: yaml: unmarshal errors: line 1: cannot unmarshal !!seq into kubernetes.object" + expected,
		"spec: {}\n":               "line 1: there is no kind" + expected,
		listed("{podselector: 1}"): `line 4: unknown field "podselector"; expected: egress, ingress, podSelector, policyTypes`,
		listed("{podSelector: 1}"): "line 4: yaml: unmarshal errors: line 4: cannot unmarshal !!int `1` into kubernetes.listedSelector" + expected,
		listed("{podSelector: {}, policyTypes: [Inbound]}"): `line 4: the policy type "Inbound" is unknown; expected: Ingress or Egress`,
		rule("to: []"):     `line 7: unknown field "to"; expected: from, ports`,
		rule("from: [{}]"): `line 7: a peer is not one; expected: podSelector, namespaceSelector, both of them, or ipBlock`,
		rule("from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]"):                                `line 7: a peer is not one; expected: podSelector, namespaceSelector, both of them, or ipBlock`,
		rule("from: [{ipBlock: {cidr: 10.0.0.1}}]"):                                                   `line 7: "10.0.0.1" is not a prefix; expected: one such as 192.0.2.0/24`,
		rule("ports: [{protocol: ICMP}]"):                                                             `line 7: the protocol "ICMP" is unknown; expected: TCP, UDP or SCTP`,
		rule("ports: [{port: 70000}]"):                                                                `line 7: "70000" are not ports; expected: one from 1 to 65535, or endPort above port`,
		rule("ports: [{port: 9, endPort: 8}]"):                                                        `line 7: "9-8" are not ports; expected: one from 1 to 65535, or endPort above port`,
		rule("from: [{podSelector: {matchExpressions: [{key: a, operator: Is}]}}]"):                   `line 7: the operator "Is" is unknown; expected: In, NotIn, Exists or DoesNotExist`,
		"a: &a [*a]\nkind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nspec: &s {ingress: [*s]}": "",
	} {
		_, err := kubernetes.Read(strings.NewReader(input), pods(t))
		if err == nil || want != "" && err.Error() != "kubernetes: "+want {
			t.Errorf("%q:\n got %v\nwant kubernetes: %s", input, err, want)
		}
	}
	bare := sites.New(t, []site.Host{sites.Host("a", "", "192.0.2.1"), sites.Host("b", "", "192.0.2.2")}, nil, sites.Flow{From: "a", To: "b", Ports: "1/tcp"})
	for _, s := range []*site.Site{nil, bare} {
		if _, err := kubernetes.Read(strings.NewReader(listed("{podSelector: {}}")), s); err == nil || !strings.Contains(err.Error(), "no host of the site is pods") {
			t.Error(err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(listed("{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9]}}, {podSelector: {}}], ports: [{port: http}, {port: 1, endPort: 9}]}]}"))
	f.Add("kind: List\nitems: [{kind: Namespace, metadata: {name: a}}, {kind: CiliumNetworkPolicy}]\n---\na: &a {b: *a}\n")
	s := pods(f)
	web, _ := s.End("web")
	f.Fuzz(func(t *testing.T, data string) {
		set, err := kubernetes.Read(strings.NewReader(data), s)
		if err == nil {
			rulesets.Describe(set)
			set.Permits(ruleset.Inbound, ruleset.Point{}, ruleset.Point{Ends: []site.End{web}}, 6, 80)
		}
	})
}
