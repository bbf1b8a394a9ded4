package iptables

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site"
)

// TestMultiports splits ports into lists of 15, in which a range counts twice.
func TestMultiports(t *testing.T) {
	ones := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprint(2*i+1))
		}
		return strings.Join(list, ",")
	}
	for _, c := range []struct{ ports, want string }{
		{"1", "1"},
		{"1-5", "1:5"},
		{ones(15), ones(15)},
		{ones(16), ones(15) + " 31"},
		{ones(13) + ",100-110", ones(13) + ",100:110"},
		{ones(14) + ",100-110", ones(14) + " 100:110"},
		{ones(14) + ",100-110,200", ones(14) + " 100:110,200"},
	} {
		ports := portbook.MustParsePortSet(c.ports + "/tcp")
		var ranges []portbook.PortRange
		for r := range ports.Ranges(portbook.TCP) {
			ranges = append(ranges, r)
		}
		if got := strings.Join(multiports(ranges), " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.ports, got, c.want)
		}
	}
}

// TestAnyType holds that type 255 of ICMP, which iptables takes for any, is a gap
// and no rule.
func TestAnyType(t *testing.T) {
	hosts := []site.Host{sites.Host("a", "", "192.0.2.1"), sites.Host("b", "", "192.0.2.2")}
	for ports, want := range map[string]string{
		"8/icmp":                "-p 1 -m icmp --icmp-type 8",
		"*/icmp":                "-p 1",
		"8,255/icmp":            "-p 1 -m icmp --icmp-type 8 | protocol true 255/icmp",
		"255/icmp":              "protocol false 255/icmp",
		"255/icmp 1/tcp":        "-p 6 -m multiport --dports 1 | protocol true 255/icmp",
		"254-255/icmp":          "-p 1 -m icmp --icmp-type 254 | protocol true 255/icmp",
		"*/*":                   "",
		"*/47":                  "-p 47",
		"1/sctp 2/udplite */51": "-p 51 | -p 132 -m multiport --dports 1 | -p 136 -m multiport --dports 2",
	} {
		p, err := firewall.For(sites.New(t, hosts, nil, sites.Flow{From: "a", To: "b", Ports: ports}).Plan(), "a", i18n.Localizer{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteIPv4(&b, p, firewall.Options{}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range regexp.MustCompile(`-d 192.0.2.2/32(.*) -m comment`).FindAllStringSubmatch(b.String(), -1) {
			got = append(got, strings.TrimSpace(m[1]))
		}
		for _, g := range Gaps(p) {
			got = append(got, fmt.Sprintf("%s %v %s", g.Kind, g.Written, g.What[0]))
		}
		if text := strings.Join(got, " | "); text != want {
			t.Errorf("%s: got %s, want %s", ports, text, want)
		}
	}
}

// TestFiles compares the files of a made-up site with golden ones.
func TestFiles(t *testing.T) {
	for _, p := range lab.Policies(t, lab.MadeUp(t)) {
		name := "gateway"
		if end, ok := p.Host(); ok {
			name = end.Name()
		}
		if name != "gateway" && name != "web" {
			continue
		}
		var four, six bytes.Buffer
		if err := WriteIPv4(&four, p, firewall.Options{DefaultDeny: true}); err != nil {
			t.Fatal(err)
		}
		if err := WriteIPv6(&six, p, firewall.Options{DefaultDeny: true}); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "testdata/"+name+".v4", withoutEdition(p, four.Bytes()))
		golden.Check(t, "testdata/"+name+".v6", withoutEdition(p, six.Bytes()))
	}
}

func withoutEdition(p *firewall.Policy, file []byte) []byte {
	return bytes.ReplaceAll(file, []byte(p.Site().Catalog().Version()), []byte("EDITION"))
}

// TestLimits holds that comments, lines and names of chains are as short as the
// programs ask for, whatever the reasons are.
func TestLimits(t *testing.T) {
	comment := regexp.MustCompile(`--comment "([^"]*)"`)
	chain := regexp.MustCompile(`(?m)^:(\S+)`)
	var names []string // whose gap is longer than a line may be
	for i := range 500 {
		names = append(names, fmt.Sprintf("host%03d.region.cloud.example.com", i))
	}
	named := sites.New(t, []site.Host{sites.Host("a", "", "192.0.2.1")}, sites.Cloud{"cloud": names}, sites.Flow{From: "a", To: "cloud", Ports: "1/tcp"})
	for _, s := range []*site.Site{lab.Hostile(t), lab.MadeUp(t), named} {
		for _, p := range lab.Policies(t, s) {
			var b bytes.Buffer
			if err := WriteIPv4(&b, p, firewall.Options{}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if len(line) >= 10240 {
					t.Errorf("a line of %d bytes: %.100s", len(line), line)
				}
			}
			for _, m := range comment.FindAllStringSubmatch(b.String(), -1) {
				if len(m[1]) > 255 {
					t.Errorf("a comment of %d bytes: %s", len(m[1]), m[1])
				}
			}
			for _, m := range chain.FindAllStringSubmatch(b.String(), -1) {
				if len(m[1]) > 28 {
					t.Errorf("the name of a chain has %d bytes: %s", len(m[1]), m[1])
				}
			}
		}
	}
}

// TestSize holds that groups of many ranges make rules as many as the ranges, and
// not as their pairs.
func TestSize(t *testing.T) {
	ranges := func(net string) string {
		var list []string
		for i := range 20 {
			list = append(list, fmt.Sprintf("%s.%d", net, 2*i))
		}
		return strings.Join(list, " ")
	}
	hosts := []site.Host{sites.Host("a", "x", ranges("192.0.2")), sites.Host("b", "y", ranges("198.51.100"))}
	p, err := firewall.Between(sites.New(t, hosts, nil, sites.Flow{From: "a", To: "b", Ports: "1/tcp"}).Plan(), i18n.Localizer{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteIPv4(&b, p, firewall.Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n-A "); n != 1+20+20 {
		t.Errorf("%d rules, want one for open connections, 20 of sources and 20 of destinations", n)
	}
}
