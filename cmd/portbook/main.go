// Command portbook answers questions about the network flows that documented
// products need, and makes reports of them in Japanese and English.
//
//	portbook report --lang ja,en -o report.html     the full port matrix, for a browser
//	portbook report --lang ja -o report.xlsx        the same as a workbook
//	portbook report --view ports                    what each host listens on, and who needs it
//	portbook flows --from itms --port 443           the flows that match
//	portbook flows --between itms,site --json id    the same for programs, with some fields or a jq filter
//	portbook show itms/package-server/unc-inbound   all that is known about a flow, component or product
//	portbook lookup 4343/tcp                        what uses a port
//	portbook diagram --product apex-central         which components connect to which, as SVG, DOT or Mermaid
//	portbook products, portbook components          what is covered
//	portbook ports itms - 1-1023/tcp                set algebra on ports
//	portbook diff before.json builtin               what changed, and what that means for the firewall
//	portbook plan tokyo.yaml                        what your own network needs, from host to host
//	portbook init DIR, portbook validate DIR        begin and check a folder of your own data
//	portbook i18n missing DIR                       the texts that its languages lack
//	portbook version                                the program and the version of its data
package main

import (
	"os"

	"github.com/portbook/portbook/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) }
