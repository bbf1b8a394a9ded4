package portbook_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
)

// exportedTypes reads the names of the exported types of the package that have
// values: no interfaces.
func exportedTypes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if x, ok := n.(*ast.TypeSpec); ok && x.Name.IsExported() {
				if _, isInterface := x.Type.(*ast.InterfaceType); !isInterface {
					names = append(names, x.Name.Name)
				}
			}
			return true
		})
	}
	slices.Sort(names)
	return names
}

// samples returns values of the exported types as a catalog has them, by type.
func samples() map[reflect.Type][]any {
	list := map[reflect.Type][]any{}
	seen := map[any]bool{}
	var add func(v reflect.Value)
	add = func(v reflect.Value) {
		if strings.HasPrefix(v.Type().String(), "portbook.") && v.CanInterface() {
			if v.Comparable() && seen[v.Interface()] {
				return
			} else if v.Comparable() {
				seen[v.Interface()] = true
			}
			if list[v.Type()] = append(list[v.Type()], v.Interface()); v.Type() == reflect.TypeFor[portbook.Catalog]() {
				return
			}
		}
		switch v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				add(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					add(v.Field(i))
				}
			}
		}
	}
	c := portbook.Builtin()
	product, _ := c.Product(portbook.ProductITMS)
	component, _ := c.Component(portbook.ComponentApexCentralServer)
	for f := range c.Flows().All() {
		add(reflect.ValueOf(f))
		add(reflect.ValueOf(f.Record(nil)))
		for _, r := range f.Ports().All() {
			add(reflect.ValueOf(r))
			add(reflect.ValueOf(r.First()))
		}
	}
	for _, v := range []any{
		product, component, c.Documents(), c.Notes(), c.Settings(), c.Conditions(), c.NamedPorts(), c.ActionMappings(), c.DecisionOrders(), c.Flows(), *c,
		portbook.Region("japan"), portbook.ExcludedRow{Row: 3, Reason: component.Name},
		portbook.Override{Flow: "a/b/c", Field: portbook.FieldPorts, Value: "8443/tcp", By: "our-site", Reason: component.Name},
	} {
		add(reflect.ValueOf(v))
	}
	return list
}

// texts adds the texts in a value.
func texts(list *[]string, v reflect.Value) {
	if x, ok := v.Interface().(portbook.Text); ok {
		*list = append(*list, x.String())
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			texts(list, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				texts(list, v.Field(i))
			}
		}
	}
}

// hasText reports whether a decoded JSON value holds a string.
func hasText(v any, s string) bool {
	switch v := v.(type) {
	case string:
		return v == s
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return hasText(x, s) })
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), func(x any) bool { return hasText(x, s) })
	}
	return false
}

// TestJSON marshals values of every exported type: what cannot be marshaled says
// so, and nothing is lost in silence. Reading back gives an equal value, or an
// error that says what is expected.
func TestJSON(t *testing.T) {
	all := samples()
	names := []string{"ParseError", "UnknownError"} // errors
	equal := cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b })
	for kind, list := range all {
		names = append(names, kind.Name())
		for _, v := range append(list, reflect.Zero(kind).Interface()) {
			data, err := json.Marshal(v)
			if err != nil {
				if !strings.Contains(err.Error(), "portbook: ") || !strings.Contains(err.Error(), "(expected: ") {
					t.Errorf("%s: %v", kind, err)
				}
				data = []byte(`{"a": 1}`)
			}
			var tree any
			if err := json.Unmarshal(data, &tree); err != nil || strings.Contains(string(data), "{}") {
				t.Fatalf("%s is marshaled as %s (%v)", kind, data, err)
			}
			var said []string
			texts(&said, reflect.ValueOf(v))
			for _, s := range said {
				if !hasText(tree, s) {
					t.Fatalf("%s loses %q: %s", kind, s, data)
				}
			}
			back := reflect.New(kind)
			switch err := json.Unmarshal(data, back.Interface()); {
			case err != nil:
				if !strings.HasPrefix(err.Error(), "portbook: ") || !strings.Contains(err.Error(), "(expected: ") {
					t.Errorf("%s, read from %s: %v", kind, data, err)
				}
			case !cmp.Equal(v, back.Elem().Interface(), equal, cmp.Exporter(func(reflect.Type) bool { return true })):
				t.Errorf("%s, read from %s, is %v, want %v", kind, data, back.Elem(), v)
			}
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(exportedTypes(t), names); diff != "" {
		t.Errorf("exported types (-package +tested):\n%s", diff)
	}
}

// TestFlowSetJSON reads the flows of a set back as records.
func TestFlowSetJSON(t *testing.T) {
	s := portbook.Flows().DocumentedBy(portbook.ProductScanMail)
	for want, s := range map[int]portbook.FlowSet{s.Len(): s, 0: s.From()} {
		data, err := json.Marshal(s)
		var records []portbook.FlowRecord
		if err == nil {
			err = json.Unmarshal(data, &records)
		}
		if err != nil || len(records) != want || records == nil {
			t.Fatalf("%d flows are read back as %d: %v", want, len(records), err)
		}
		i := 0
		for f := range s.All() {
			if records[i].ID != f.ID() {
				t.Errorf("flow %d is %s, want %s", i, records[i].ID, f)
			}
			i++
		}
	}
}
