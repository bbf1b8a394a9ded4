package diff_test

import (
	"fmt"
	"github.com/portbook/portbook/internal/handle"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// ports is a set for literals.
func ports(s string) portbook.PortSet { return portbook.MustParsePortSet(s) }

func hosts(texts ...string) []portbook.Host {
	var list []portbook.Host
	for _, s := range texts {
		list = append(list, portbook.MustParseHost(s))
	}
	return list
}

// base returns a required flow that has something in every field.
func base() portbook.FlowRecord {
	r := portbook.FlowRecord{
		ID: "shop/web/orders", Product: "shop", Component: "shop/web", From: []portbook.Component{"shop/web", "shop/app"}, To: []portbook.Component{"shop/database"},
		Initiator: portbook.InitiatorFrom, Protocols: []portbook.Protocol{portbook.TCP, portbook.UDP}, Ports: ports("80,443/tcp 53/udp"), SourcePorts: ports("1024-65535/tcp"),
		PortKind: portbook.PortKindListed, PortChoice: portbook.PortChoiceAll, Direction: portbook.DirectionOutbound, Configurable: portbook.ConfigurableYes, Setting: "Port",
		Requirement: portbook.RequirementRequired, Conditions: []portbook.ConditionID{"shop/open"}, AppProtocols: []string{"HTTPS"}, OSServices: []string{"shopd"}, Hosts: hosts("a.example", "b.example"), Regions: map[portbook.Region][]portbook.Host{"japan": hosts("b.example")},
		Statements: []portbook.Statement{{Citations: []portbook.Citation{{Document: "e", Section: "s", Row: 1}}, Values: map[portbook.Field]string{"firewall": "needed"}}},
		Purpose:    "Orders.", Notes: []string{"Slow."}, Citations: []portbook.Citation{{Document: "d", Section: "s", Row: 1}},
		Published: portbook.Published{Ports: "80, 443"}, Inferred: []portbook.Field{"from", "to"}, Quirks: []portbook.Quirk{portbook.QuirkTwoNames},
	}
	x := reflect.ValueOf(&r).Elem()
	for i := range x.NumField() { // the other fields have what they have by default
		if f := enumerated(x.Type().Field(i).Tag.Get("json")); f != nil && x.Field(i).IsZero() {
			x.Field(i).SetString(f.Default)
		}
	}
	return r
}

// enumerated returns the enumerated field with a name in JSON, nil for none.
func enumerated(name string) *table.Field {
	if f := table.FieldOf(name); f != nil && f.Kind == table.KindEnum {
		return f
	}
	return nil
}

func snapshot(t testing.TB, language string, flows ...portbook.FlowRecord) diff.Snapshot {
	t.Helper()
	e, err := diff.NewSnapshot("", language, flows)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func compare(t testing.TB, old, new []portbook.FlowRecord) diff.Changes {
	t.Helper()
	return diff.Compare(snapshot(t, "", old...), snapshot(t, "", new...))
}

// TestImpact gives the class of every change of every field, for a required flow and for another one.
func TestImpact(t *testing.T) {
	type R = portbook.FlowRecord
	const open, review, close, text = diff.OpenFirst, diff.Review, diff.CanClose, diff.TextOnly
	optional := func(r *R) { r.Requirement = portbook.RequirementOptional }
	for _, c := range []struct {
		name               string
		before, after      func(r *R) // of base
		required, optional diff.Impact
	}{
		{"product", nil, func(r *R) { r.Product = "store" }, text, text},
		{"regions: a host of another region", nil, func(r *R) { r.Regions = map[portbook.Region][]portbook.Host{"europe": hosts("b.example")} }, review, review},
		{"statements", nil, func(r *R) { r.Statements = nil }, text, text},
		{"component", nil, func(r *R) { r.Component = "shop/app" }, text, text},
		{"from: one more", nil, func(r *R) { r.From = append(r.From, "shop/job") }, open, review},
		{"from: one less", nil, func(r *R) { r.From = r.From[:1] }, close, close},
		{"from: another", nil, func(r *R) { r.From = []portbook.Component{"shop/web", "shop/job"} }, open, review},
		{"from: order", nil, func(r *R) { r.From = []portbook.Component{"shop/app", "shop/web"} }, text, text},
		{"to: one more", nil, func(r *R) { r.To = append(r.To, "shop/cache") }, open, review},
		{"to: one less", func(r *R) { r.To = append(r.To, "shop/cache") }, nil, close, close},
		{"ends: the other way", nil, func(r *R) { r.From, r.To = r.To, r.From }, open, review},
		{"ends: the other way, where either side opens", func(r *R) { r.Initiator = portbook.InitiatorEither },
			func(r *R) { r.From, r.To, r.Initiator = r.To, r.From, portbook.InitiatorEither }, text, text},
		{"initiator: either", nil, func(r *R) { r.Initiator = portbook.InitiatorEither }, open, review},
		{"initiator: no longer either", func(r *R) { r.Initiator = portbook.InitiatorEither }, nil, review, review},
		{"initiator: unstated", nil, func(r *R) { r.Initiator = portbook.InitiatorUnstated }, review, review},
		{"protocols: one more", nil, func(r *R) { r.Protocols = append(r.Protocols, portbook.SCTP) }, open, review},
		{"protocols: one less", func(r *R) { r.Ports = portbook.PortSet{} },
			func(r *R) { r.Ports, r.Protocols = portbook.PortSet{}, r.Protocols[:1] }, close, close},
		{"protocols: one less, though the ports call for it", nil, func(r *R) { r.Protocols = r.Protocols[:1] }, text, text},
		{"protocols: told at last", func(r *R) { r.Protocols = nil }, nil, review, review},
		{"protocols: no longer told", nil, func(r *R) { r.Protocols = nil }, review, review},
		{"ports: more", nil, func(r *R) { r.Ports = ports("80,443,8443/tcp 53/udp") }, open, review},
		{"ports: fewer", nil, func(r *R) { r.Ports = ports("443/tcp 53/udp") }, close, close},
		{"ports: others", nil, func(r *R) { r.Ports = ports("8443/tcp") }, open, review},
		{"ports: another protocol", nil, func(r *R) { r.Ports = ports("80,443/tcp 53/tcp") }, open, review},
		{"ports: no longer bounded", nil, func(r *R) { r.Ports = portbook.PortSet{} }, review, review},
		{"ports: bounded at last", func(r *R) { r.Ports = portbook.PortSet{} }, nil, open, review},
		{"source ports: more", nil, func(r *R) { r.SourcePorts = ports("1-65535/tcp") }, open, review},
		{"source ports: fewer", nil, func(r *R) { r.SourcePorts = ports("49152-65535/tcp") }, close, close},
		{"source ports: told at last", func(r *R) { r.SourcePorts = portbook.PortSet{} }, nil, review, review},
		{"source ports: no longer told", nil, func(r *R) { r.SourcePorts = portbook.PortSet{} }, review, review},
		{"port kind", nil, func(r *R) { r.PortKind = portbook.PortKindDynamic }, review, review},
		{"port choice", nil, func(r *R) { r.PortChoice = portbook.PortChoiceOneOf }, review, review},
		{"direction", nil, func(r *R) { r.Direction = portbook.DirectionBoth }, review, review},
		{"configurable", nil, func(r *R) { r.Configurable = portbook.ConfigurableNo }, review, review},
		{"setting", nil, func(r *R) { r.Setting = "Other port" }, review, review},
		{"condition", nil, func(r *R) { r.Condition = "If it rains." }, review, review},
		{"app protocols", nil, func(r *R) { r.AppProtocols = []string{"HTTP"} }, review, review},
		{"OS services", nil, func(r *R) { r.OSServices = nil }, review, review},
		{"hosts: one more", nil, func(r *R) { r.Hosts = append(r.Hosts, hosts("c.example")...) }, open, review},
		{"hosts: one less", nil, func(r *R) { r.Hosts = r.Hosts[1:] }, close, close},
		{"hosts: told at last", func(r *R) { r.Hosts = nil }, nil, review, review},
		{"hosts: no longer told", nil, func(r *R) { r.Hosts = nil }, review, review},
		{"hosts: order", nil, func(r *R) { r.Hosts = hosts("b.example", "a.example") }, text, text},
		{"purpose", nil, func(r *R) { r.Purpose = "Orders and returns." }, text, text},
		{"notes", nil, func(r *R) { r.Notes = nil }, text, text},
		{"citations", nil, func(r *R) { r.Citations[0].Row = 2 }, text, text},
		{"published", nil, func(r *R) { r.Published.Ports = "80 and 443" }, text, text},
		{"inferred", nil, func(r *R) { r.Inferred = nil }, text, text},
		{"quirks", nil, func(r *R) { r.Quirks = nil }, text, text},
		{"the strongest counts", nil, func(r *R) { r.Purpose, r.Ports, r.Direction = "x", ports("443/tcp"), portbook.DirectionBoth }, review, review},
		{"ports: gained and lost, beside a review", nil, func(r *R) { r.Ports, r.Direction = ports("444/tcp"), portbook.DirectionBoth }, open, review},
	} {
		make := func(change ...func(*R)) R {
			r := base()
			for _, f := range change {
				if f != nil {
					f(&r)
				}
			}
			return r
		}
		for _, x := range []struct {
			old, new R
			want     diff.Impact
		}{{make(c.before), make(c.after), c.required}, {make(c.before, optional), make(c.after, optional), c.optional}} {
			got := compare(t, []R{x.old}, []R{x.new})
			if len(got.List) != 1 || got.List[0].Impact != x.want {
				t.Errorf("%s, %s: got %+v, want %s", c.name, x.new.Requirement, got.List, x.want)
			}
		}
	}
}

// TestImpactOfRequirement gives the class of every step between requirements, and of flows that come and go.
func TestImpactOfRequirement(t *testing.T) {
	with := func(r portbook.Requirement, p portbook.PortSet) []portbook.FlowRecord {
		x := base()
		x.Requirement, x.Ports = r, p
		return []portbook.FlowRecord{x}
	}
	some := ports("443/tcp")
	for _, c := range []struct {
		name     string
		old, new []portbook.FlowRecord
		want     diff.Impact
	}{
		{"new, required", nil, with(portbook.RequirementRequired, some), diff.OpenFirst},
		{"new, required, ports not bounded", nil, with(portbook.RequirementRequired, portbook.PortSet{}), diff.OpenFirst},
		{"new, optional", nil, with(portbook.RequirementOptional, some), diff.Review},
		{"new, conditional", nil, with(portbook.RequirementConditional, some), diff.Review},
		{"removed", with(portbook.RequirementRequired, some), nil, diff.CanClose},
		{"removed, optional", with(portbook.RequirementOptional, some), nil, diff.CanClose},
		{"became required", with(portbook.RequirementOptional, some), with(portbook.RequirementRequired, some), diff.OpenFirst},
		{"became required, ports not bounded", with(portbook.RequirementOptional, portbook.PortSet{}), with(portbook.RequirementRequired, portbook.PortSet{}), diff.Review},
		{"became optional", with(portbook.RequirementRequired, some), with(portbook.RequirementOptional, some), diff.Review},
		{"optional to conditional", with(portbook.RequirementOptional, some), with(portbook.RequirementConditional, some), diff.Review},
		{"became required, lost ports", with(portbook.RequirementConditional, ports("80,443/tcp")), with(portbook.RequirementRequired, some), diff.OpenFirst},
	} {
		if got := compare(t, c.old, c.new); len(got.List) != 1 || got.List[0].Impact != c.want {
			t.Errorf("%s: got %+v, want %s", c.name, got.List, c.want)
		}
	}
}

// TestFieldsAreComplete changes every field of a record in turn: none may go unnoticed, and none may have another name than
// in JSON.
func TestFieldsAreComplete(t *testing.T) {
	x := reflect.TypeFor[portbook.FlowRecord]()
	for i := range x.NumField() {
		r := base()
		v := reflect.ValueOf(&r).Elem().Field(i)
		name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
		switch {
		case name == "id":
			continue // a rename: see TestRenamed
		case name == "from" || name == "to":
			v.Set(reflect.ValueOf([]portbook.Component{"shop/x"}))
		case enumerated(name) != nil:
			values := enumerated(name).Values
			v.SetString(values[(slices.Index(values, v.String())+1)%len(values)])
		case v.Kind() == reflect.String:
			v.SetString(v.String() + "x")
		default:
			v.SetZero()
		}
		got := compare(t, []portbook.FlowRecord{base()}, []portbook.FlowRecord{r})
		if len(got.List) != 1 || len(got.List[0].Fields) != 1 || got.List[0].Fields[0].Name != name {
			t.Errorf("%s: got %+v", name, got.List)
			continue
		}
		f := got.List[0].Fields[0]
		if old := reflect.ValueOf(base()).Field(i).Interface(); !reflect.DeepEqual(f.Old, old) || !reflect.DeepEqual(f.New, v.Interface()) {
			t.Errorf("%s: from %v to %v, want from %v to %v", name, f.Old, f.New, old, v.Interface())
		}
	}
}

// TestStillNeeded checks that ports which another flow needs between the same components are told where they may be closed.
func TestStillNeeded(t *testing.T) {
	flow := func(id portbook.FlowID, from, to portbook.Component, p string) portbook.FlowRecord {
		r := base()
		r.ID, r.From, r.To, r.Ports = id, []portbook.Component{from}, []portbook.Component{to}, ports(p)
		return r
	}
	type flows = []portbook.FlowRecord
	for _, c := range []struct {
		name     string
		old, new flows
		want     string
	}{
		{"removed", flows{flow("f", "a", "b", "80,443/tcp")}, flows{flow("g", "a", "b", "443,8443/tcp")}, "443/tcp"},
		{"narrowed", flows{flow("f", "a", "b", "80,443/tcp")}, flows{flow("f", "a", "b", "443/tcp"), flow("g", "a", "b", "80/tcp")}, "80/tcp"},
		{"narrowed, for good", flows{flow("f", "a", "b", "80,443/tcp")}, flows{flow("f", "a", "b", "443/tcp"), flow("g", "a", "c", "80/tcp")}, ""},
		{"the other way", flows{flow("f", "a", "b", "80/tcp")}, flows{flow("g", "b", "a", "80/tcp")}, ""},
		{"other ends", flows{flow("f", "a", "b", "80/tcp")}, flows{flow("f", "a", "c", "80/tcp"), flow("g", "a", "b", "80/tcp")}, "80/tcp"},
		{"other ends, for good", flows{flow("f", "a", "b", "80/tcp")}, flows{flow("f", "a", "c", "80/tcp")}, ""},
		{"only gained", flows{flow("f", "a", "b", "80/tcp")}, flows{flow("f", "a", "b", "80,443/tcp"), flow("g", "a", "b", "80/tcp")}, ""},
	} {
		for _, x := range compare(t, c.old, c.new).List {
			if x.ID == "f" && x.StillNeeded.String() != c.want {
				t.Errorf("%s: got %q, want %q", c.name, x.StillNeeded, c.want)
			}
		}
	}
	either := flow("g", "b", "a", "80/tcp")
	either.Initiator = portbook.InitiatorEither
	if got := compare(t, flows{flow("f", "a", "b", "80/tcp")}, flows{either}); got.List[1].StillNeeded.String() != "80/tcp" {
		t.Errorf("a flow that either side opens needs the port, too: got %+v", got.List)
	}
}

// TestLanguagesOfSnapshots checks that texts in different languages are not taken for changes, but that a new condition is one.
func TestLanguagesOfSnapshots(t *testing.T) {
	en, ja := base(), base()
	ja.Purpose, ja.Notes, ja.Setting = "注文。", []string{"遅い。"}, "ポート"
	c := diff.Compare(snapshot(t, "en", en), snapshot(t, "ja", ja))
	if len(c.List) != 0 || c.TextsCompared {
		t.Errorf("got %+v", c)
	}
	ja.Condition = "雨の場合。"
	c = diff.Compare(snapshot(t, "en", en), snapshot(t, "ja", ja))
	if len(c.List) != 1 || c.List[0].Impact != diff.Review || len(c.List[0].Fields) != 1 {
		t.Errorf("with a condition: got %+v", c)
	}
	for _, language := range []string{"", "en"} {
		if c := diff.Compare(snapshot(t, "en", en), snapshot(t, language, ja)); !c.TextsCompared || len(c.List[0].Fields) != 4 {
			t.Errorf("language %q: got %+v", language, c)
		}
	}
	in := diff.SnapshotOf(portbook.Builtin()).In("xx", func(x portbook.Text) string { return strings.ToUpper(x.String()) })
	if c := diff.Compare(diff.SnapshotOf(portbook.Builtin()), in); len(c.List) < portbook.Flows().Len() || c.Count(diff.OpenFirst)+c.Count(diff.CanClose) > 0 || in.Language() != "xx" {
		t.Errorf("another text of every flow makes %d changes", len(c.List))
	}
}

// renaming returns a catalog of one flow for each id; former ids follow the id after a space.
func renaming(ids ...string) *portbook.Catalog {
	b := table.NewBuilder([]string{"en"})
	t := &b.Table
	self := b.List([]uint32{0})
	t.Products = []table.Product{{ID: b.Name("p"), Name: b.Text("P")}}
	t.Components = []table.Component{{ID: b.Name("p/c"), Name: b.Text("C"), Lineage: self}}
	t.Documents = []table.Document{{ID: b.Name("d"), Sections: self}}
	t.Sections = []table.Section{{ID: b.Name("s")}}
	for i, line := range ids {
		all := strings.Fields(line)
		var former []uint32
		for _, id := range all {
			t.FlowIDs = append(t.FlowIDs, table.FlowID{ID: b.Name(id), Flow: uint32(i)})
			if id != all[0] {
				former = append(former, uint32(b.Name(id)))
			}
		}
		t.Flows = append(t.Flows, table.Flow{ID: b.Name(all[0]), From: self, To: self, Citations: self, FormerIDs: b.List(former)})
	}
	return handle.Catalog(b.Finish())
}

func TestRenamed(t *testing.T) {
	describe := func(c diff.Changes) string {
		var list []string
		for _, x := range c.List {
			kind := "="
			switch {
			case x.Old == nil:
				kind = "+"
			case x.New == nil:
				kind = "-"
			}
			list = append(list, fmt.Sprintf("%s%s<%s", kind, x.ID, x.FormerID))
		}
		return strings.Join(list, " ")
	}
	for _, c := range []struct {
		old, new         []string
		forth, back, raw string // between the catalogs, from new to old, and from the records of old to the new catalog
	}{
		{[]string{"p/a", "p/b"}, []string{"p/x p/a", "p/b"}, "=p/x<p/a", "=p/a<p/x", "=p/x<p/a"},
		{[]string{"p/b", "p/a"}, []string{"p/b", "p/x p/a"}, "=p/x<p/a", "=p/a<p/x", "=p/x<p/a"},
		{[]string{"p/b p/a"}, []string{"p/c p/a p/b"}, "=p/c<p/b", "=p/b<p/c", "=p/c<p/b"},
		{[]string{"p/a", "p/b"}, []string{"p/x p/a p/b"}, "=p/x<p/a -p/b<", "=p/a<p/x +p/b<", "=p/x<p/a -p/b<"}, // two became one
		{[]string{"p/a"}, []string{"p/a", "p/x"}, "+p/x<", "-p/x<", "+p/x<"},
		{[]string{"p/a p/o"}, []string{"p/b p/o"}, "+p/b< -p/a<", "+p/a< -p/b<", "+p/b< -p/a<"}, // not comparable versions
	} {
		old, new := renaming(c.old...), renaming(c.new...)
		if got := describe(diff.Catalogs(old, new)); got != c.forth {
			t.Errorf("%q to %q: got %s, want %s", c.old, c.new, got, c.forth)
		}
		if got := describe(diff.Catalogs(new, old)); got != c.back {
			t.Errorf("%q to %q: got %s, want %s", c.new, c.old, got, c.back)
		}
		var records []portbook.FlowRecord
		for f := range old.Flows().All() {
			records = append(records, f.Record(nil))
		}
		if got := describe(diff.Compare(snapshot(t, "", records...), diff.SnapshotOf(new))); got != c.raw {
			t.Errorf("records of %q to %q: got %s, want %s", c.old, c.new, got, c.raw)
		}
		if got := describe(diff.Compare(diff.SnapshotOf(new), snapshot(t, "", records...))); got != c.back {
			t.Errorf("%q to records of %q: got %s, want %s", c.new, c.old, got, c.back)
		}
	}
	got := diff.Catalogs(renaming("p/a"), renaming("p/x p/a")).List[0]
	if want := []diff.FieldChange{{Name: "id", Impact: diff.TextOnly, Old: portbook.FlowID("p/a"), New: portbook.FlowID("p/x")}}; !reflect.DeepEqual(got.Fields, want) || got.Impact != diff.TextOnly {
		t.Errorf("a rename is %+v", got)
	}
}

// apply makes of the flows of a snapshot those of the next one.
func apply(flows []portbook.FlowRecord, c diff.Changes) map[portbook.FlowID]portbook.FlowRecord {
	result := map[portbook.FlowID]portbook.FlowRecord{}
	for _, r := range flows {
		result[r.ID] = r
	}
	for _, x := range c.List {
		if x.Old != nil {
			delete(result, x.Old.ID)
		}
	}
	for _, x := range c.List {
		if x.Old == nil {
			result[x.ID] = *x.New
			continue
		}
		if x.New == nil {
			continue
		}
		r := *x.Old
		v := reflect.ValueOf(&r).Elem()
		for i := range v.NumField() {
			for _, f := range x.Fields {
				if f.Name == v.Type().Field(i).Tag.Get("json") {
					v.Field(i).Set(reflect.ValueOf(f.New))
				}
			}
		}
		result[r.ID] = r
	}
	return result
}

func byID(flows []portbook.FlowRecord) map[portbook.FlowID]portbook.FlowRecord {
	return apply(flows, diff.Changes{})
}

var equalSets = cmp.Options{cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b }), cmp.Comparer(func(a, b portbook.Host) bool { return a == b })}

