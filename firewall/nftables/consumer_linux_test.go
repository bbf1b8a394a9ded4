package nftables_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site/sitefile"
)

// load loads a policy, and returns the rules that the kernel then has.
func load(t *testing.T, p *firewall.Policy, o firewall.Options) *ruleset {
	t.Helper()
	file := text(t, p, o)
	nft := func(args ...string) []byte {
		cmd := exec.Command("nft", args...)
		cmd.Stdin = strings.NewReader(file)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("nft %v: %v\n%s\n%s", args, err, out, file)
		}
		return out
	}
	nft("--check", "--file", "-")
	nft("--file", "-")
	before := nft("list", "ruleset")
	if nft("--file", "-"); !bytes.Equal(before, nft("list", "ruleset")) {
		t.Fatalf("loading again makes another rule set of\n%s", before)
	}
	rules, err := parse(nft("--json", "--numeric", "list", "ruleset"))
	if err != nil {
		t.Fatal(err)
	}
	nft("flush", "ruleset")
	return rules
}

func text(t *testing.T, p *firewall.Policy, o firewall.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := nftables.Write(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestLoads loads the rules of random sites and of hostile reasons, and compares
// what the kernel then has with the policy, for every packet of a small universe.
func TestLoads(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	consumer.Program(t, "nft")
	lab.Run(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(2, 2))
		permitted := 0
		for range 10 {
			for _, p := range lab.Policies(t, sites.Random(t, random)) {
				permitted += lab.Compare(t, p, load(t, p, firewall.Options{}).permits)
			}
		}
		if permitted < 500 {
			t.Errorf("%d packets are permitted", permitted)
		}
		for _, p := range lab.Policies(t, lab.Hostile(t)) {
			lab.Compare(t, p, load(t, p, firewall.Options{}).permits)
			if rules := load(t, p, firewall.Options{DefaultDeny: true}); len(rules.comments) < 20 {
				t.Errorf("%d rules have comments", len(rules.comments))
			}
		}
		s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(lab.Policies(t, s), lab.Policies(t, lab.MadeUp(t))...) {
			load(t, p, firewall.Options{DefaultDeny: true})
		}
	})
}

// ruleset is what nft lists, as far as the rules of this package have it.
type ruleset struct {
	sets     map[string]set
	rules    []rule
	comments []string
}

// set is numbers or addresses, and ranges of them.
type set []any

type rule struct {
	chain   string
	matches []match
}

type match struct {
	protocol, field string
	value           any
}

// parse reads what nft lists. What it does not know is an error.
func parse(data []byte) (*ruleset, error) {
	var list struct {
		Nftables []struct {
			Set *struct {
				Name string
				Elem set
			}
			Rule *struct {
				Chain, Comment string
				Expr           []map[string]json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	r := &ruleset{sets: map[string]set{}}
	for _, x := range list.Nftables {
		if x.Set != nil {
			r.sets["@"+x.Set.Name] = x.Set.Elem
		}
		if x.Rule == nil {
			continue
		}
		if x.Rule.Comment != "" {
			r.comments = append(r.comments, x.Rule.Comment)
		}
		parsed := rule{chain: x.Rule.Chain}
		for _, e := range x.Rule.Expr {
			for key, value := range e {
				switch key {
				case "match":
					m, err := parseMatch(value)
					if err != nil {
						return nil, err
					}
					parsed.matches = append(parsed.matches, m)
				case "counter", "accept":
				default:
					return nil, fmt.Errorf("unknown expression %s: %s", key, value)
				}
			}
		}
		r.rules = append(r.rules, parsed)
	}
	return r, nil
}

func parseMatch(data []byte) (match, error) {
	var m struct {
		Op   string
		Left struct {
			Payload *struct{ Protocol, Field string }
			Meta    *struct{ Key string }
			Ct      *struct{ Key string }
		}
		Right any
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return match{}, err
	}
	switch {
	case m.Left.Ct != nil:
		return match{"ct", m.Left.Ct.Key, m.Right}, nil
	case m.Left.Meta != nil && m.Op == "==":
		return match{"meta", m.Left.Meta.Key, m.Right}, nil
	case m.Left.Payload != nil && m.Op == "==":
		return match{m.Left.Payload.Protocol, m.Left.Payload.Field, m.Right}, nil
	}
	return match{}, fmt.Errorf("unknown match %s", data)
}

var chains = map[firewall.Direction]string{firewall.Inbound: "input", firewall.Outbound: "output", firewall.Through: "forward"}

var numbers = map[string]portbook.Protocol{"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "sctp": 132, "dccp": 33, "udplite": 136}

// permits reports whether a rule accepts a packet that opens a connection.
func (r *ruleset) permits(p lab.Packet) bool {
	for _, x := range r.rules {
		if x.chain != chains[p.Direction] {
			continue
		}
		all := true
		for _, m := range x.matches {
			all = all && r.holds(m, p)
		}
		if all {
			return true
		}
	}
	return false
}

func (r *ruleset) holds(m match, p lab.Packet) bool {
	address := p.From
	if m.field == "daddr" {
		address = p.To
	}
	switch m.protocol {
	case "ct":
		return false // it opens the connection
	case "meta":
		return m.field == "l4proto" && r.has(m.value, float64(p.Protocol))
	case "ip", "ip6":
		return address.Is4() == (m.protocol == "ip") && r.has(m.value, address)
	}
	number, ok := numbers[m.protocol]
	if !ok {
		panic(fmt.Sprintf("unknown protocol %v", m.protocol))
	}
	return p.Protocol == number && r.has(m.value, float64(p.Port))
}

// has reports whether a value is a number or an address, or in what nft writes
// for several.
func (r *ruleset) has(value, x any) bool {
	switch v := value.(type) {
	case string:
		if list, ok := r.sets[v]; ok {
			return r.has([]any(list), x)
		}
		a, ok := x.(netip.Addr)
		return ok && a == netip.MustParseAddr(v)
	case float64:
		return v == x
	case []any:
		for _, e := range v {
			if r.has(e, x) {
				return true
			}
		}
		return false
	case map[string]any:
		if list, ok := v["set"]; ok {
			return r.has(list, x)
		}
		if prefix, ok := v["prefix"].(map[string]any); ok {
			a, ok := x.(netip.Addr)
			return ok && netip.PrefixFrom(netip.MustParseAddr(prefix["addr"].(string)), int(prefix["len"].(float64))).Contains(a)
		}
		if ends, ok := v["range"].([]any); ok {
			if n, ok := x.(float64); ok {
				return ends[0].(float64) <= n && n <= ends[1].(float64)
			}
			a := x.(netip.Addr)
			return netip.MustParseAddr(ends[0].(string)).Compare(a) <= 0 && a.Compare(netip.MustParseAddr(ends[1].(string))) <= 0
		}
	}
	panic(fmt.Sprintf("unknown value %v", value))
}
