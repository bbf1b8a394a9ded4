package windows_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/windows"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// The rules of a mail server, as a script of PowerShell.
func ExampleWrite() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "mail", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var script strings.Builder
	if err := windows.Write(&script, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(script.String()) {
		if strings.Contains(line, "RemoteAddress") || strings.Contains(line, "LocalPort") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// LocalPort     = @('25')
	// RemoteAddress = @('192.0.2.10')
}