// recordsOf returns the flows of a synthetic catalog as records.
func recordsOf(c *portbook.Catalog) []portbook.FlowRecord {
	var list []portbook.FlowRecord
	for f := range c.Flows().All() {
		list = append(list, f.Record(nil))
	}
	return list
}

// mutated returns the next version of some flows: some go, some come, some change in one field or several.
func mutated(random *rand.Rand, flows []portbook.FlowRecord) []portbook.FlowRecord {
	var next []portbook.FlowRecord
	for i, r := range flows {
		switch random.IntN(6) {
		case 0:
			continue
		case 1:
			added := flows[random.IntN(len(flows))]
			added.ID = portbook.FlowID(fmt.Sprintf("%s/new-%d", added.ID, i))
			next = append(next, added)
		case 2, 3:
			for range 1 + random.IntN(3) {
				mutate(random, &r, flows[random.IntN(len(flows))])
			}
		}
		next = append(next, r)
	}
	random.Shuffle(len(next), func(i, k int) { next[i], next[k] = next[k], next[i] })
	return next
}

// mutate takes a field of another flow, or makes one up.
func mutate(random *rand.Rand, r *portbook.FlowRecord, other portbook.FlowRecord) {
	switch random.IntN(14) {
	case 0, 1:
		r.Ports = r.Ports.Union(other.Ports)
	case 2:
		r.Ports = other.Ports
	case 3:
		r.Ports = portbook.PortSet{}
	case 4:
		r.Ports = r.Ports.Intersect(ports("1-30000/tcp"))
	case 5:
		r.From = append(slices.Clone(r.From), other.From...)
	case 6:
		r.From, r.To = r.To, r.From
	case 7:
		r.Initiator = []portbook.Initiator{portbook.InitiatorEither, portbook.InitiatorUnstated, portbook.InitiatorFrom}[random.IntN(3)]
	case 8:
		r.Requirement = []portbook.Requirement{portbook.RequirementRequired, portbook.RequirementOptional, portbook.RequirementConditional}[random.IntN(3)]
	case 9:
		r.Hosts = append(slices.Clone(r.Hosts), hosts(fmt.Sprintf("host-%d.example", random.IntN(3)))...)
	case 10:
		r.Protocols = other.Protocols
	case 11:
		r.Purpose = other.Purpose
	case 12:
		r.SourcePorts = other.Ports
	case 13:
		r.Direction, r.Notes = other.Direction, []string{fmt.Sprint(random.IntN(9))}
	}
}

