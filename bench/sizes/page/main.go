// Command page writes a report for a browser.
package main

import (
	"log"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
)

func main() {
	if err := report.Write(os.Stdout, portbook.Flows(), report.Options{Format: html.Format}); err != nil {
		log.Fatal(err)
	}
}
