package flowlog_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// The format of a log is found by its content; names of columns that it does
// not use itself are given.
func ExampleRead() {
	const csv = `client,server,transport,service port
203.0.113.5,192.0.2.10,tcp,8443
192.0.2.10,203.0.113.25,tcp,25
`
	stats, err := flowlog.Read(strings.NewReader(csv), flowlog.Options{Fields: map[flowlog.Field]string{
		flowlog.FieldSource: "client", flowlog.FieldDestination: "server", flowlog.FieldProtocol: "transport", flowlog.FieldDestinationPort: "service port",
	}}, func(r *audit.Record) {
		fmt.Println(r.From, "->", r.To, r.Protocol, r.ToPort)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.Format, stats.Records)
	// Output:
	// 203.0.113.5 -> 192.0.2.10 tcp 8443
	// 192.0.2.10 -> 203.0.113.25 tcp 25
	// csv 2
}
