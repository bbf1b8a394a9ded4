package ruleset_test

import (
	"fmt"
	"log"
	"net/netip"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// rules are those of a host, with a match that the package does not know.
const rules = `*filter
:INPUT DROP [0:0]
-A INPUT -s 203.0.113.0/28 -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -s 203.0.113.0/28 -p tcp -m tcp --dport 80 -m quota2 --name web -j ACCEPT
COMMIT
`

// Is a connection permitted? Surely, possibly, or not.
func ExampleSet_Permits() {
	set, err := iptables.Read(strings.NewReader(rules), nil)
	if err != nil {
		log.Fatal(err)
	}
	from := ruleset.Point{Address: netip.MustParseAddr("203.0.113.5")}
	to := ruleset.Point{Address: netip.MustParseAddr("192.0.2.10")}
	for _, port := range []portbook.Port{443, 80, 22} {
		surely, possibly := set.Permits(ruleset.Inbound, from, to, portbook.TCP, port)
		fmt.Println(port, surely, possibly)
	}
	// Output:
	// 443 true true
	// 80 false true
	// 22 false false
}

// Which connections between two hosts of a site are not permitted?
func ExampleCompiled_Missing() {
	host := func(name, address string, role portbook.Component) site.Host {
		return site.Host{Name: name, Addresses: []portbook.Host{portbook.MustParseHost(address)}, Roles: []portbook.Component{role}}
	}
	s, err := site.New(portbook.Builtin(), site.Definition{Name: "tokyo", Hosts: []site.Host{
		host("central", "192.0.2.10", portbook.ComponentApexCentralServer),
		host("administrators", "203.0.113.0/27", portbook.ComponentSiteAdministratorComputer),
	}})
	if err != nil {
		log.Fatal(err)
	}
	set, err := iptables.Read(strings.NewReader(rules), nil)
	if err != nil {
		log.Fatal(err)
	}
	central, _ := s.End("central")
	administrators, _ := s.End("administrators")
	compiled, err := ruleset.Compile(set, ruleset.Inbound, []site.End{central, administrators})
	if err != nil {
		log.Fatal(err)
	}
	missing := compiled.Missing(administrators, central, portbook.MustParsePortSet("443/tcp"))
	for _, piece := range missing.Pieces {
		fmt.Println(piece.From.Addresses.Ranges(), piece.Ports)
	}
	// Output:
	// [203.0.113.16-203.0.113.31] 443/tcp
}
