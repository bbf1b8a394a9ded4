package aws

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

const (
	webGroup = "sg-0000000a"
	dbGroup  = "sg-0000000b"
)

// madeUp returns a site with hosts in two groups, and with others.
func madeUp(t testing.TB) *site.Site {
	web, db := sites.Host("web", "", "10.0.1.10 2001:db8:1::10"), sites.Host("db", "", "10.0.2.10")
	web.SecurityGroup, db.SecurityGroup = webGroup, dbGroup
	return sites.New(t, []site.Host{web, db, {Name: "cache", SecurityGroup: dbGroup}, sites.Host("admin", "", "198.51.100.1")}, nil, sites.Flow{From: "web", To: "db", Ports: "1/tcp"})
}

// listed returns groups: that of web with a permission inward, and that of db
// with none.
func listed(permission string) string {
	return fmt.Sprintf(`{"SecurityGroups": [{"GroupId": %q, "IpPermissions": [%s], "IpPermissionsEgress": []}, {"GroupId": %q, "IpPermissions": [], "IpPermissionsEgress": []}, {"GroupId": "sg-00000099"}]}`,
		webGroup, permission, dbGroup)
}

const elsewhere = "\nreturn: cache,db,web -> * **\npermit partial: * -> * **\nunread "

// TestReadGroups reads permissions one by one.
func TestReadGroups(t *testing.T) {
	const lists = `{"PrefixLists": [{"PrefixListId": "pl-1", "Cidrs": ["203.0.113.0/25", "2001:db8:9::/48"]}]}`
	for _, c := range []struct{ permission, want string }{
		{`{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 444, "IpRanges": [{"CidrIp": "192.0.2.0/25"}, {"CidrIp": "192.0.2.128/25"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}`, "permit: 192.0.2.0/24,::/0 -> * 443-444/tcp"},
		{`{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`, "permit: 0.0.0.0/0 -> * **"},
		{`{"IpProtocol": "udp", "FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}`, "permit: 192.0.2.1/32 -> * */udp"},
		{`{"IpProtocol": "50", "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}`, "permit: 192.0.2.1/32 -> * */esp"},
		{`{"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}`, "permit: 192.0.2.1/32 -> * */icmp"},
		{`{"IpProtocol": "icmp", "FromPort": 8, "ToPort": 0, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}`, "permit: 192.0.2.1/32 -> * 8/icmp"},
		{`{"IpProtocol": "icmp", "FromPort": 3, "ToPort": 4, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}`, "permit partial: 192.0.2.1/32 -> * 3/icmp\nunread code 4 of icmp"},
		{`{"IpProtocol": "icmpv6", "FromPort": 128, "ToPort": -1, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}`, "permit: ::/0 -> * 128/ipv6-icmp"},
		{`{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": "` + dbGroup + `"}]}`, "permit: cache,db -> * 5432/tcp"},
		{`{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": "sg-00000099"}]}`, "call " + webGroup + " ingress 1: * -> * 1/tcp" + elsewhere + "sg-00000099"},
		{`{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "PrefixListIds": [{"PrefixListId": "pl-1"}]}`, "permit: 203.0.113.0/25,2001:db8:9::/48 -> * 1/tcp"},
		{`{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "PrefixListIds": [{"PrefixListId": "pl-2"}]}`, "call " + webGroup + " ingress 1: * -> * 1/tcp" + elsewhere + "pl-2"},
		{`{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}`, ""},
	} {
		s, err := Read(strings.NewReader(lists+"\n"+listed(c.permission)), madeUp(t))
		if err != nil {
			t.Errorf("%s: %v", c.permission, err)
			continue
		}
		if got := rulesets.Rules(s); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.permission, got, c.want)
		}
	}
}

