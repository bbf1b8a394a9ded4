package kubernetes_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/kubernetes"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// The network policies of an application's pods.
func ExampleWrite() {
	s, err := sitefile.Load(os.DirFS("../../examples"), "cloud/cloud.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "application", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := kubernetes.Write(&file, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		if strings.Contains(line, "kind:") || strings.Contains(line, "port:") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// kind: NetworkPolicy
	// port: 22
	// port: 8080
	// port: 5671
	// port: 1433
	// port: 53
	// port: 53
	// port: 636
	// port: 6514
}