// TestLaws checks what holds of all versions: of random ones, and of catalogs against each other.
func TestLaws(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		a := handle.Catalog(synthetic.Table(60, 6, seed))
		old := recordsOf(a)
		new := mutated(random, old)
		if c := compare(t, old, old); len(c.List) != 0 {
			t.Fatalf("seed %d: a snapshot differs from itself: %+v", seed, c.List)
		}
		c := compare(t, old, new)
		if diff := cmp.Diff(byID(new), apply(old, c), equalSets); diff != "" {
			t.Fatalf("seed %d: the changes do not lead from old to new (-want +got):\n%s", seed, diff)
		}
		checkMirror(t, c, compare(t, new, old))
		for _, x := range c.List {
			checkImpact(t, x, old, new)
		}
		fromCatalog := diff.Compare(diff.SnapshotOf(a), snapshot(t, "", new...))
		if diff := cmp.Diff(c.List, fromCatalog.List, equalSets); diff != "" {
			t.Fatalf("seed %d: a catalog differs from its records:\n%s", seed, diff)
		}
		b := handle.Catalog(synthetic.Table(60, 6, seed+1000))
		if diff := cmp.Diff(byID(recordsOf(b)), apply(old, diff.Catalogs(a, b)), equalSets); diff != "" {
			t.Fatalf("seed %d: the changes of catalogs:\n%s", seed, diff)
		}
	}
}

