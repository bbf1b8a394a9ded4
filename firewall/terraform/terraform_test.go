package terraform_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/aws"
	"github.com/portbook/portbook/firewall/terraform"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	"github.com/portbook/portbook/site"
)

func write(t *testing.T, p *firewall.Policy) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := terraform.Write(&b, p, firewall.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file is what a file may have: decoding refuses everything else, references
// and functions included.
type file struct {
	Rules []resource `hcl:"resource,block"`
}

type resource struct {
	Type        string  `hcl:"type,label"`
	Name        string  `hcl:"name,label"`
	Group       string  `hcl:"security_group_id"`
	IPv4        *string `hcl:"cidr_ipv4"`
	IPv6        *string `hcl:"cidr_ipv6"`
	Peer        *string `hcl:"referenced_security_group_id"`
	Protocol    string  `hcl:"ip_protocol"`
	From        *int    `hcl:"from_port"`
	To          *int    `hcl:"to_port"`
	Description string  `hcl:"description"`
}

// descriptionForm is what AWS takes as the description of a rule.
var descriptionForm = regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$`)

// check returns what Terraform, the provider, or AWS would refuse.
func check(source []byte) (rules []resource, problems []string) {
	parsed, diagnostics := hclparse.NewParser().ParseHCL(source, "rules.tf")
	var f file
	if !diagnostics.HasErrors() {
		diagnostics = gohcl.DecodeBody(parsed.Body, nil, &f)
	}
	for _, d := range diagnostics {
		problems = append(problems, d.Error())
	}
	problem := func(r resource, format string, args ...any) {
		problems = append(problems, r.Name+": "+fmt.Sprintf(format, args...))
	}
	names, matches := map[string]bool{}, map[string]bool{}
	for _, r := range f.Rules {
		if r.Type != "aws_vpc_security_group_ingress_rule" && r.Type != "aws_vpc_security_group_egress_rule" {
			problem(r, "it is a %s", r.Type)
		}
		if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`).MatchString(r.Name) || names[r.Type+r.Name] {
			problem(r, "the name is taken, or none")
		}
		names[r.Type+r.Name] = true
		places := 0
		for i, place := range []*string{r.IPv4, r.IPv6, r.Peer} {
			if place == nil {
				continue
			}
			places++
			prefix, err := netip.ParsePrefix(*place)
			if i < 2 && (err != nil || prefix != prefix.Masked() || prefix.Addr().Is4() != (i == 0)) {
				problem(r, "%q is no prefix of its family", *place)
			}
			match := fmt.Sprint(r.Type, r.Group, i, *place, r.Protocol, deref(r.From), deref(r.To))
			if matches[match] {
				problem(r, "AWS has this rule already")
			}
			matches[match] = true
		}
		if places != 1 {
			problem(r, "has %d places", places)
		}
		hasPorts := slices.Contains([]string{"tcp", "udp", "icmp", "icmpv6"}, r.Protocol)
		if _, err := strconv.Atoi(r.Protocol); !hasPorts && err != nil {
			problem(r, "protocol %q", r.Protocol)
		}
		if hasPorts != (r.From != nil && r.To != nil) {
			problem(r, "has ports without a protocol that has them, or the reverse")
		}
		if !descriptionForm.MatchString(r.Description) {
			problem(r, "description %q", r.Description)
		}
	}
	return f.Rules, problems
}

func deref(n *int) int {
	if n == nil {
		return -2
	}
	return *n
}

func TestGolden(t *testing.T) {
	plan := policies.Example(t, "../../examples/cloud/cloud.yaml")
	for tag := range policies.Languages {
		golden.CheckWithout(t, plan.Site().Catalog().Version(), "../../examples/cloud/rules/gateway."+tag+".tf", write(t, policies.For(t, plan, "", policies.Localizer(plan, tag))))
	}
}

// TestValid parses files with the parser of Terraform, and decodes them as the
// provider does.
func TestValid(t *testing.T) {
	cloud := policies.Example(t, "../../examples/cloud/cloud.yaml")
	for tag := range policies.Languages {
		for _, host := range []string{"", "batch"} {
			rules, problems := check(write(t, policies.For(t, cloud, host, policies.Localizer(cloud, tag))))
			if len(problems) > 0 || len(rules) == 0 {
				t.Errorf("%q in %s: %d rules, %q", host, tag, len(rules), problems)
			}
		}
	}
	var shape string
	for _, text := range slices.Concat([]string{"harmless"}, hostile.Names, hostile.Code) {
		rules, problems := check(write(t, policies.For(t, policies.Hostile(t, text), policies.Own, i18n.Localizer{})))
		if len(problems) > 0 {
			t.Errorf("%.60q: %q", text, problems)
		}
		for i := range rules {
			rules[i].Description = ""
		}
		got := shapeOf(rules)
		if shape == "" {
			shape = got
		}
		if got != shape {
			t.Errorf("%.60q changes the rules: %s", text, got)
		}
	}
}

