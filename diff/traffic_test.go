package diff_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// link returns a flow of "ID FROM>TO PORTS", where FROM and TO are letters for
// components, <> lets either side open, and ? and ~ before the id make it
// optional and unbounded.
func link(t testing.TB, text string) portbook.FlowRecord {
	t.Helper()
	part := strings.Fields(text)
	r := base()
	r.SourcePorts, r.Hosts, r.Purpose = portbook.PortSet{}, nil, "Purpose of "+strings.Trim(part[0], "?~'")
	if strings.HasPrefix(part[0], "?") {
		r.Requirement = portbook.RequirementOptional
	}
	from, to, _ := strings.Cut(part[1], ">")
	if either, ok := strings.CutSuffix(from, "<"); ok {
		from, r.Initiator = either, portbook.InitiatorEither
	}
	side := func(letters string) (list []portbook.Component) {
		for _, x := range letters {
			list = append(list, portbook.Component("p/"+string(x)))
		}
		return list
	}
	r.ID, r.From, r.To = portbook.FlowID(strings.TrimLeft(part[0], "?~")), side(from), side(to)
	r.Ports = ports(strings.Join(part[2:], " "))
	r.Protocols = r.Ports.Protocols()
	if strings.HasPrefix(part[0], "~") {
		r.Ports, r.PortKind = portbook.PortSet{}, portbook.PortKindVaries
	}
	return r
}

func links(t testing.TB, text string) []portbook.FlowRecord {
	t.Helper()
	var list []portbook.FlowRecord
	for line := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(line) != "" {
			list = append(list, link(t, line))
		}
	}
	return list
}

// TestTraffic checks that a change is judged by the traffic of the whole
// snapshots: what moves between flows is nothing for the firewall.
func TestTraffic(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"split by ports":                 {"f a>b 80/tcp 443/tcp", "f a>b 443/tcp, g a>b 80/tcp", "f=text-only, g=text-only"},
		"split and more":                 {"f a>b 80/tcp 443/tcp", "f a>b 443/tcp, g a>b 80/tcp 81/tcp", "f=text-only, g=open-first"},
		"split into new ids":             {"f a>b 80/tcp 443/tcp", "g a>b 443/tcp, h a>b 80/tcp", "g=text-only, h=text-only, f=text-only"},
		"split, part gone":               {"f a>b 80/tcp 81/tcp 443/tcp", "f a>b 443/tcp, g a>b 80/tcp", "f=can-close, g=text-only"},
		"joined":                         {"f a>b 443/tcp, g a>b 80/tcp", "f a>b 80/tcp 443/tcp", "f=text-only, g=text-only"},
		"ports moved":                    {"f a>b 80/tcp, g a>b 443/tcp 8443/tcp", "f a>b 80/tcp 8443/tcp, g a>b 443/tcp", "f=text-only, g=text-only"},
		"ports exchanged":                {"f a>b 80/tcp, g a>b 443/tcp", "f a>b 443/tcp, g a>b 80/tcp", "f=text-only, g=text-only"},
		"a protocol moved":               {"f a>b 53/tcp 53/udp", "f a>b 53/tcp, g a>b 53/udp", "f=text-only, g=text-only"},
		"ports moved, other ends":        {"f a>b 80/tcp, g a>c 443/tcp", "f a>b 80/tcp 443/tcp, g a>c 443/tcp", "f=open-first"},
		"ends split":                     {"f ab>c 80/tcp", "f a>c 80/tcp, g b>c 80/tcp", "f=text-only, g=text-only"},
		"ends split, one end new":        {"f ab>c 80/tcp", "f a>c 80/tcp, g bd>c 80/tcp", "f=text-only, g=open-first"},
		"ends moved":                     {"f a>x 80/tcp, g bc>x 80/tcp", "f ab>x 80/tcp, g c>x 80/tcp", "f=text-only, g=text-only"},
		"either split":                   {"f a<>b 80/tcp", "f a>b 80/tcp, g b>a 80/tcp", "f=review, g=text-only"},
		"either joined":                  {"f a>b 80/tcp, g b>a 80/tcp", "f a<>b 80/tcp", "f=review, g=text-only"},
		"either, the other way":          {"f a>b 80/tcp", "f a>b 80/tcp, g b>a 80/tcp", "g=open-first"},
		"either, split by ports":         {"f a<>b 80/tcp 443/tcp", "f a<>b 80/tcp, g b<>a 443/tcp", "f=text-only, g=text-only"},
		"renamed":                        {"f a>b 80/tcp", "f' a>b 80/tcp", "f'<f?=text-only"},
		"renamed, the ends in order":     {"f ab>c 80/tcp", "f' ba>c 80/tcp", "f'<f?=text-only"},
		"renamed, either":                {"f a<>b 80/tcp", "f' b<>a 80/tcp", "f'<f?=text-only"},
		"renamed and changed":            {"f a>b 80/tcp 443/tcp", "f' a>b 443/tcp", "f'=text-only, f=can-close"},
		"renamed and more":               {"f a>b 80/tcp", "f' a>b 80/tcp 443/tcp", "f'=open-first, f=text-only"},
		"renamed, unbounded":             {"~f a>b 80/tcp", "~f' a>b 80/tcp", "f'<f?=text-only"},
		"renamed, another purpose":       {"f a>b 80/tcp", "g a>b 80/tcp", "g=text-only, f=text-only"},
		"renamed, a double":              {"f a>b 80/tcp, f' a>b 80/tcp", "f'' a>b 80/tcp", "f''=text-only, f=text-only, f'=text-only"},
		"unbounded, ends split":          {"~f ab>c 80/tcp", "~f a>c 80/tcp, ~g b>c 80/tcp", "f=text-only, g=text-only"},
		"unbounded, another protocol":    {"~f a>b 80/tcp", "~f a>b 80/tcp, ~g a>b 80/udp", "g=open-first"},
		"unbounded opens no number":      {"~f a>b 80/tcp", "~f a>b 80/tcp, g a>b 80/tcp", "g=open-first"},
		"open between the last pair":     {"f abc>d 80/tcp, g c>d 443/tcp", "f abc>d 80/tcp, g c>d 80/tcp 443/tcp", "g=text-only"},
		"optional proves nothing":        {"?f a>b 80/tcp 443/tcp", "?f a>b 443/tcp, g a>b 80/tcp", "f=text-only, g=open-first"},
		"optional split":                 {"?f a>b 80/tcp 443/tcp", "?f a>b 443/tcp, ?g a>b 80/tcp", "f=text-only, g=text-only"},
		"optional of required":           {"f a>b 80/tcp", "f a>b 80/tcp, ?g a>b 80/tcp", "g=text-only"},
		"required by another beforehand": {"?f a>b 80/tcp, g a>b 80/tcp", "f a>b 80/tcp, g a>b 80/tcp", "f=review"},
	} {
		old, new := links(t, c.old), links(t, c.new)
		var got []string
		changes := compare(t, old, new)
		for _, x := range changes.List {
			s := string(x.ID)
			if x.FormerID != "" {
				s += "<" + string(x.FormerID)
			}
			if x.RenameInferred {
				s += "?"
			}
			got = append(got, s+"="+string(x.Impact))
			checkImpact(t, x, old, new)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: got %s, want %s", name, s, c.want)
		}
	}
}

