package terraform_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/terraform"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// The rules of a database's security group.
func ExampleWrite() {
	s, err := sitefile.Load(os.DirFS("../../examples"), "cloud/cloud.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "database", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := terraform.Write(&file, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		if strings.Contains(line, "_port") || strings.HasPrefix(line, "resource") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	//
}
