// Package aws reads the rules of AWS: those of security groups, and of network
// ACLs, as the command line of AWS prints them.
//
//	set, err := aws.Read(r, s) // of aws ec2 describe-security-groups
//
// Hosts of the site name their security groups: see [site.Host]. Package
// firewall/terraform writes rules of security groups, and package audit compares
// rules with a plan.
package aws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// Read reads what the commands describe-security-groups, describe-network-acls,
// describe-subnets and describe-prefix-lists of "aws ec2" list as JSON, one or
// several of them, one after the other.
//
// A connection passes the group of its source outward, and the group of its
// destination inward. A host of the site is in the group that its field
// securityGroup has, and in no other; what a rule says of a group that no host
// has is unread. Groups of which the site has no hosts are left out.
//
// A network ACL concerns the hosts whose addresses are in its subnets. Without
// the subnets in the input it may concern any host. ACLs, or groups, that are
// not in the input at all are not judged. ACLs know no connections:
// what they permit is partial where their rules of the opposite direction do not
// surely permit the replies.
func Read(r io.Reader, s *site.Site) (*ruleset.Set, error) {
	data, err := readback.All(r)
	if err != nil {
		return nil, fmt.Errorf("aws: %w", err)
	}
	x := reader{set: &ruleset.Set{}, ends: map[string][]site.End{}, lists: map[string][]string{}, subnets: map[string]subnet{}}
	if s != nil {
		x.hosts = s.Hosts()
	}
	if err := x.decode(data); err != nil {
		return nil, fmt.Errorf("aws: %w", err)
	}
	if err := x.build(); err != nil {
		return nil, fmt.Errorf("aws: %w", err)
	}
	return x.set, x.set.Validate()
}

// The documents of the commands. JSON matches names of fields in any case.
type (
	document struct {
		SecurityGroups []securityGroup
		NetworkAcls    []networkACL
		Subnets        []subnet
		PrefixLists    []struct {
			PrefixListID string
			Cidrs        []string
		}
	}
	securityGroup struct {
		GroupID                            string
		IPPermissions, IPPermissionsEgress *[]permission
	}
	permission struct {
		IPProtocol       string
		FromPort, ToPort *int
		IPRanges         []struct{ CidrIP string }
		Ipv6Ranges       []struct{ CidrIpv6 string }
		PrefixListIds    []struct{ PrefixListID string }
		UserIDGroupPairs []struct{ GroupID string }
	}
	networkACL struct {
		NetworkACLID string
		Associations []struct{ SubnetID string }
		Entries      []aclEntry
	}
	aclEntry struct {
		RuleNumber               int
		Protocol, RuleAction     string
		Egress                   bool
		CidrBlock, Ipv6CidrBlock string
		PortRange                *struct{ From, To int }
		IcmpTypeCode             *struct{ Code, Type int }
	}
	subnet struct {
		SubnetID, CidrBlock         string
		Ipv6CidrBlockAssociationSet []struct{ Ipv6CidrBlock string }
	}
)

type reader struct {
	set     *ruleset.Set
	hosts   []site.End
	ends    map[string][]site.End // by security group
	groups  []securityGroup
	acls    []networkACL
	subnets map[string]subnet
	lists   map[string][]string // prefixes by the id of a list
	grouped []site.End          // the hosts that are in groups
	rules   int
}

const expectedDocuments = "expected: the JSON of aws ec2 describe-security-groups, describe-network-acls, describe-subnets, or describe-prefix-lists"

// decode reads the documents.
func (x *reader) decode(data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	in := json.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		var raw json.RawMessage
		switch err := in.Decode(&raw); {
		case err == io.EOF && n > 0:
			return nil
		case err == io.EOF:
			return errors.New("there is no document; " + expectedDocuments)
		case err != nil:
			at := in.InputOffset()
			if errors.Is(err, io.ErrUnexpectedEOF) {
				at = int64(len(data))
			}
			return fmt.Errorf("line %d: %w; %s", readback.Line(data, at), err, expectedDocuments)
		}
		var d document
		if err := json.Unmarshal(raw, &d); err != nil {
			return fmt.Errorf("document %d: %w; %s", n+1, err, expectedDocuments)
		}
		if d.SecurityGroups == nil && d.NetworkAcls == nil && d.Subnets == nil && d.PrefixLists == nil {
			return fmt.Errorf("document %d: %s has none of the lists SecurityGroups, NetworkAcls, Subnets and PrefixLists; %s", n+1, readback.Quote(string(raw)), expectedDocuments)
		}
		x.groups, x.acls = append(x.groups, d.SecurityGroups...), append(x.acls, d.NetworkAcls...)
		for _, s := range d.Subnets {
			x.subnets[s.SubnetID] = s
		}
		for _, l := range d.PrefixLists {
			x.lists[l.PrefixListID] = l.Cidrs
		}
	}
}

// build makes the chains: of each group of the site two, and of each subnet two.
func (x *reader) build() error {
	for _, e := range x.hosts {
		if h, _ := e.Host(); h.SecurityGroup != "" {
			x.grouped = append(x.grouped, e)
			x.ends[h.SecurityGroup] = append(x.ends[h.SecurityGroup], e)
		}
	}
	if len(x.groups) > 0 && len(x.ends) == 0 {
		return errors.New("no host of the site has a security group (expected: the field securityGroup of hosts in the site file)")
	}
	if err := x.buildGroups(); err != nil {
		return err
	}
	for _, a := range x.acls {
		if err := x.acl(a); err != nil {
			return err
		}
	}
	return nil
}

func (x *reader) unread(place ruleset.Place, what string) {
	x.set.Unread = append(x.set.Unread, readback.Unread(place, what))
}

// add adds a rule of a chain, as long as there are not too many.
func (x *reader) add(c *ruleset.Chain, r ruleset.Rule) error {
	if x.rules++; x.rules > readback.MostRules {
		return fmt.Errorf("the rules of all subnets are more than %d (expected: those of one account)", readback.MostRules)
	}
	c.Rules = append(c.Rules, r)
	return nil
}