// checkMirror checks that the way back has the same changes, the other way round.
func checkMirror(t *testing.T, forth, back diff.Changes) {
	t.Helper()
	others := map[portbook.FlowID]diff.Change{}
	for _, x := range back.List {
		others[x.ID] = x
	}
	if len(forth.List) != len(back.List) {
		t.Fatalf("%d changes forth and %d back", len(forth.List), len(back.List))
	}
	for _, x := range forth.List {
		id := x.ID
		if x.FormerID != "" {
			id = x.FormerID
		}
		y := others[id]
		if x.Gained != y.Lost || x.Lost != y.Gained || !reflect.DeepEqual(x.Old, y.New) || !reflect.DeepEqual(x.New, y.Old) || len(x.Fields) != len(y.Fields) {
			t.Fatalf("%s: %+v is not the mirror of %+v", x.ID, y, x)
		}
		for i, f := range x.Fields {
			if g := y.Fields[i]; f.Name != g.Name || !reflect.DeepEqual(f.Old, g.New) || !reflect.DeepEqual(f.New, g.Old) {
				t.Fatalf("%s: %+v is not the mirror of %+v", x.ID, g, f)
			}
		}
	}
}

// traffic holds who opens connections to whom, the slow and plain way.
func traffic(r *portbook.FlowRecord) map[[2]portbook.Component]bool {
	pairs := map[[2]portbook.Component]bool{}
	for _, a := range r.From {
		for _, b := range r.To {
			pairs[[2]portbook.Component{a, b}] = true
			if r.Initiator == portbook.InitiatorEither {
				pairs[[2]portbook.Component{b, a}] = true
			}
		}
	}
	return pairs
}

