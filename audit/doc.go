// Package audit compares what a site needs with what its logs show, what its
// firewalls permit, and on which ports its hosts listen.
//
// [Compile] prepares a plan, a [Tally] counts the records of logs, and
// [Tally.Findings] reports for each need whether it was seen, and which
// connections no need explains:
//
//	m := audit.Compile(plan)
//	t := m.NewTally()
//	stats, err := flowlog.Read(log, flowlog.Options{}, t.Add)
//	for _, f := range t.Findings().List {
//		...
//	}
//
// [Findings.AddRules] adds what rule sets permit, and [Listening] compares the
// sockets of a host. Memory depends on what is found, not on the length of logs.
//
// Package flowlog reads logs, package sockets what ss and netstat print, and the
// packages below firewall read rule sets. Package report writes findings for
// people, and report/sarif for continuous integration.
package audit
