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

// The rules of a batch server's security group that let others in.
func ExampleWrite() {
	s, err := sitefile.Load(os.DirFS("../../examples"), "cloud/cloud.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "batch", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := terraform.Write(&file, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		if strings.Contains(line, "ingress_rule") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// resource "aws_vpc_security_group_ingress_rule" "ingress_batch_administrators_tcp_22_236b70c3" {
}
