package portbook_test

import (
	"github.com/portbook/portbook/internal/handle"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// TestScale asks a catalog of 100,000 flows and 5,000 components the questions of a small one, and compares the answers of
// the index with a plain walk over the flows.
func TestScale(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a large catalog")
	}
	c := handle.Catalog(synthetic.Table(100_000, 5_000, 1))
	all := c.Flows()
	flows := slices.Collect(all.All())
	if len(flows) != 100_000 || all.Len() != 100_000 {
		t.Fatalf("the catalog has %d flows", len(flows))
	}
	check := func(name string, got portbook.FlowSet, want func(f portbook.Flow) bool) {
		t.Helper()
		n := 0
		for _, f := range flows {
			if want(f) {
				n++
				if !got.Contains(f) {
					t.Fatalf("%s: lacks %s", name, f)
				}
			}
		}
		if got.Len() != n || n == 0 {
			t.Errorf("%s: %d flows, want %d", name, got.Len(), n)
		}
	}
	components := c.Components()
	alone, heir := components[7], components[19] // the heir works through the component before it
	product := flows[50_000].Product()
	check("from", all.From(alone), func(f portbook.Flow) bool { return f.From()[0] == alone })
	check("from an heir", all.From(heir), func(f portbook.Flow) bool { return f.From()[0] == heir || f.From()[0] == components[18] })
	check("between", all.Between(product, flows[0].Product()), func(f portbook.Flow) bool {
		from, to := f.From()[0][:len(product)], f.To()[0][:len(product)]
		other := portbook.Component(flows[0].Product())
		return from == portbook.Component(product) && to == other || from == other && to == portbook.Component(product)
	})
	check("product", all.DocumentedBy(product), func(f portbook.Flow) bool { return f.Product() == product })
	check("three predicates", all.DocumentedBy(product).Having(portbook.RequirementRequired).Using(portbook.TCP), func(f portbook.Flow) bool {
		return f.Product() == product && f.Requirement() == portbook.RequirementRequired && slices.Contains(f.Protocols(), portbook.TCP)
	})
	for _, n := range []portbook.Port{80, 4999, 5000, 10_050, 40_000, 65_535} {
		set := portbook.PortSetOf(portbook.TCP, n)
		uses := func(f portbook.Flow) bool { return f.Ports().Contains(portbook.TCP, n) }
		check("using "+n.String(), c.FlowsUsing(portbook.TCP, n), uses)
		check("touching "+n.String(), all.Touching(set), uses)
	}
	low := portbook.MustParsePortSet("1-100/tcp 30000-31000/udp")
	check("touching a set", all.Touching(low), func(f portbook.Flow) bool { return f.Ports().Overlaps(low) })
	check("within a set", all.Within(low), func(f portbook.Flow) bool { return low.ContainsSet(f.Ports()) })
	if _, ok := c.Lookup(flows[99_999].ID()); !ok {
		t.Error("the last flow is not found")
	}
}
