package aws_test

import (
	"fmt"
	"log"
	"net/netip"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall/aws"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// What do the security groups that "aws ec2 describe-security-groups" printed
// permit to the hosts of a site?
func ExampleRead() {
	const groups = `{"SecurityGroups": [{
		"GroupId": "sg-0000000a",
		"IpPermissions": [{"IpProtocol": "tcp", "FromPort": 1433, "ToPort": 1433, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}],
		"IpPermissionsEgress": []
	}]}`
	s, err := site.New(portbook.Builtin(), site.Definition{Name: "cloud", Hosts: []site.Host{{
		Name:          "database",
		Addresses:     []portbook.Host{portbook.MustParseHost("198.51.100.10")},
		SecurityGroup: "sg-0000000a",
		Roles:         []portbook.Component{portbook.ComponentSiteSQLServer},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	set, err := aws.Read(strings.NewReader(groups), s)
	if err != nil {
		log.Fatal(err)
	}
	database, _ := s.End("database")
	to := ruleset.Point{Address: netip.MustParseAddr("198.51.100.10"), Ends: []site.End{database}}
	for _, from := range []string{"192.0.2.7", "203.0.113.7"} {
		surely, _ := set.Permits(ruleset.Inbound, ruleset.Point{Address: netip.MustParseAddr(from)}, to, portbook.TCP, 1433)
		fmt.Println(from, surely)
	}
	// Output:
	// 192.0.2.7 true
	// 203.0.113.7 false
}