// TestRenameAmongOthers checks that a rename is found behind flows that stay
// and flows without a purpose, for which nothing but ports and ends speaks.
func TestRenameAmongOthers(t *testing.T) {
	silent := func(text string) portbook.FlowRecord {
		r := link(t, text)
		r.Purpose = ""
		return r
	}
	stays := link(t, "a a>b 1/tcp")
	c := compare(t, []portbook.FlowRecord{stays, silent("b a>b 2/tcp"), link(t, "f a>b 80/tcp")},
		[]portbook.FlowRecord{stays, silent("b' a>b 2/tcp"), link(t, "f' a>b 80/tcp")})
	got := map[portbook.FlowID]portbook.FlowID{}
	for _, x := range c.List {
		if x.Old != nil && x.New != nil {
			got[x.ID] = x.FormerID
		}
	}
	if len(got) != 1 || got["f'"] != "f" || len(c.List) != 3 {
		t.Errorf("renamed: %v of %d changes", got, len(c.List))
	}
}

// TestTrafficOfConstraints checks that what a rule is bound to beside ports
// moves with them.
func TestTrafficOfConstraints(t *testing.T) {
	flow := func(text, host, source, app string) portbook.FlowRecord {
		r := link(t, text)
		r.Hosts, r.SourcePorts, r.AppProtocols = hosts(strings.Fields(host)...), ports(source), strings.Fields(app)
		return r
	}
	old := []portbook.FlowRecord{flow("f a>b 80/tcp 443/tcp", "x.example y.example", "1024-65535/tcp", "HTTP HTTPS")}
	rest := flow("f a>b 443/tcp", "x.example", "1024-65535/tcp", "HTTP HTTPS")
	for _, c := range []struct {
		host, source, app string
		want              diff.Impact
	}{
		{"y.example", "1024-65535/tcp", "HTTP", diff.TextOnly},
		{"z.example", "1024-65535/tcp", "HTTP", diff.OpenFirst},
		{"y.example", "1-65535/tcp", "HTTP", diff.OpenFirst},
		{"y.example", "1024-65535/tcp", "LDAP", diff.Review},
	} {
		for _, x := range compare(t, old, []portbook.FlowRecord{rest, flow("g a>b 80/tcp", c.host, c.source, c.app)}).List {
			if x.ID == "g" && x.Impact != c.want {
				t.Errorf("%+v: got %s", c, x.Impact)
			}
		}
	}
}

