package audit_test

import (
	"fmt"
	"log"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/audit/sockets"
	"github.com/portbook/portbook/firewall/nftables"
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

// Which needs does a host's own firewall not permit, and what does it permit in
// excess of them?
func ExampleFindings_AddRules() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open("../examples/site/central.nft.json")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	set, err := nftables.Read(file, s)
	if err != nil {
		log.Fatal(err)
	}
	central, _ := s.End("central")
	findings := audit.Compile(s.Plan()).NewTally().Findings()
	if err := findings.AddRules(audit.Firewall{Name: "central", Rules: set, Host: central}); err != nil {
		log.Fatal(err)
	}
	for _, f := range findings.List {
		if f.Verdict == audit.VerdictNotPermitted {
			fmt.Println(f.Verdict, f.Rule.Direction, f.From, "->", f.To, f.Ports)
		}
	}
	// Output:
	// not-permitted inbound exchange -> central 10323/udp
}

// On which ports does a host listen that nothing documents?
func ExampleListening() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open("../examples/site/central.ss")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	list, err := sockets.Read(file)
	if err != nil {
		log.Fatal(err)
	}
	central, _ := s.End("central")
	for _, f := range audit.Listening(s.Plan(), central, list) {
		fmt.Println(f.Verdict, f.Ports)
	}
	// Output:
	// listening 8443/tcp
	// listening 8443/tcp
	// not-listening 10198/tcp
	// listening 10323/udp
	// not-listening 20101/tcp
	// undocumented-listener 9100/tcp
}