func shapeOf(rules []resource) string {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintln(&b, r.Type, r.Name, r.Group, r.IPv4 != nil, r.IPv6 != nil, r.Peer != nil, r.Protocol, deref(r.From), deref(r.To))
	}
	return b.String()
}

// TestMutants shows that the check refuses what is wrong.
func TestMutants(t *testing.T) {
	cloud := policies.Example(t, "../../examples/cloud/cloud.yaml")
	good := string(write(t, policies.For(t, cloud, "batch", i18n.Localizer{})))
	for _, m := range []struct{ old, new string }{
		{`ip_protocol       = "tcp"`, `ip_protocol       = "tpc"`},
		{`from_port         = 53`, `fromport         = 53`},
		{`/31"`, `/16"`},
		{`cidr_ipv4         = "198.51.100.12/31"`, `cidr_ipv4 = "198.51.100.12/31", cidr_ipv6 = "::/0"`},
		{`servers."`, `servers: ${file(\"/etc/passwd\")}"`},
		{`servers."`, `servers's."`},
		{"}", ""},
		{`to_port           = 53`, `to_port           = aws_instance.a`},
		{"aws_vpc_security_group_egress_rule", "aws_security_group_rule"},
	} {
		if !strings.Contains(good, m.old) {
			t.Errorf("%q is not in what is written", m.old)
		} else if _, problems := check([]byte(strings.Replace(good, m.old, m.new, 1))); len(problems) == 0 {
			t.Errorf("%q in place of %q is valid", m.new, m.old)
		}
	}
	doubled := good + "\n" + strings.ReplaceAll(good[strings.Index(good, "resource"):], `_rule" "`, `_rule" "x`)
	if _, problems := check([]byte(doubled)); len(problems) == 0 {
		t.Error("rules that AWS has already are valid")
	}
}

// TestFormat holds files against the formatter of Terraform or OpenTofu, where
// one of them is installed: Debian has neither.
func TestFormat(t *testing.T) {
	program := ""
	for _, name := range []string{"tofu", "terraform"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
		}
	}
	if program == "" {
		t.Skip("skipped: neither OpenTofu nor Terraform is installed")
	}
	cloud := policies.Example(t, "../../examples/cloud/cloud.yaml")
	command := exec.Command(program, "fmt", "-check", "-diff", "-")
	command.Stdin = bytes.NewReader(write(t, policies.For(t, cloud, "", policies.Localizer(cloud, "ja"))))
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestPackets reads the rules back and holds them against the policy, packet by
// packet. A security group is the host that has it.
func TestPackets(t *testing.T) {
	prepare := func(h *site.Host) { h.SecurityGroup = "sg-0000000" + h.Name[1:] }
	policies.Judge(t, []firewall.Direction{firewall.Inbound, firewall.Outbound}, prepare, terraform.Gaps, func(p *firewall.Policy) func(lab.Packet) bool {
		rules, problems := check(write(t, p))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		own, _ := p.Host()
		groups := map[string]site.End{}
		for _, e := range p.Site().Hosts() {
			h, _ := e.Host()
			groups[h.SecurityGroup] = e
		}
		return func(x lab.Packet) bool {
			return slices.ContainsFunc(rules, func(r resource) bool { return r.permits(x, groups, own) })
		}
	})
}

