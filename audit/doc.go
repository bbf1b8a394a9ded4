// Package audit compares what a site needs with what logs show.
//
// Compile prepares a plan; a Tally counts the records of logs, which package
// flowlog reads; and Findings says of each need whether it was seen, and what
// was seen that nothing documents.
//
//	m := audit.Compile(plan)
//	t := m.NewTally()
//	stats, err := flowlog.Read(log, flowlog.Options{}, t.Add)
//	for _, f := range t.Findings().List {
//		...
//	}
package audit
