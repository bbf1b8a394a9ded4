package diagram_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/awalterschulze/gographviz"
	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"golang.org/x/text/language"
)

func localizers() map[string]i18n.Localizer {
	return map[string]i18n.Localizer{"en": i18n.New(), "ja": i18n.New(language.Japanese)}
}

// set returns the flows with the ids.
func set(t *testing.T, ids ...portbook.FlowID) portbook.FlowSet {
	t.Helper()
	var s portbook.FlowSet
	for _, id := range ids {
		f, ok := portbook.Lookup(id)
		if !ok {
			t.Fatalf("no flow %s", id)
		}
		s = s.Union(f.Set())
	}
	return s
}

// TestGolden shows a small product in every text format and language.
func TestGolden(t *testing.T) {
	for name, l := range localizers() {
		g := diagram.New(portbook.Flows().DocumentedBy(portbook.ProductServiceGateway), diagram.Options{Localizer: l})
		golden.Check(t, "testdata/service-gateway."+name+".dot", []byte(g.DOT()))
		golden.Check(t, "testdata/service-gateway."+name+".mmd", []byte(g.Mermaid()))
	}
}

// TestEdges shows what an edge tells, for flows of every kind.
func TestEdges(t *testing.T) {
	for _, c := range []struct {
		name  string
		flows []portbook.FlowID
		want  diagram.Edge
	}{
		{"required, ends inferred", []portbook.FlowID{portbook.FlowServiceGatewayApplianceSSH}, diagram.Edge{
			From: portbook.ComponentSiteAdministratorComputer, To: portbook.ComponentServiceGatewayAppliance, Label: "22/tcp†", Lines: []string{"22/tcp†"},
			Title: "Administrator's computer → Service Gateway virtual appliance: 22/tcp†", Inferred: true}},
		{"either side opens", []portbook.FlowID{"itms/notification-server/hierarchy"}, diagram.Edge{
			From: portbook.ComponentITMSNotificationServer, To: portbook.ComponentITMSNotificationServer, Label: "one of 80,443/tcp", Lines: []string{"one of 80,443/tcp"},
			Title: "Notification Server ↔ Notification Server: one of 80,443/tcp", Both: true}},
		{"unstated", []portbook.FlowID{"itms/tftp-server/download"}, diagram.Edge{
			From: "itms/preboot-client", To: "itms/tftp-server", Label: "1024-65535/udp†", Lines: []string{"1024-65535/udp†"},
			Title: "Preboot client (preOS) → TFTP Server: 1024-65535/udp†", Unstated: true, Inferred: true}},
		{"optional, ports in words", []portbook.FlowID{"scanmail/logs/spam"}, diagram.Edge{
			From: "scanmail/mcp-agent", To: portbook.ComponentApexCentralServer, Label: "port set in the target product (TCP)†",
			Lines: []string{"port set in the target", "product (TCP)†"},
			Title: "ScanMail MCP agent → Apex Central server: port set in the target product (TCP)†", Optional: true, Inferred: true}},
	} {
		g := diagram.New(set(t, c.flows...), diagram.Options{})
		if len(g.Edges) != 1 {
			t.Fatalf("%s: %d edges", c.name, len(g.Edges))
		}
		c.want.Flows, c.want.Ports = set(t, c.flows...), set(t, c.flows...).Ports()
		if diff := cmp.Diff(c.want, g.Edges[0], cmp.Comparer(func(x, y portbook.FlowSet) bool { return x == y }), cmp.Comparer(func(x, y portbook.PortSet) bool { return x == y })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestGraphIsOfTheFlows compares the graph of every product, and of everything, with the flows one by one.
func TestGraphIsOfTheFlows(t *testing.T) {
	sets := []portbook.FlowSet{portbook.Flows(), {}}
	for _, p := range portbook.Builtin().Products() {
		sets = append(sets, portbook.Flows().DocumentedBy(p))
	}
	for _, flows := range sets {
		nodes, edges := map[portbook.Component]bool{}, map[[2]portbook.Component]portbook.FlowSet{}
		for f := range flows.All() {
			for _, from := range f.From() {
				for _, to := range f.To() {
					nodes[from], nodes[to] = true, true
					pair := [2]portbook.Component{from, to}
					edges[pair] = edges[pair].Union(f.Set())
				}
			}
		}
		g := diagram.New(flows, diagram.Options{})
		if len(g.Nodes) != len(nodes) || len(g.Edges) != len(edges) {
			t.Errorf("%s: %d nodes and %d edges, want %d and %d", g.Title, len(g.Nodes), len(g.Edges), len(nodes), len(edges))
		}
		for _, n := range g.Nodes {
			if !nodes[n.Component] {
				t.Errorf("%s: unexpected node %s", g.Title, n.Component)
			}
		}
		for _, e := range g.Edges {
			want := edges[[2]portbook.Component{e.From, e.To}]
			required := !want.Having(portbook.RequirementRequired).IsEmpty()
			if e.Flows != want || e.Ports != want.Ports() || e.Optional == required {
				t.Errorf("%s: edge %s -> %s holds %v, ports %v, optional %t", g.Title, e.From, e.To, e.Flows, e.Ports, e.Optional)
			}
		}
	}
}

// TestExternal checks which components are separate.
func TestExternal(t *testing.T) {
	external := map[portbook.Component]bool{}
	for _, n := range diagram.New(portbook.Flows().DocumentedBy(portbook.Product("scanmail")), diagram.Options{}).Nodes {
		external[n.Component] = n.External
	}
	want := map[portbook.Component]bool{
		"apex-central/server": true, "scanmail/mcp-agent": false, "scanmail/server": false, "scanmail/smart-protection-network": true,
		"site/nat-device": true, "site/proxy-server": true,
	}
	if diff := cmp.Diff(want, external); diff != "" {
		t.Errorf("scanmail (-want +got):\n%s", diff)
	}
	apex := diagram.New(portbook.Flows().DocumentedBy(portbook.ProductApexCentral), diagram.Options{})
	i := slices.IndexFunc(apex.Nodes, func(n diagram.Node) bool { return n.Component == "apex-central/license-update-server" })
	if i < 0 || !apex.Nodes[i].External || len(apex.Clusters) != 1 || slices.Contains(apex.Clusters[0].Nodes, "apex-central/license-update-server") {
		t.Error("a service in a cloud is not separate")
	}
}

// TestPorts shows how long lists of ports are shortened: what is shown keeps its protocol, the rest is counted.
func TestPorts(t *testing.T) {
	var ports []portbook.Port
	for n := range 60 {
		ports = append(ports, portbook.Port(10000+2*n))
	}
	for _, c := range []struct {
		ports string
		want  []string
	}{
		{"443/tcp", []string{"443/tcp"}},
		{"80,443,1344,5274-5275,8080/tcp 53/udp", []string{"80,443,1344,5274-5275,", "8080/tcp 53/udp"}},
		{portbook.PortSetOf(portbook.TCP, ports...).String(), []string{"10000,10002,10004,10006,", "10008,10010,10012,10014,", "10016,10018,10020,10022,", "10024,10026/tcp +46 more"}},
	} {
		g := diagram.New(hostile.Flows(hostile.Catalog{Names: []string{"a", "b"}, Ports: c.ports}), diagram.Options{})
		if diff := cmp.Diff(c.want, g.Edges[0].Lines); diff != "" || g.Edges[0].Label != c.ports {
			t.Errorf("%s (-want +got):\n%s\nin full: %s", c.ports, diff, g.Edges[0].Label)
		}
	}
}

func TestParts(t *testing.T) {
	count := func(flows portbook.FlowSet, by diagram.Division) []string {
		var ids []string
		var all portbook.FlowSet
		total := 0
		for _, p := range diagram.Parts(flows, by, i18n.Localizer{}) {
			if p.Title == "" || slices.Contains(ids, p.ID) || strings.Trim(p.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("bad part %q, %q", p.ID, p.Title)
			}
			ids = append(ids, p.ID)
			all = all.Union(p.Flows)
			total += p.Flows.Len()
		}
		if all != flows || total != flows.Len() {
			t.Errorf("by %s, the parts hold %d flows of %d", by, total, flows.Len())
		}
		return ids
	}
	if got, want := count(portbook.Flows(), diagram.ByProduct), []string{"apex-central", "deep-discovery-inspector", "host-security", "itms", "network-sensor", "scanmail", "server-workload-protection", "service-gateway", "tippingpoint", "vision-one"}; !slices.Equal(got, want) {
		t.Errorf("by product: %v", got)
	}
	got := count(portbook.Flows(), diagram.Auto)
	for _, id := range []string{"apex-central", "itms-notification-server", "scanmail"} {
		if !slices.Contains(got, id) {
			t.Errorf("the parts lack %s: %v", id, got)
		}
	}
	if slices.Contains(got, "itms") || slices.Contains(got, "scanmail-registration") {
		t.Errorf("automatic parts are too large or too small: %v", got)
	}
	if got := count(portbook.Flows(), diagram.Whole); !slices.Equal(got, []string{"all"}) {
		t.Errorf("all: %v", got)
	}
	if got := count(portbook.FlowSet{}, diagram.Auto); len(got) > 0 {
		t.Errorf("no flows make %v", got)
	}
	count(portbook.Flows(), diagram.BySection)
	ja := diagram.Parts(portbook.Flows().DocumentedBy(portbook.ProductApexCentral), diagram.BySection, localizers()["ja"])
	if want := "Apex Central: 通知"; !slices.ContainsFunc(ja, func(p diagram.Part) bool { return strings.HasPrefix(p.Title, want) }) {
		t.Errorf("no title begins %q: %+v", want, ja)
	}
}

// TestEmpty checks that a diagram of nothing says so.
func TestEmpty(t *testing.T) {
	g := diagram.New(portbook.FlowSet{}, diagram.Options{Localizer: localizers()["ja"]})
	for _, s := range []string{g.Empty, g.DOT()} {
		if !strings.Contains(s, "該当する通信なし") {
			t.Errorf("%q does not say that no flow matches", s)
		}
	}
	if m := g.Mermaid(); !strings.Contains(m, "empty[\"該当する通信なし\"]") {
		t.Errorf("Mermaid does not say that no flow matches: %s", m)
	}
}

// TestHostileMermaid checks that names of any kind are nothing but letters, digits, harmless punctuation and entities between the
// quotation marks of labels.
func TestHostileMermaid(t *testing.T) {
	for _, name := range hostile.Names {
		g := diagram.New(hostile.Flows(hostile.Catalog{Names: []string{name, "b"}, Ports: "443/tcp"}), diagram.Options{})
		out := g.Mermaid()
		if n := strings.Count(out, "\n"); n != 9 {
			t.Errorf("%.40q: %d lines:\n%s", name, n, out)
		}
		for line := range strings.Lines(out) {
			fields := strings.Split(strings.TrimSuffix(line, "\n"), `"`)
			if len(fields) != 1 && len(fields) != 3 {
				t.Fatalf("%.40q: a label does not end where it should: %s", name, line)
			}
			if len(fields) == 3 && !strings.HasPrefix(line, "title") && strings.ContainsAny(strings.ReplaceAll(fields[1], "<br/>", ""), "<>|[]{}`\\*_:%&'\u202e") {
				t.Errorf("%.40q: a label holds markup: %s", name, line)
			}
		}
	}
}

// FuzzMermaid checks that no name gets out of its label.
func FuzzMermaid(f *testing.F) {
	for _, name := range hostile.Names {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		g := diagram.New(hostile.Flows(hostile.Catalog{Names: []string{name, "b"}, Ports: "443/tcp"}), diagram.Options{})
		for _, out := range []string{g.Mermaid(), g.DOT()} {
			if strings.Count(strings.NewReplacer(`\\`, "", `\"`, "").Replace(out), `"`)%2 != 0 || strings.ContainsAny(out, "\u202e\r\x00") {
				t.Errorf("%q: %s", name, out)
			}
		}
	})
}

// TestDependencies keeps drawing out of programs that do not draw.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "github.com/portbook/portbook/diagram", "github.com/portbook/portbook/report").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "portbook/diagram/svg") || strings.Contains(string(out), "/layered") {
		t.Error("diagram or report draws by itself")
	}
}