// lacks reports whether b has a member that a, of which some are told, lacks.
func lacks[T comparable](a, b []T) bool {
	return len(a) > 0 && slices.ContainsFunc(b, func(v T) bool { return !slices.Contains(a, v) })
}

// missing returns what a flow calls for that none of some flows does, pair by
// pair: the slow and plain way. Unbounded ports are missing where no flow has
// them for the same protocols.
func missing(r *portbook.FlowRecord, flows []portbook.FlowRecord, counts func(*portbook.FlowRecord) bool) (ports map[[2]portbook.Component]portbook.PortSet, unbounded bool) {
	ports = map[[2]portbook.Component]portbook.PortSet{}
	for p := range traffic(r) {
		left, found := r.Ports, false
		var protocols []portbook.Protocol
		for i := range flows {
			if !counts(&flows[i]) || !traffic(&flows[i])[p] {
				continue
			}
			left = left.Subtract(flows[i].Ports)
			if flows[i].Ports.IsEmpty() {
				found = true
				protocols = append(protocols, flows[i].Protocols...)
			}
		}
		if !left.IsEmpty() {
			ports[p] = left
		}
		unbounded = unbounded || r.Ports.IsEmpty() && (!found || slices.ContainsFunc(r.Protocols, func(q portbook.Protocol) bool { return !slices.Contains(protocols, q) }))
	}
	return ports, unbounded
}

