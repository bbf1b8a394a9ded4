package diff_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
)

// The rows of flows that have no record on one side, and the row of the fields
// that no other row names.
const rowNew, rowRemoved, rowOthers = "(the flow is new)", "(the flow was removed)", "all others"

// TestImpactTable holds the table in the comment of Impact against random
// versions of small catalogs: a field gets just the classes that have a cell in
// its row, and every field is in one row.
func TestImpactTable(t *testing.T) {
	table := impactTable(t)
	for _, name := range recordFields() {
		if table[name] == nil && table[rowOthers] != nil {
			table[name] = table[rowOthers]
		}
		if table[name] == nil {
			t.Errorf("no row of the table names %q", name)
		}
	}
	delete(table, rowOthers)
	required, other := map[string]map[diff.Impact]bool{}, map[string]map[diff.Impact]bool{}
	random := rand.New(rand.NewPCG(1, 5))
	for range 4000 {
		old := randomFlows(random)
		for _, x := range compare(t, old, nextVersion(random, old)).List {
			seen := other
			if x.Record().Requirement == portbook.RequirementRequired {
				seen = required
			}
			switch {
			case x.Old == nil:
				note(seen, rowNew, x.Impact)
			case x.New == nil:
				note(seen, rowRemoved, x.Impact)
			}
			for _, f := range x.Fields {
				note(seen, f.Name, f.Impact)
			}
		}
	}
	for name, want := range table {
		if i := slices.Index(recordFields(), name); i >= 0 && redraws[name] == nil && !varies(i) {
			continue // no flow could tell
		}
		if !maps.Equal(required[name], want) {
			t.Errorf("%s of required flows: got %v, and the table says %v", name, keys(required[name]), keys(want))
		}
		if want = maps.Clone(want); want[diff.OpenFirst] {
			delete(want, diff.OpenFirst)
			want[diff.Review] = true
		}
		if !maps.Equal(other[name], want) {
			t.Errorf("%s of other flows: got %v, and the table says %v", name, keys(other[name]), keys(want))
		}
	}
}

// recordFields returns the fields of a record, as JSON names them.
func recordFields() []string {
	var names []string
	x := reflect.TypeFor[portbook.FlowRecord]()
	for i := range x.NumField() {
		name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

func note(seen map[string]map[diff.Impact]bool, row string, i diff.Impact) {
	if seen[row] == nil {
		seen[row] = map[diff.Impact]bool{}
	}
	seen[row][i] = true
}

func keys(set map[diff.Impact]bool) []diff.Impact { return slices.Sorted(maps.Keys(set)) }

// impactTable reads which classes each row of the table has, by the names of
// fields in JSON.
func impactTable(t *testing.T) map[string]map[diff.Impact]bool {
	t.Helper()
	lines := strings.Split(strings.ReplaceAll(commentOfImpact(t), "\t", ""), "\n")
	header := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "field ") })
	if header < 0 || len(lines) < header+3 {
		t.Fatal("the comment of Impact has no table")
	}
	starts := []int{0}
	for i, c := range lines[header+1] {
		if c == '-' && lines[header+1][i-min(i, 1)] == ' ' {
			starts = append(starts, i)
		}
	}
	classes := []diff.Impact{"", diff.OpenFirst, diff.Review, diff.CanClose, diff.TextOnly}
	if len(starts) != len(classes) {
		t.Fatalf("the table has %d columns", len(starts))
	}
	table := map[string]map[diff.Impact]bool{}
	var fields string
	var row map[diff.Impact]bool
	for _, line := range lines[header+2:] {
		if line == "" {
			break
		}
		name, _, _ := strings.Cut(line, "  ") // which may reach into the columns
		if name != "" && fields == "" {
			row = map[diff.Impact]bool{}
		}
		fields += name
		for i := range starts[1:] {
			begin, end := max(starts[i+1], len(name)), len(line)
			if i+2 < len(starts) {
				end = min(end, starts[i+2])
			}
			if begin < end && strings.TrimSpace(line[begin:end]) != "" {
				row[classes[i+1]] = true
			}
		}
		if strings.HasSuffix(fields, ",") || fields == "" {
			continue // the row goes on, or only its cells do
		}
		for name := range strings.SplitSeq(fields, ",") {
			for _, name := range jsonNames(strings.TrimSpace(name)) {
				if table[name] != nil {
					t.Errorf("two rows name %q", name)
				}
				table[name] = row
			}
		}
		fields = ""
	}
	return table
}

// jsonNames returns what a field of the table is called in JSON.
func jsonNames(name string) []string {
	switch name {
	case rowNew, rowRemoved, rowOthers:
		return []string{name}
	case "condition(s)":
		return []string{"condition", "conditions"}
	case "application protocols":
		return []string{"appProtocols"}
	}
	words := strings.Fields(name)
	words[0] = strings.ToLower(words[0])
	for i := range words[1:] {
		words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
	}
	return []string{strings.Join(words, "")}
}

func commentOfImpact(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "impact.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE && g.Specs[0].(*ast.TypeSpec).Name.Name == "Impact" {
			return g.Doc.Text()
		}
	}
	t.Fatal("no type Impact")
	return ""
}

// randomFlows returns a few flows between three components, with so few values
// that flows often share them.
func randomFlows(random *rand.Rand) []portbook.FlowRecord {
	flows := make([]portbook.FlowRecord, 1+random.IntN(4))
	for i := range flows {
		flows[i] = base()
		for _, name := range recordFields() {
			redraw(random, &flows[i], name)
		}
		flows[i].ID = portbook.FlowID("p/" + string(rune('a'+i)))
	}
	return flows
}

