package portbook

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// constants reads the exported string constants of the package's files, by
// type and in order: their names and values.
func constants(t *testing.T) map[string][][2]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string][][2]string{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				kind, isTyped := v.Type.(*ast.Ident)
				if value, isLiteral := v.Values[0].(*ast.BasicLit); isTyped && isLiteral && value.Kind == token.STRING {
					s, _ := strconv.Unquote(value.Value)
					list[kind.Name] = append(list[kind.Name], [2]string{v.Names[0].Name, s})
				}
			}
			return true
		})
	}
	return list
}

// checkEnumeration compares the values of an enumeration with its constants,
// and reads each of them and some that are none.
func checkEnumeration[E Enumeration](t *testing.T, all map[string][][2]string, kind string) {
	t.Helper()
	var values []string
	for _, c := range all[kind] {
		values = append(values, c[1])
		if !strings.HasPrefix(c[0], kind) || len(c[0]) == len(kind) {
			t.Errorf("constant %s is not named after its type %s", c[0], kind)
		}
	}
	delete(all, kind)
	var got []string
	for _, v := range Values[E]() {
		got = append(got, string(v))
	}
	if diff := cmp.Diff(values, got); diff != "" {
		t.Errorf("%s (-constants +values):\n%s", kind, diff)
	}
	for _, v := range Values[E]() {
		var back E
		data, err := json.Marshal(v)
		if err == nil {
			err = json.Unmarshal(data, &back)
		}
		if parsed, err2 := ParseValue[E](string(v)); err != nil || err2 != nil || back != v || parsed != v {
			t.Errorf("%s %q: read back as %q and %q (%v, %v)", kind, v, back, parsed, err, err2)
		}
	}
	before := Values[E]()[0]
	for _, s := range []string{"", "urgent", strings.ToUpper(string(before)), " " + string(before), strings.Repeat("x", 1000)} {
		back := before
		data, _ := json.Marshal(s)
		_, err := ParseValue[E](s)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Input != s || len(err.Error()) > 1000 || !strings.HasPrefix(err.Error(), "portbook: unknown ") ||
			!strings.HasSuffix(err.Error(), " (expected: "+strings.Join(values, ", ")+")") {
			t.Errorf("%s %q: the error is %v", kind, s, err)
		}
		if err := json.Unmarshal(data, &back); err == nil || back != before {
			t.Errorf("%s %q: JSON is read as %q, %v", kind, s, back, err)
		}
	}
}

// TestEnumerations compares the constants of each enumeration with the values
// of the data format.
func TestEnumerations(t *testing.T) {
	all := constants(t)
	checkEnumeration[Initiator](t, all, "Initiator")
	checkEnumeration[PortKind](t, all, "PortKind")
	checkEnumeration[PortChoice](t, all, "PortChoice")
	checkEnumeration[Direction](t, all, "Direction")
	checkEnumeration[Configurable](t, all, "Configurable")
	checkEnumeration[Requirement](t, all, "Requirement")
	checkEnumeration[Firewall](t, all, "Firewall")
	checkEnumeration[Quirk](t, all, "Quirk")
	checkEnumeration[Field](t, all, "Field")
	checkEnumeration[Hosting](t, all, "Hosting")
	checkEnumeration[Governs](t, all, "Governs")
	checkEnumeration[Counts](t, all, "Counts")
	checkEnumeration[NoteKind](t, all, "NoteKind")
	checkEnumeration[SettingKind](t, all, "SettingKind")
	checkEnumeration[ObjectAction](t, all, "ObjectAction")
	checkEnumeration[ScanType](t, all, "ScanType")
	checkEnumeration[ScanAction](t, all, "ScanAction")
	checkEnumeration[DecisionStep](t, all, "DecisionStep")
	if left := slices.Sorted(maps.Keys(all)); !slices.Equal(left, []string{"Component", "FlowID", "Product"}) {
		t.Errorf("these types have constants besides the ids of the data, and are not checked: %v", left)
	}
}