func anyFlow(*portbook.FlowRecord) bool      { return true }
func isRequired(r *portbook.FlowRecord) bool { return r.Requirement == portbook.RequirementRequired }

// checkImpact checks the class of a change by set subtraction over all flows
// of both snapshots.
func checkImpact(t *testing.T, x diff.Change, before, after []portbook.FlowRecord) {
	t.Helper()
	var old, new portbook.FlowRecord
	if x.Old != nil {
		old = *x.Old
	}
	if x.New != nil {
		new = *x.New
	}
	fail := func(why string) {
		t.Helper()
		t.Fatalf("%s is %s: %s\nold %+v\nnew %+v", x.ID, x.Impact, why, x.Old, x.New)
	}
	if x.Gained != new.Ports.Subtract(old.Ports) || x.Lost != old.Ports.Subtract(new.Ports) {
		fail("gained " + x.Gained.String() + ", lost " + x.Lost.String())
	}
	dropped, droppedUnbounded := missing(&old, after, anyFlow)
	drops := len(dropped) > 0 || droppedUnbounded
	for _, ports := range dropped {
		if x.StillNeeded.Overlaps(ports) {
			fail("a port is still needed between one pair only: " + x.StillNeeded.String())
		}
	}
	if drops && x.Impact == diff.TextOnly {
		fail("it drops traffic")
	}
	if x.New == nil {
		if x.Impact != diff.CanClose && x.Impact != diff.TextOnly {
			fail("it was removed")
		}
		return
	}
	counts := anyFlow
	if isRequired(&new) {
		counts = isRequired
	}
	opened, unbounded := missing(&new, before, counts)
	for _, ports := range opened {
		if x.AlreadyOpen.Overlaps(ports) {
			fail("a port is open between one pair only: " + x.AlreadyOpen.String())
		}
	}
	rest := !x.New.SourcePorts.Subtract(old.SourcePorts).IsEmpty() || lacks(old.Hosts, new.Hosts) || lacks(old.Protocols, new.Protocols) || x.Old == nil && len(new.Hosts) > 0
	switch want := diff.OpenFirst; {
	case !isRequired(&new):
		if x.Impact == diff.OpenFirst {
			fail("it is not required")
		}
		want = diff.Review
		fallthrough
	case len(opened) > 0, unbounded && x.Old == nil:
		if (len(opened) > 0 || unbounded && x.Old == nil) && x.Impact != want {
			fail("it calls for more: " + string(want))
		}
	case !unbounded && !rest && x.Impact == diff.OpenFirst:
		fail("all is open")
	}
}

