// Command portbook-beam is portbook, whose audit reads the logs on a cluster:
// the names of logs are patterns, and the flags of Apache Beam say where it
// runs. Without them it runs in this process.
//
//	portbook-beam audit tokyo.yaml --log 'logs/*.log.gz'
//	portbook-beam audit tokyo.yaml --log 's3://logs/2026-11-27/*' --output audit.xlsx \
//		--runner flink --endpoint localhost:8099 --result_location s3://results
package main

import (
	"flag"
	"os"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/portbook/portbook/internal/cli"

	_ "time/tzdata" // the containers of workers may have none

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/s3"
)

func main() {
	// A runner starts this program again as a worker, in which Init stays.
	if slices.ContainsFunc(os.Args[1:], func(s string) bool { return strings.HasPrefix(s, "--worker=") }) {
		flag.Parse()
	}
	beam.Init()
	os.Exit(cli.RunWith(engine{}, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
