package diff_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
)

// An export from before an update, compared with the catalog of the program: what must be opened first?
func ExampleCompare() {
	const export = `{"version": "2025-10", "language": "en", "flows": [{
		"id": "host-security/mail-sender/smtp", "product": "host-security", "component": "host-security/mail-sender",
		"from": ["host-security/mail-sender"], "to": ["site/smtp-server"], "ports": "25/tcp", "protocols": ["tcp"], "requirement": "required",
		"initiator": "from", "portKind": "listed", "portChoice": "all", "direction": "outbound", "configurable": "unstated"
	}]}`
	before, err := diff.ReadSnapshot(strings.NewReader(export))
	if err != nil {
		log.Fatal(err)
	}
	changes := diff.Compare(before, diff.SnapshotOf(portbook.Builtin()))
	for _, x := range changes.List {
		if x.Old != nil {
			fmt.Println(x.ID, "gained", x.Gained)
		}
	}
	fmt.Println(changes.Count(diff.OpenFirst) > 100, changes.Count(diff.CanClose))
	// Output:
	// host-security/mail-sender/smtp gained 587/tcp
	// true 0
}
