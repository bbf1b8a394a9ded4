package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
)

// TestNames reads products and components by every name that they have.
func TestNames(t *testing.T) {
	c := portbook.Builtin()
	languages := localizersOf(c)
	for name, want := range map[string]portbook.Endpoint{
		"itms": portbook.ProductITMS, "ITMS": portbook.ProductITMS, "Apex Central": portbook.ProductApexCentral,
		"apex  central": portbook.ProductApexCentral, "ＡＰＥＸ Central": portbook.ProductApexCentral,
		"Site/SMTP-Server": portbook.ComponentSiteSMTPServer,
	} {
		if got, err := endpoint(c, name); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", name, got, err, want)
		}
	}
	ambiguous := 0
	for _, id := range endpointIDs(c) {
		for _, name := range namesOf(c, id, languages) {
			got, err := endpoint(c, strings.ToUpper(name))
			switch {
			case err != nil && strings.Contains(err.Error(), id):
				ambiguous++
			case err != nil:
				t.Errorf("%q of %s: %v", name, id, err)
			case !slices.ContainsFunc(namesOf(c, fmt.Sprint(got), languages), func(s string) bool { return folded(s) == folded(name) }):
				t.Errorf("%q of %s is %v", name, id, got)
			}
		}
	}
	if ambiguous == 0 {
		t.Error("no name is shared, so that nothing shows how such a name is refused")
	}
}
