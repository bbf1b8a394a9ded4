// Package policies makes policies of firewalls for tests of what writes them.
package policies

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
	"golang.org/x/text/language"
)

// Languages are those of golden files, by their tags.
var Languages = map[string]language.Tag{"en": language.English, "ja": language.Japanese}

// Example returns the plan of a site file of the examples, such as
// "../../examples/site/tokyo.yaml".
func Example(t testing.TB, name string) *site.Plan {
	t.Helper()
	dir, file := filepath.Split(name)
	// Catalogs of a site file are beside its folder.
	s, err := sitefile.Load(os.DirFS(filepath.Dir(filepath.Clean(dir))), filepath.ToSlash(filepath.Join(filepath.Base(dir), file)), portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan()
}

// For returns the policy of a host, or that between all zones for "".
func For(t testing.TB, p *site.Plan, host string, l i18n.Localizer) *firewall.Policy {
	t.Helper()
	policy, err := firewall.Between(p, l)
	if host != "" {
		policy, err = firewall.For(p, host, l)
	}
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// Localizer returns the localizer of a plan's catalog for a language.
func Localizer(p *site.Plan, tag string) i18n.Localizer {
	return i18n.For(p.Site().Catalog(), Languages[tag])
}

// Own is the host of [Hostile] that is reached by one host and reaches another.
const Own = "own"

// Hostile returns the plan of a site in which each text is the given one: the
// purposes of flows, and the reasons of answers. All hosts are pods, and have
// security groups, zones, and addresses, which are those of this machine.
func Hostile(t testing.TB, text string) *site.Plan {
	t.Helper()
	flows := hostile.Flows(hostile.Catalog{Names: []string{text, text, text}, Ports: "1/tcp"})
	host := func(name string, role portbook.Component) site.Host {
		return site.Host{
			Name: name, Roles: []portbook.Component{role}, Zone: "zone-" + name, SecurityGroup: "sg-0123456" + string('a'+role[2]%6),
			Addresses:  []portbook.Host{portbook.MustParseHost("127.0.0.1"), portbook.MustParseHost("::1")},
			Kubernetes: site.Kubernetes{Namespace: "default", Labels: map[string]string{"app": name}}, Group: site.No,
		}
	}
	s, err := site.New(flows.Catalog(), site.Definition{
		Name:  "hostile",
		Hosts: []site.Host{host("left", "p/a"), host(Own, "p/b"), host("right", "p/c")},
		Answers: []site.Answer{
			{Flow: "p/b/f", Ports: portbook.MustParsePortSet("2/tcp"), Why: why(text)},
			{Flow: "p/c/f", Ports: portbook.MustParsePortSet("1,4-5/tcp 1/udp 8/icmp 128/ipv6-icmp"), Why: why(text)},
		},
	})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return s.Plan()
}

// why returns a text as a reason: not empty, and not longer than sites take.
func why(text string) string {
	const longest = 1000
	if text = text[:min(len(text), longest)]; !printable.Visible(text) {
		return "-"
	}
	return text
}