// TestSourcePortsOfOthers checks that a flow may come from the source ports
// that others have between the same components, as the old snapshot has them to
// open and the new one to close.
func TestSourcePortsOfOthers(t *testing.T) {
	const wide, narrow = "1-65535/tcp", "1024-65535/tcp"
	flow := func(text, source string) portbook.FlowRecord {
		r := link(t, text)
		r.SourcePorts = ports(source)
		return r
	}
	for name, c := range map[string]struct {
		from, to, other string
		want            diff.Impact
	}{
		"wider, as the other":               {narrow, wide, wide, diff.TextOnly},
		"wider than the other":              {narrow, wide, narrow, diff.OpenFirst},
		"wider, the other is from any port": {narrow, wide, "", diff.TextOnly},
		"narrower, the other is wide":       {wide, narrow, wide, diff.TextOnly},
		"narrower, as the other":            {wide, narrow, narrow, diff.CanClose},
		"narrower, the other from any port": {wide, narrow, "", diff.TextOnly},
	} {
		other := flow("g a>b 81/tcp", c.other)
		list := compare(t, []portbook.FlowRecord{flow("f a>b 80/tcp", c.from), other}, []portbook.FlowRecord{flow("f a>b 80/tcp", c.to), other}).List
		if len(list) != 1 || list[0].Impact != c.want {
			t.Errorf("%s: got %+v, want %s", name, list, c.want)
		}
	}
	// What a pair lacks that the flow gains has nothing to do with its source ports.
	x := compare(t, []portbook.FlowRecord{flow("f a>b 80/tcp", wide), flow("g c>b 81/tcp", "1-10/tcp")},
		[]portbook.FlowRecord{flow("f ac>b 80/tcp", narrow), flow("g c>b 81/tcp", "1-10/tcp")}).List[0]
	for _, f := range x.Fields {
		if f.Name == "sourcePorts" && f.Impact != diff.CanClose {
			t.Errorf("narrower source ports are %s beside a new pair", f.Impact)
		}
	}
}

// TestAlreadyOpen checks which of the gained ports are told to be open.
func TestAlreadyOpen(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"f a>b 80/tcp 443/tcp", "f a>b 443/tcp, g a>b 80/tcp 81/tcp", "80/tcp"},
		{"f a>b 80/tcp", "f a>b 80/tcp, g ac>b 80/tcp", ""}, // between one pair only
		{"?f a>b 80/tcp", "?f a>b 80/tcp, g a>b 80/tcp", ""},
		{"f a>b 80/tcp, g a>b 81/tcp", "f a>b 80/tcp, g a>b 80-81/tcp", "80/tcp"},
	} {
		for _, x := range compare(t, links(t, c.old), links(t, c.new)).List {
			if x.ID == "g" && x.AlreadyOpen.String() != c.want {
				t.Errorf("%s to %s: got %q, want %q", c.old, c.new, x.AlreadyOpen, c.want)
			}
		}
	}
}

// TestRegroupingOpensNothing cuts the flows of random catalogs up, by ports and
// by ends, and gives the pieces other ids: the same traffic asks for nothing to
// be opened, and nothing can be closed.
func TestRegroupingOpensNothing(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 11))
		old := recordsOf(handle.Catalog(synthetic.Table(40, 5, seed)))
		var new []portbook.FlowRecord
		for _, r := range old {
			new = append(new, cut(random, r)...)
		}
		for i := range new {
			if random.IntN(2) == 0 {
				new[i].ID = portbook.FlowID(fmt.Sprintf("p/other-%d", i))
			}
		}
		c := compare(t, old, new)
		if n := c.Count(diff.OpenFirst) + c.Count(diff.CanClose); n > 0 {
			t.Fatalf("seed %d: %d changes of traffic: %+v", seed, n, c.List)
		}
	}
}

// cut returns flows that call for the traffic of one.
func cut(random *rand.Rand, r portbook.FlowRecord) []portbook.FlowRecord {
	a, b := r, r
	b.ID += "/b"
	switch limit := ports("0-1000/tcp"); random.IntN(4) {
	case 0:
		a.Ports, b.Ports = r.Ports.Intersect(limit), r.Ports.Subtract(limit)
		a.Protocols, b.Protocols = a.Ports.Protocols(), b.Ports.Protocols()
		if a.Ports.IsEmpty() || b.Ports.IsEmpty() {
			return []portbook.FlowRecord{r}
		}
	case 1:
		if len(r.From) < 2 {
			return []portbook.FlowRecord{r}
		}
		a.From, b.From = r.From[:1], r.From[1:]
	case 2:
		if r.Initiator != portbook.InitiatorEither {
			return []portbook.FlowRecord{r}
		}
		a.Initiator, b.Initiator = portbook.InitiatorFrom, portbook.InitiatorFrom
		b.From, b.To = slices.Clone(r.To), slices.Clone(r.From)
	default:
		return []portbook.FlowRecord{r}
	}
	return []portbook.FlowRecord{a, b}
}
