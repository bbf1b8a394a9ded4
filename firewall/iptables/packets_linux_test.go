package iptables_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/site/sitefile"
)

// TestPackets tries the rules of two sites with packets.
func TestPackets(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seconds")
	}
	consumer.Program(t, "iptables-restore")
	lab.Run(t, func(t *testing.T) {
		s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		lab.Packets(t, lab.MadeUp(t), target)
		lab.Packets(t, s, target)
	})
}

var target = lab.Target{
	Load: func(m lab.Machine, p *firewall.Policy, o firewall.Options) {
		var four, six bytes.Buffer
		if err := iptables.WriteIPv4(&four, p, o); err != nil {
			panic(err)
		}
		if err := iptables.WriteIPv6(&six, p, o); err != nil {
			panic(err)
		}
		m.Do(four.String(), "iptables-restore", "--noflush")
		m.Do(six.String(), "ip6tables-restore", "--noflush")
		m.Do(commands(four.String()), "sh", "-eu")
		m.Do(commands(six.String()), "sh", "-eu")
	},
	Unload: func(m lab.Machine) {
		m.Do("iptables -F && iptables -X && ip6tables -F && ip6tables -X", "sh")
	},
}