// nextVersion lets flows go and come and draws a field or two of others again.
// A flow that goes may come again under another id.
func nextVersion(random *rand.Rand, flows []portbook.FlowRecord) []portbook.FlowRecord {
	var next []portbook.FlowRecord
	for _, r := range flows {
		switch random.IntN(5) {
		case 0:
			continue
		case 1:
			r.ID += "'"
		case 2, 3:
			for range 1 + random.IntN(2) {
				redraw(random, &r, draw(random, recordFields()...))
			}
		}
		next = append(next, r)
	}
	if random.IntN(3) == 0 {
		added := randomFlows(random)[0]
		added.ID = "p/new"
		next = append(next, added)
	}
	return next
}

// redraw draws a field again. One without a rule of its own gets the value that
// a flow of the built-in catalog has.
func redraw(random *rand.Rand, r *portbook.FlowRecord, name string) {
	switch f := redraws[name]; {
	case f != nil:
		f(random, r)
	case name != "id":
		i := slices.Index(recordFields(), name)
		from := draw(random, builtinRecords()...)
		reflect.ValueOf(r).Elem().Field(i).Set(reflect.ValueOf(from).Field(i))
	}
}

// varies reports whether flows of the built-in catalog differ in a field.
func varies(field int) bool {
	value := func(r portbook.FlowRecord) any { return reflect.ValueOf(r).Field(field).Interface() }
	first := value(builtinRecords()[0])
	return slices.ContainsFunc(builtinRecords(), func(r portbook.FlowRecord) bool { return !reflect.DeepEqual(value(r), first) })
}

var builtinRecords = sync.OnceValue(func() []portbook.FlowRecord { return recordsOf(portbook.Builtin()) })

// redraws holds how to draw fields, by name. Lists are in one order: another
// one is told by TestImpact.
var redraws = map[string]func(random *rand.Rand, r *portbook.FlowRecord){
	"product": func(random *rand.Rand, r *portbook.FlowRecord) { r.Product = draw[portbook.Product](random, "p", "q") },
	"component": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Component = draw[portbook.Component](random, "p/a", "p/b")
	},
	"from": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.From = some[portbook.Component](random, "p/a", "p/b")
	},
	"to": func(random *rand.Rand, r *portbook.FlowRecord) { r.To = some[portbook.Component](random, "p/b", "p/c") },
	"initiator": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Initiator = draw(random, portbook.InitiatorFrom, portbook.InitiatorEither, portbook.InitiatorUnstated)
	},
	"protocols": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Protocols = draw(random, nil, []portbook.Protocol{portbook.TCP}, []portbook.Protocol{portbook.TCP, portbook.UDP}, []portbook.Protocol{portbook.SCTP})
	},
	"ports": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Ports = draw(random, portbook.PortSet{}, ports("80/tcp"), ports("443/tcp"), ports("80,443/tcp"), ports("80/tcp 53/udp"))
	},
	"sourcePorts": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.SourcePorts = draw(random, portbook.PortSet{}, ports("1-65535/tcp"), ports("1024-65535/tcp"))
	},
	"portKind": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.PortKind = draw(random, portbook.PortKindListed, portbook.PortKindVaries)
	},
	"portChoice": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.PortChoice = draw(random, portbook.PortChoiceAll, portbook.PortChoiceOneOf)
	},
	"direction": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Direction = draw(random, portbook.DirectionInbound, portbook.DirectionOutbound)
	},
	"configurable": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Configurable = draw(random, portbook.ConfigurableYes, portbook.ConfigurableNo)
	},
	"setting": func(random *rand.Rand, r *portbook.FlowRecord) { r.Setting = draw(random, "", "Port", "Other port") },
	"requirement": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Requirement = draw(random, portbook.RequirementRequired, portbook.RequirementRequired, portbook.RequirementOptional, portbook.RequirementConditional)
	},
	"condition": func(random *rand.Rand, r *portbook.FlowRecord) { r.Condition = draw(random, "", "If it rains.") },
	"conditions": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Conditions = some[portbook.ConditionID](random, "p/rain", "p/snow")
	},
	"appProtocols": func(random *rand.Rand, r *portbook.FlowRecord) { r.AppProtocols = some(random, "HTTP", "LDAP") },
	"osServices":   func(random *rand.Rand, r *portbook.FlowRecord) { r.OSServices = some(random, "httpd", "slapd") },
	"hosts": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Hosts = draw(random, nil, hosts("a.example"), hosts("b.example"), hosts("a.example", "b.example"))
	},
	"purpose": func(random *rand.Rand, r *portbook.FlowRecord) { r.Purpose = draw(random, "", "Orders.", "Returns.") },
	"notes":   func(random *rand.Rand, r *portbook.FlowRecord) { r.Notes = some(random, "Slow.", "Rare.") },
	"citations": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Citations = []portbook.Citation{{Document: "d", Section: "s", Row: 1 + random.IntN(2)}}
	},
	"published": func(random *rand.Rand, r *portbook.FlowRecord) { r.Published.Ports = draw(random, "80", "80, 443") },
	"inferred": func(random *rand.Rand, r *portbook.FlowRecord) {
		r.Inferred = some[portbook.Field](random, "from", "to")
	},
	"quirks": func(random *rand.Rand, r *portbook.FlowRecord) { r.Quirks = some(random, portbook.QuirkTwoNames) },
}

func draw[T any](random *rand.Rand, values ...T) T { return values[random.IntN(len(values))] }

// some returns at least one of two values, or the one or none, in their order.
func some[T any](random *rand.Rand, values ...T) []T {
	if len(values) == 1 {
		return values[:random.IntN(2)]
	}
	return draw(random, values, values[:1], values[1:])
}
