package auditbeam_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/beam/auditbeam"
)

// What do the logs of a folder show that nothing documents? A program calls
// beam.Init first, and the runner is that of the flag --runner.
func Example() {
	site, err := auditbeam.ReadSite(os.DirFS("../../examples/site"), "tokyo.yaml", time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "counts")

	p, s := beam.NewPipelineWithRoot()
	files := auditbeam.Match(s, "../../examples/site/*.log", "../../examples/site/firewall.csv")
	auditbeam.Write(s, result, auditbeam.Count(s, site, auditbeam.Reading{}, files))
	if err := beamx.Run(context.Background(), p); err != nil {
		log.Fatal(err)
	}

	counts, err := auditbeam.Read(context.Background(), result)
	if err != nil {
		log.Fatal(err)
	}
	loaded, err := site.Load()
	if err != nil {
		log.Fatal(err)
	}
	tally, err := counts.Tally(audit.Compile(loaded.Plan()))
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range tally.Findings().List {
		if f.Verdict == audit.VerdictUndocumented && !f.To.IsZero() {
			fmt.Println(f.From, "->", f.To, f.Ports, f.Reason)
		}
	}
	fmt.Println(counts.Stats().Files, "files,", counts.Stats().Records, "records")
	// Output:
	// clients-east -> central 4343/tcp port
	// exchange -> database 1433/tcp from
	// packages-east -> gateway 443/tcp from
	// 2 files, 88 records
}
