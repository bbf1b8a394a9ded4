package html_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
)

// A page for a browser: one file without references to others.
func Example() {
	var page strings.Builder
	flows := portbook.Flows().DocumentedBy(portbook.ProductServiceGateway)
	if err := report.Write(&page, flows, report.Options{Format: html.Format, Title: "Service Gateway"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(page.String(), ">Service Gateway</title>"), strings.Contains(page.String(), "<script src"))
	// Output:
	// true false
}
