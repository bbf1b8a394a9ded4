package nftables_test

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/site"
)

func write(t testing.TB, p *firewall.Policy, o firewall.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := nftables.Write(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(b.Bytes(), []byte(p.Site().Catalog().Version()), []byte("EDITION"))
}

// TestFiles compares the files of a made-up site with golden ones.
func TestFiles(t *testing.T) {
	for _, p := range lab.Policies(t, lab.MadeUp(t)) {
		end, ok := p.Host()
		switch {
		case !ok:
			golden.Check(t, "testdata/gateway.nft", write(t, p, firewall.Options{DefaultDeny: true}))
		case end.Name() == "web":
			golden.Check(t, "testdata/web.nft", write(t, p, firewall.Options{DefaultDeny: true}))
		case end.Name() == "named":
			golden.Check(t, "testdata/named.nft", write(t, p, firewall.Options{}))
		}
	}
}

// TestLimits holds that comments are as short as nft asks for, and that nothing
// within them ends them.
func TestLimits(t *testing.T) {
	comment := regexp.MustCompile(`(?m)^\t\t[^#\n]* accept comment "(.*)"$`)
	for _, s := range []*site.Site{lab.Hostile(t), lab.MadeUp(t)} {
		for _, p := range lab.Policies(t, s) {
			file := write(t, p, firewall.Options{})
			found := comment.FindAllSubmatch(file, -1)
			if len(found) != bytes.Count(file, []byte("counter accept")) {
				t.Errorf("%d comments are well formed of %d", len(found), bytes.Count(file, []byte("counter accept")))
			}
			for _, m := range found {
				if len(m[1]) > 128 || bytes.ContainsAny(m[1], "\"\\`\n") {
					t.Errorf("the comment %q", m[1])
				}
			}
		}
	}
}