// TestHostileDOT reads the text of diagrams in DOT back, and counts.
func TestHostileDOT(t *testing.T) {
	var graphs []diagram.Graph
	for _, name := range hostile.Names {
		flows := hostile.Flows(hostile.Catalog{Names: []string{name, "b", name + "c"}, Ports: "80,443/tcp"})
		graphs = append(graphs, diagram.New(flows, diagram.Options{}))
	}
	for _, l := range localizers() {
		for _, p := range diagram.Parts(portbook.Flows(), diagram.Auto, l) {
			graphs = append(graphs, diagram.New(p.Flows, diagram.Options{Localizer: l, Title: p.Title}))
		}
	}
	for _, g := range graphs {
		// The parser takes the replacement character for an error of its own.
		read, err := gographviz.Read([]byte(strings.ReplaceAll(g.DOT(), "\ufffd", "?")))
		if err != nil {
			t.Errorf("%.40q: %v\n%.2000s", g.Title, err, g.DOT())
			continue
		}
		if nodes, edges := len(read.Nodes.Nodes), len(read.Edges.Edges); nodes != len(g.Nodes) || edges != len(g.Edges) {
			t.Errorf("%.40q: a parser of DOT reads %d nodes and %d edges, want %d and %d", g.Title, nodes, edges, len(g.Nodes), len(g.Edges))
		}
	}
}

