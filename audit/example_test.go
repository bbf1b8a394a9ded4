package audit_test

import (
	"fmt"
	"log"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/site/sitefile"
)

// What does a day's log show that nothing documents?
func Example() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open("../examples/site/conn.log")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	tally := audit.Compile(s.Plan()).NewTally()
	if _, err := flowlog.Read(file, flowlog.Options{}, tally.Add); err != nil {
		log.Fatal(err)
	}
	for _, f := range tally.Findings().List {
		if f.Verdict == audit.VerdictUndocumented && !f.To.IsZero() {
			fmt.Println(f.From, "->", f.To, f.Ports, f.Reason)
		}
	}
	// Output:
	// clients-east -> central 4343/tcp port
	// exchange -> database 1433/tcp from
	// packages-east -> gateway 443/tcp from
}
