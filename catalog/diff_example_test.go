package catalog_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
)

// An export from before an update, compared with the catalog of the program: what must be opened first?
func ExampleCompare() {
	const export = `[{
		"id": "host-security/mail-sender/smtp", "product": "host-security", "component": "host-security/mail-sender",
		"from": ["host-security/mail-sender"], "to": ["site/smtp-server"], "ports": "25/tcp", "protocols": ["tcp"], "requirement": "required",
		"initiator": "from", "portKind": "listed", "portChoice": "all", "direction": "outbound", "configurable": "unstated"
	}]`
	before, err := catalog.ReadEdition(strings.NewReader(export))
	if err != nil {
		log.Fatal(err)
	}
	changes := catalog.Compare(before, catalog.EditionOf(portbook.Builtin()))
	for _, x := range changes.List {
		if x.Old != nil {
			fmt.Println(x.ID, "gained", x.Gained)
		}
	}
	fmt.Println(changes.Count(catalog.OpenFirst) > 100, changes.Count(catalog.CanClose))
	// Output:
	// host-security/mail-sender/smtp gained 587/tcp
	// true 0
}
