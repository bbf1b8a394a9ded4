package source_test

import (
	"fmt"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
)

// The second row has lost its direction: its port stands one column to the left.
func ExampleRead() {
	const page = `
## Server

| Component | Protocol | Direction | Port    |
|-----------|----------|-----------|---------|
| Server    | TCP      | Inbound   | 443     |
| Server    | UDP      | 514     ||
`
	doc, err := source.Read("ports.md", strings.NewReader(page), source.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range doc.Rows {
		ports, _ := row.Field(source.FieldPorts)
		fmt.Printf("row %d of section %s, at %v: %q, shifted: %v\n", row.Number, row.Section, row.Position, ports, row.Shifted)
	}
	// Output:
	// row 1 of section Server, at line 6: "443", shifted: false
	// row 2 of section Server, at line 7: "514", shifted: true
}