func TestChanges(t *testing.T) {
	kept, gone, come := base(), base(), base()
	gone.ID, come.ID = "shop/gone", "shop/come"
	gone.From, come.Ports = []portbook.Component{"shop/till"}, ports("8443/tcp")
	c := compare(t, []portbook.FlowRecord{gone, kept}, []portbook.FlowRecord{kept, come})
	if len(c.List) != 2 || c.List[0].ID != "shop/come" || c.List[1].ID != "shop/gone" || c.Count(diff.OpenFirst) != 1 || c.Count(diff.CanClose) != 1 {
		t.Errorf("got %+v", c.List)
	}
	if c.List[0].Record().ID != "shop/come" || c.List[1].Record().ID != "shop/gone" {
		t.Error("a change has the record of another flow")
	}
	closed := c.Where(func(x diff.Change) bool { return x.Impact == diff.CanClose })
	if len(closed.List) != 1 || len(c.List) != 2 {
		t.Errorf("got %+v of %+v", closed.List, c.List)
	}
	if c := diff.Catalogs(nil, portbook.Builtin()); len(c.List) != portbook.Flows().Len() {
		t.Errorf("from nothing, %d flows are new", len(c.List))
	}
	if c := diff.Compare(diff.Snapshot{}, diff.Snapshot{}); len(c.List) != 0 {
		t.Errorf("nothing differs from nothing: %+v", c.List)
	}
}

