package sarif_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/sarif"
	"github.com/portbook/portbook/site/sitefile"
)

// An audit for a service of continuous integration.
func Example() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open("../../examples/site/conn.log")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	tally := audit.Compile(s.Plan()).NewTally()
	if _, err := flowlog.Read(file, flowlog.Options{}, tally.Add); err != nil {
		log.Fatal(err)
	}
	var w strings.Builder
	if err := report.WriteFindings(&w, tally.Findings(), report.Options{Format: sarif.Format}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Count(w.String(), `"ruleId": "undocumented"`), "results of rule undocumented")
	// Output:
	// 4 results of rule undocumented
}