func (r resource) permits(x lab.Packet, groups map[string]site.End, own site.End) bool {
	way, self, peer := "aws_vpc_security_group_ingress_rule", x.To, x.From
	if x.Direction == firewall.Outbound {
		way, self, peer = "aws_vpc_security_group_egress_rule", x.From, x.To
	}
	if r.Type != way || groups[r.Group] != own || !policies.At(own, true, self) {
		return false
	}
	at := r.Peer != nil && policies.At(groups[*r.Peer], false, peer)
	for _, cidr := range []*string{r.IPv4, r.IPv6} {
		at = at || cidr != nil && netip.MustParsePrefix(*cidr).Contains(peer)
	}
	names := map[portbook.Protocol]string{portbook.TCP: "tcp", portbook.UDP: "udp", portbook.ICMP: "icmp", firewall.ICMPv6: "icmpv6"}
	protocol, known := names[x.Protocol]
	if !known {
		protocol = strconv.Itoa(int(x.Protocol))
	}
	if x.Protocol == portbook.ICMP && peer.Is6() || x.Protocol == firewall.ICMPv6 && peer.Is4() {
		return false
	}
	port := int(x.Port)
	switch {
	case !at || r.Protocol != protocol:
		return false
	case r.From == nil || *r.From == -1:
		return true
	case protocol == "icmp" || protocol == "icmpv6":
		return *r.From == port && *r.To == -1
	}
	return *r.From <= port && port <= *r.To
}

// TestReadBack reads the rules back as AWS lists them.
func TestReadBack(t *testing.T) {
	prepare := func(h *site.Host) { h.SecurityGroup = "sg-0000000" + h.Name[1:] }
	policies.Judge(t, []firewall.Direction{firewall.Inbound, firewall.Outbound}, prepare, terraform.Gaps, func(p *firewall.Policy) func(lab.Packet) bool {
		rules, problems := check(write(t, p))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		s, err := aws.Read(bytes.NewReader(described(t, p.Site(), rules)), p.Site())
		if err != nil {
			t.Fatal(err)
		}
		return rulesets.Ask(t, p, s)
	})
}

// described returns the security groups of a site as describe-security-groups
// lists them.
func described(t *testing.T, s *site.Site, rules []resource) []byte {
	t.Helper()
	var groups []map[string]any
	for _, e := range s.Hosts() {
		h, _ := e.Host()
		ways := map[string][]any{"aws_vpc_security_group_ingress_rule": {}, "aws_vpc_security_group_egress_rule": {}}
		for _, r := range rules {
			if r.Group != h.SecurityGroup {
				continue
			}
			p := map[string]any{"IpProtocol": r.Protocol, "IpRanges": []any{}, "Ipv6Ranges": []any{}, "PrefixListIds": []any{}, "UserIdGroupPairs": []any{}}
			switch {
			case r.IPv4 != nil:
				p["IpRanges"] = []any{map[string]any{"CidrIp": *r.IPv4, "Description": r.Description}}
			case r.IPv6 != nil:
				p["Ipv6Ranges"] = []any{map[string]any{"CidrIpv6": *r.IPv6}}
			default:
				p["UserIdGroupPairs"] = []any{map[string]any{"GroupId": *r.Peer, "UserId": "123456789012"}}
			}
			if r.From != nil {
				p["FromPort"], p["ToPort"] = *r.From, *r.To
			}
			ways[r.Type] = append(ways[r.Type], p)
		}
		groups = append(groups, map[string]any{
			"GroupId": h.SecurityGroup, "GroupName": h.Name, "VpcId": "vpc-0",
			"IpPermissions": ways["aws_vpc_security_group_ingress_rule"], "IpPermissionsEgress": ways["aws_vpc_security_group_egress_rule"],
		})
	}
	data, err := json.Marshal(map[string]any{"SecurityGroups": groups})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestQuota warns where a group gets more rules than AWS gives it.
func TestQuota(t *testing.T) {
	for _, n := range []int{60, 61} {
		p := many(t, n)
		var quota []firewall.Gap
		for _, g := range terraform.Gaps(p) {
			if g.Kind == firewall.GapQuota {
				quota = append(quota, g)
			}
		}
		if over := n > 60; over != (len(quota) == 1) || over != strings.Contains(string(write(t, p)), "61 > 60") {
			t.Errorf("%d rules: %v", n, quota)
		}
	}
}

// many returns the policy of a host that a number of single addresses reach.
func many(t *testing.T, n int) *firewall.Policy {
	t.Helper()
	flows := hostile.Flows(hostile.Catalog{Names: []string{"a", "b"}, Ports: "443/tcp"})
	peers := site.Host{Name: "peers", Roles: []portbook.Component{"p/a"}}
	for i := range n {
		peers.Addresses = append(peers.Addresses, portbook.MustParseHost(fmt.Sprintf("192.0.2.%d", 2*i)))
	}
	s, err := site.New(flows.Catalog(), site.Definition{Name: "many", Hosts: []site.Host{
		peers, {Name: policies.Own, Roles: []portbook.Component{"p/b"}, SecurityGroup: "sg-01234567"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return policies.For(t, s.Plan(), policies.Own, i18n.Localizer{})
}
