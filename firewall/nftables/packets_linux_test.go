package nftables_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/site/sitefile"
)

// TestPackets tries the rules of two sites with packets.
func TestPackets(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seconds")
	}
	consumer.Program(t, "nft")
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
		var b bytes.Buffer
		if err := nftables.Write(&b, p, o); err != nil {
			panic(err)
		}
		m.Do(b.String(), "nft", "--file", "-")
	},
	Unload: func(m lab.Machine) { m.Do("", "nft", "flush", "ruleset") },
}
