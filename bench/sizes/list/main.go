// Command list writes all flows as CSV.
package main

import (
	"log"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/report"
)

func main() {
	if err := report.WriteList(os.Stdout, portbook.Flows(), report.Options{Format: report.CSV}); err != nil {
		log.Fatal(err)
	}
}