// TestReadUnlisted holds that nothing is surely permitted of what is not listed.
func TestReadUnlisted(t *testing.T) {
	s, err := Read(strings.NewReader(`{"SecurityGroups": [{"GroupId": "`+webGroup+`", "IpPermissionsEgress": []}]}`), madeUp(t))
	if err != nil {
		t.Fatal(err)
	}
	const want = `inbound sg-0000000a ingress [web], else deny
  permit partial: * -> * **  # sg-0000000a ingress
outbound sg-0000000a egress [web], else deny
inbound sg-0000000b [cache db], else deny
  permit partial: * -> * **  # sg-0000000b
outbound sg-0000000b [cache db], else deny
  permit partial: * -> * **  # sg-0000000b
unread sg-0000000a ingress: not listed
unread sg-0000000b: not listed
`
	if got := rulesets.Describe(s); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestReadACLs asks an ACL of a subnet about connections.
func TestReadACLs(t *testing.T) {
	acl := func(entries ...string) string {
		return `{"NetworkAcls": [{"NetworkAclId": "acl-1", "Associations": [{"SubnetId": "subnet-1"}], "Entries": [` + strings.Join(entries, ",") + `]}, {"NetworkAclId": "acl-2", "Entries": [{"RuleNumber": 1, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}]}]}`
	}
	entry := func(number int, action, protocol, cidr, more string) string {
		return fmt.Sprintf(`{"RuleNumber": %d, "RuleAction": %q, "Protocol": %q, "CidrBlock": %q%s}`, number, action, protocol, cidr, more)
	}
	const (
		subnets = `{"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8:1::/64"}]}]}`
		out     = `, "Egress": true`
		https   = `, "PortRange": {"From": 443, "To": 443}`
		clients = `, "PortRange": {"From": 1024, "To": 65535}`
	)
	all := entry(100, "allow", "-1", "0.0.0.0/0", "")
	allOut := entry(100, "allow", "-1", "0.0.0.0/0", out)
	for _, c := range []struct {
		name, from, to string
		port           int
		entries        []string
		want           string
	}{
		{"all", "198.51.100.1", "10.0.1.10", 443, []string{all, allOut}, "surely"},
		{"the other family", "2001:db8::1", "2001:db8:1::10", 443, []string{all, allOut}, "no"},
		{"nothing", "198.51.100.1", "10.0.1.10", 443, []string{allOut}, "no"},
		{"within the subnet", "10.0.1.7", "10.0.1.10", 443, nil, "surely"},
		{"to another subnet", "10.0.2.1", "10.0.2.10", 443, nil, "surely"},
		{"denied first", "198.51.100.1", "10.0.1.10", 443, []string{all, entry(90, "deny", "6", "198.51.100.0/24", https), allOut}, "no"},
		{"denied late", "198.51.100.1", "10.0.1.10", 443, []string{all, entry(110, "deny", "6", "198.51.100.0/24", https), allOut}, "surely"},
		{"another port", "198.51.100.1", "10.0.1.10", 80, []string{all, entry(90, "deny", "6", "198.51.100.0/24", https), allOut}, "surely"},
		{"replies", "198.51.100.1", "10.0.1.10", 443, []string{entry(1, "allow", "6", "198.51.100.0/24", https), entry(1, "allow", "6", "198.51.0.0/16", out+clients)}, "surely"},
		{"no replies", "198.51.100.1", "10.0.1.10", 443, []string{entry(1, "allow", "6", "198.51.100.0/24", https)}, "possibly"},
		{"replies to some", "198.51.100.1", "10.0.1.10", 443, []string{entry(1, "allow", "6", "198.51.100.0/24", https), entry(1, "allow", "6", "198.51.100.0/25", out+clients)}, "possibly"},
		{"denied replies", "198.51.100.1", "10.0.1.10", 443, []string{all, entry(1, "deny", "6", "198.51.100.1/32", out+clients), allOut}, "possibly"},
		{"denied elsewhere", "198.51.100.1", "10.0.1.10", 443, []string{entry(1, "allow", "6", "198.51.100.0/24", https), entry(1, "deny", "6", "192.0.2.0/24", out), allOut}, "surely"},
		{"an echo", "198.51.100.1", "10.0.1.10", 443, []string{entry(1, "allow", "1", "0.0.0.0/0", `, "IcmpTypeCode": {"Type": 8, "Code": -1}`)}, "no"},
	} {
		for _, listed := range []bool{true, false} {
			input := acl(c.entries...)
			if listed {
				input += subnets
			}
			s, err := Read(strings.NewReader(input), madeUp(t))
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			surely, possibly := ask(s, c.from, c.to, c.port)
			got := map[[2]bool]string{{true, true}: "surely", {false, true}: "possibly", {false, false}: "no"}[[2]bool{surely, possibly}]
			want := c.want
			if !listed && want != "surely" || !listed && len(c.entries) == 0 {
				want = "possibly" // the ACL may be that of another subnet
			}
			if got != want {
				t.Errorf("%s, subnets listed: %v: %s, want %s\n%s", c.name, listed, got, want, rulesets.Describe(s))
			}
		}
	}
}

// ask asks whether web may be reached.
func ask(s *ruleset.Set, from, to string, port int) (surely, possibly bool) {
	surely, possibly = true, true
	for _, c := range s.Chains {
		if c.Direction != ruleset.Inbound {
			continue
		}
		one := ruleset.Set{Chains: []*ruleset.Chain{c}}
		a, b := one.Permits(ruleset.Inbound, ruleset.Point{Address: netip.MustParseAddr(from)}, ruleset.Point{Address: netip.MustParseAddr(to), Ends: c.Own}, 6, portbook.Port(port))
		surely, possibly = surely && a, possibly && b
	}
	return surely, possibly
}

// TestReadErrors checks what is said of other documents.
func TestReadErrors(t *testing.T) {
	for input, want := range map[string]string{
		"":                                      "there is no document; " + expectedDocuments,
		"SECURITYGROUPS\tx":                     "line 1: invalid character 'S' looking for beginning of value; " + expectedDocuments,
		"{\"SecurityGroups\": [\n":              "line 2: unexpected EOF; " + expectedDocuments,
		`{"Vpcs": []}`:                          `document 1: "{\"Vpcs\": []}" has none of the lists SecurityGroups, NetworkAcls, Subnets and PrefixLists; ` + expectedDocuments,
		`{"Subnets": []} {"SecurityGroups": 1}`: "document 2: json: cannot unmarshal number into Go struct field document.SecurityGroups of type []aws.securityGroup; " + expectedDocuments,
		`{"SecurityGroups": [{"GroupId": "a"}, {"GroupId": "a"}]}`:                                                             `the security group "a" is listed twice; expected: each group once`,
		listed(`{"IpProtocol": "tpc"}`):                                                                                        webGroup + ` ingress 1: "tpc" is not a protocol; expected: tcp, udp, icmp, icmpv6, a number, or -1`,
		listed(`{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 8}`):                                                            webGroup + ` ingress 1: the ports 9 to 8 are not a range; expected: 0 to 65535`,
		listed(`{"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65536}`):                                                        webGroup + ` ingress 1: the ports 0 to 65536 are not a range; expected: 0 to 65535`,
		listed(`{"IpProtocol": "icmp", "FromPort": 256, "ToPort": -1}`):                                                        webGroup + ` ingress 1: 256 is not a type of ICMP; expected: 0 to 255, or -1`,
		listed(`{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "192.0.2.0/33"}]}`):                                               webGroup + ` ingress 1: "192.0.2.0/33" is not a prefix; expected: one such as 192.0.2.0/24`,
		`{"NetworkAcls": [{"NetworkAclId": "acl-1", "Entries": [{"RuleNumber": 7, "RuleAction": "drop"}]}]}`:                   `acl-1 rule 7: the action is "drop"; expected: allow or deny`,
		`{"NetworkAcls": [{"NetworkAclId": "acl-1", "Entries": [{"RuleNumber": 7, "RuleAction": "deny", "Protocol": "-1"}]}]}`: `acl-1 rule 7: "" is not a prefix; expected: one such as 192.0.2.0/24`,
		`{"NetworkAcls": [{"NetworkAclId": "acl-1", "Entries": [` + strings.Repeat(`{},`, 1000) + `{}]}]}`:                     `acl-1: there are 1001 entries; expected: at most 1000`,
	} {
		if _, err := Read(strings.NewReader(input), madeUp(t)); err == nil || err.Error() != "aws: "+want {
			t.Errorf("%.200s:\n got %v\nwant aws: %s", input, err, want)
		}
	}
	bare := sites.New(t, []site.Host{sites.Host("a", "", "192.0.2.1"), sites.Host("b", "", "192.0.2.2")}, nil, sites.Flow{From: "a", To: "b", Ports: "1/tcp"})
	for _, s := range []*site.Site{nil, bare} {
		if _, err := Read(strings.NewReader(listed("")), s); err == nil || !strings.Contains(err.Error(), "no host of the site has a security group") {
			t.Error(err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(listed(`{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "PrefixListIds": [{"PrefixListId": "a"}], "UserIdGroupPairs": [{"GroupId": "` + dbGroup + `"}]}`))
	f.Add(`{"NetworkAcls": [{"NetworkAclId": "a", "Associations": [{"SubnetId": "s"}], "Entries": [{"RuleNumber": 1, "Protocol": "1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0", "IcmpTypeCode": {"Type": 3, "Code": 1}}]}]}{"Subnets": [{"SubnetId": "s", "CidrBlock": "10.0.1.0/24"}]}`)
	s := madeUp(f)
	web, _ := s.End("web")
	f.Fuzz(func(t *testing.T, data string) {
		set, err := Read(strings.NewReader(data), s)
		if err == nil {
			rulesets.Describe(set)
			set.Permits(ruleset.Inbound, ruleset.Point{}, ruleset.Point{Ends: []site.End{web}}, 6, 80)
		}
	})
}