// TestDocumented checks that the table of impacts in the documentation names every field, as JSON does, but for those that are
// for a person to review.
func TestDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, x := 0, reflect.TypeFor[portbook.FlowRecord](); i < x.NumField(); i++ {
		name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
		key := map[string]string{"condition": "conditions", "setting": "settings"}[name]
		if key == "" {
			key = name
		}
		if f := table.FieldOf(key); !strings.Contains(string(doc), "`"+name+"`") && (f == nil || f.Change != table.ChangeReview) {
			t.Errorf("docs/diff.md does not say what a change of %s means", name)
		}
	}
	for _, f := range table.Fields {
		column, ok := map[table.Change]int{table.ChangeReview: 3, table.ChangeText: 5}[f.Change]
		if !ok || f.Key == "retired" {
			continue // judged by a rule; not in records
		}
		name := map[string]string{"cite": "citations", "settings": "setting"}[f.Key]
		if name == "" {
			name = f.Key
		}
		for line := range strings.SplitSeq(string(doc), "\n") {
			if cells := strings.Split(line, "|"); len(cells) == 7 && strings.Contains(cells[1], "`"+name+"`") && strings.TrimSpace(cells[column]) != "yes" {
				t.Errorf("docs/diff.md has %s in another column: %s", name, line)
			}
		}
	}
	for _, impact := range diff.Impacts() {
		if !strings.Contains(string(doc), "| `"+string(impact)+"` |") {
			t.Errorf("docs/diff.md does not say what %s means", impact)
		}
	}
}

// TestEnds compares every two flows between three components with the plain sets of their pairs.
func TestEnds(t *testing.T) {
	all := []portbook.Component{"p/a", "p/b", "p/c"}
	subset := func(bits int) (list []portbook.Component) {
		for i, x := range all {
			if bits>>i&1 == 1 {
				list = append(list, x)
			}
		}
		return list
	}
	var flows []portbook.FlowRecord
	for from := 1; from < 8; from++ {
		for to := 1; to < 8; to++ {
			for _, initiator := range []portbook.Initiator{portbook.InitiatorFrom, portbook.InitiatorEither} {
				r := base()
				r.From, r.To, r.Initiator = subset(from), subset(to), initiator
				flows = append(flows, r)
			}
		}
	}
	for _, old := range flows {
		for _, new := range flows {
			for _, x := range compare(t, []portbook.FlowRecord{old}, []portbook.FlowRecord{new}).List {
				checkImpact(t, x, []portbook.FlowRecord{old}, []portbook.FlowRecord{new})
			}
		}
	}
}
