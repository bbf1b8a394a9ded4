package audit_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/ruleset"
)

// run runs a program with an input, and returns its output.
func run(t *testing.T, input string, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return out
}

// written returns the file of a policy.
func written(t *testing.T, p *firewall.Policy, write func(io.Writer, *firewall.Policy, firewall.Options) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, p, firewall.Options{DefaultDeny: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func throughNft(t *testing.T, p *firewall.Policy) (*ruleset.Set, []firewall.Gap) {
	t.Helper()
	run(t, "flush ruleset\n"+written(t, p, nftables.Write), "nft", "--file", "-")
	set, err := nftables.Read(bytes.NewReader(run(t, "", "nft", "--json", "list", "ruleset")), p.Site())
	if err != nil {
		t.Fatal(err)
	}
	return set, nftables.Gaps(p)
}

func throughIptables(t *testing.T, p *firewall.Policy) (*ruleset.Set, []firewall.Gap) {
	t.Helper()
	run(t, "", "nft", "flush", "ruleset")
	var listed []byte
	for _, x := range []struct {
		program string
		write   func(io.Writer, *firewall.Policy, firewall.Options) error
	}{{"iptables", iptables.WriteIPv4}, {"ip6tables", iptables.WriteIPv6}} {
		file := written(t, p, x.write)
		run(t, file, x.program+"-restore", "--noflush")
		for _, chain := range []string{"INPUT", "OUTPUT", "FORWARD"} {
			if strings.Contains(file, ":PORTBOOK-"+chain) {
				run(t, "", x.program, "-I", chain, "-j", "PORTBOOK-"+chain)
			}
		}
		listed = append(listed, run(t, "", x.program+"-save")...)
	}
	set, err := iptables.Read(bytes.NewReader(listed), p.Site())
	if err != nil {
		t.Fatal(err)
	}
	return set, iptables.Gaps(p)
}

// TestRoundTrip: of rules that Portbook writes, and real programs load and list,
// an audit finds nothing but the gaps of the target, and needs of which it is
// open which ports they have.
func TestRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many rule sets")
	}
	for _, program := range []string{"nft", "iptables", "ip6tables"} {
		consumer.Program(t, program)
	}
	lab.Run(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(7, 7))
		list := lab.Policies(t, policies.Example(t, "../examples/site/tokyo.yaml").Site())
		for range 6 {
			list = append(list, lab.Policies(t, sites.Random(t, random))...)
		}
		for _, p := range list {
			for _, through := range []func(*testing.T, *firewall.Policy) (*ruleset.Set, []firewall.Gap){throughNft, throughIptables} {
				set, gaps := through(t, p)
				host, _ := p.Host()
				f := audit.Findings{Plan: p.Site().Plan()}
				if err := f.AddRules(audit.Firewall{Rules: set, Host: host, Zones: p.Zones()}); err != nil {
					t.Fatal(err)
				}
				for _, x := range f.List {
					if x.Verdict != audit.VerdictNotPermitted || !isGap(x, gaps) {
						t.Errorf("%v %v: %s %v -> %v %v %s %v", host, p.Zones(), x.Verdict, x.From, x.To, x.Ports, x.Rule.What, x.Rule.Places)
					}
				}
				for _, c := range set.Chains {
					c.Default = ruleset.Permit
					c.Rules = slices.DeleteFunc(c.Rules, func(r ruleset.Rule) bool { return r.Action == ruleset.Call })
				}
				open := audit.Findings{Plan: f.Plan}
				if err := open.AddRules(audit.Firewall{Rules: set, Host: host, Zones: p.Zones()}); err != nil || !slices.ContainsFunc(open.List, func(x audit.Finding) bool { return x.Verdict == audit.VerdictExcess }) {
					t.Errorf("%v %v: nothing is in excess of a default that permits everything, %v", host, p.Zones(), err)
				}
			}
		}
	})
}

// isGap reports whether a need has no rule since the target cannot say it, or
// since its ports are open.
func isGap(f audit.Finding, gaps []firewall.Gap) bool {
	return f.Need.IsOpen() || slices.ContainsFunc(gaps, func(g firewall.Gap) bool {
		return g.Kind != firewall.GapWide && g.Rule.From == f.From && g.Rule.To == f.To && g.Rule.Ports.ContainsSet(portbook.UnionAll(f.Need.Options...))
	})
}
