package iptables_test

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
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	"github.com/portbook/portbook/internal/testkit/sites"
	back "github.com/portbook/portbook/ruleset"
)

// run runs a program, and returns what it writes.
func run(t *testing.T, input, name string, args ...string) []byte {
	t.Helper()
	var messages bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stderr = strings.NewReader(input), &messages
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s\n%s", name, args, err, &messages, input)
	}
	return out
}

// readBack loads a policy of both families, and reads what is then saved.
func readBack(t *testing.T, p *firewall.Policy, args ...string) *back.Set {
	t.Helper()
	var all bytes.Buffer
	for _, x := range []struct {
		program string
		write   writeFunc
	}{{"iptables", iptables.WriteIPv4}, {"ip6tables", iptables.WriteIPv6}} {
		var file bytes.Buffer
		if err := x.write(&file, p, firewall.Options{DefaultDeny: true}); err != nil {
			t.Fatal(err)
		}
		run(t, "", x.program, "-F")
		run(t, "", x.program, "-X")
		run(t, file.String(), x.program+"-restore", "--noflush")
		run(t, commands(file.String()), "sh", "-eu")
		all.Write(run(t, "", x.program+"-save", args...))
	}
	s, err := iptables.Read(&all, p.Site())
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
	consumer.Program(t, "iptables-restore")
	lab.Run(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(4, 4))
		permitted := 0
		for range 5 {
			for _, p := range lab.Policies(t, sites.Random(t, random)) {
				permitted += rulesets.Compare(t, p, readBack(t, p))
				permitted += rulesets.Compare(t, p, readBack(t, p, "--counters", "-t", "filter"))
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
	consumer.Program(t, "iptables-restore")
	var files []string
	for _, name := range []string{"testdata/bounds.v4", "testdata/bounds.v6"} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, string(file))
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
			m.Do(files[0], "iptables-restore")
			m.Do(files[1], "ip6tables-restore")
			s, err := iptables.Read(strings.NewReader(m.Output("iptables-save")+m.Output("ip6tables-save")), nil)
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}
