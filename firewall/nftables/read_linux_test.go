package nftables_test

import (
	"bytes"
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
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	"github.com/portbook/portbook/internal/testkit/sites"
	back "github.com/portbook/portbook/ruleset"
)

// readBack loads a policy, and reads what nft then lists.
func readBack(t *testing.T, p *firewall.Policy, args ...string) *back.Set {
	t.Helper()
	load := exec.Command("nft", "--file", "-")
	load.Stdin = strings.NewReader("flush ruleset\n" + text(t, p, firewall.Options{DefaultDeny: true}))
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	listed, err := exec.Command("nft", append(args, "--json", "list", "ruleset")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	s, err := nftables.Read(bytes.NewReader(listed), p.Site())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReadBack loads the rules of sites, and compares what is read back with the
// policy.
func TestReadBack(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	consumer.Program(t, "nft")
	lab.Run(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(3, 3))
		permitted := 0
		for range 10 {
			for _, p := range lab.Policies(t, sites.Random(t, random)) {
				permitted += rulesets.Compare(t, p, readBack(t, p))
				permitted += rulesets.Compare(t, p, readBack(t, p, "--numeric"))
			}
		}
		list := append(lab.Policies(t, lab.MadeUp(t)), lab.Policies(t, policies.Example(t, "../../examples/site/tokyo.yaml").Site())...)
		for _, p := range append(list, lab.Policies(t, policies.Example(t, "../../examples/cloud/cloud.yaml").Site())...) {
			permitted += rulesets.Compare(t, p, readBack(t, p))
		}
		if permitted < 1000 {
			t.Errorf("%d packets are permitted", permitted)
		}
	})
}

// TestBounds tries what is read of a rule set with packets.
func TestBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seconds")
	}
	consumer.Program(t, "nft")
	file, err := os.ReadFile("testdata/bounds.nft")
	if err != nil {
		t.Fatal(err)
	}
	lab.Run(t, func(t *testing.T) {
		var own, others []netip.Addr
		for _, s := range []string{"10.0.0.64", "fd00::64"} {
			own = append(own, netip.MustParseAddr(s))
		}
		for _, s := range []string{"10.0.0.1", "10.0.0.2", "10.0.0.8", "10.0.0.9", "10.0.0.12", "fd00::1", "fd00::2"} {
			others = append(others, netip.MustParseAddr(s))
		}
		ports := []portbook.Port{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 18, 20, 21, 22, 23}
		lab.Bounds(t, own, others, ports, func(m lab.Machine) *back.Set {
			m.Do(string(file), "nft", "--file", "-")
			s, err := nftables.Read(strings.NewReader(m.Output("nft", "--json", "list", "ruleset")), nil)
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}