// TestAround draws the connections of one component, also where flows join
// others to each other.
func TestAround(t *testing.T) {
	fewer := false
	for _, c := range portbook.Builtin().Components() {
		flows := portbook.Flows().Involving(c)
		whole, g := diagram.New(flows, diagram.Options{}), diagram.New(flows, diagram.Options{Around: c})
		fewer = fewer || len(g.Edges) < len(whole.Edges)
		touched := 0
		for _, e := range whole.Edges {
			if e.From == c || e.To == c {
				touched++
			}
		}
		if len(g.Edges) != touched {
			t.Errorf("%s: %d edges, want %d", c, len(g.Edges), touched)
		}
		joined := map[portbook.Component]bool{}
		for _, e := range g.Edges {
			if e.From != c && e.To != c {
				t.Errorf("%s: an edge leads from %s to %s", c, e.From, e.To)
			}
			joined[e.From], joined[e.To] = true, true
		}
		if len(joined) != len(g.Nodes) {
			t.Errorf("%s: %d nodes, %d of them with edges", c, len(g.Nodes), len(joined))
		}
	}
	if !fewer {
		t.Error("no component has a flow that joins others: the test lacks a case")
	}
}

// TestChoices tells ports that are needed together from those of which one is
// enough.
func TestChoices(t *testing.T) {
	words := map[string][2]string{"en": {"one of ", ""}, "ja": {"", "のいずれか"}}
	for name, l := range localizers() {
		for f := range portbook.Flows().All() {
			if f.Ports().IsEmpty() {
				continue
			}
			want := f.Ports().String()
			if f.PortChoice() == portbook.PortChoiceOneOf {
				want = words[name][0] + want + words[name][1]
			}
			for _, e := range diagram.New(f.Set(), diagram.Options{Localizer: l}).Edges {
				if strings.TrimSuffix(e.Label, "†") != want {
					t.Errorf("%s in %s: label %q, want %q", f.ID(), name, e.Label, want)
				}
			}
		}
	}
}
