package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// coverageFile says how well each document is covered.
const coverageFile = "data/COVERAGE.md"

// coverage returns, for each document, its rows, the flows taken from them,
// what of these is stated and what inferred, and what is wrong or ambiguous.
func coverage(t *table.Table) []byte {
	var b strings.Builder
	b.WriteString("# Coverage\n\nWhat the data takes from each document. Written by `go generate ./...`; `go run ./gen coverage` prints it.\n")
	for i := range t.Documents {
		documentCoverage(&b, t, i)
	}
	return []byte(b.String())
}

func documentCoverage(b *strings.Builder, t *table.Table, document int) {
	d := &t.Documents[document]
	var flows []*table.Flow
	var said []table.Statement
	cited := map[uint32]bool{}
	for i := range t.Flows {
		mine := false
		for _, packed := range t.List(t.Flows[i].Citations) {
			if t.Sections[packed>>16].Document == uint32(document) {
				mine = true
				cited[packed&0xffff] = true
			}
		}
		if mine {
			flows = append(flows, &t.Flows[i])
			said = append(said, saidOf(t, i, document))
		}
	}
	delete(cited, 0) // prose
	excluded := t.List(d.Excluded)
	fmt.Fprintf(b, "\n## %s\n\n`%s`, %s, %s.\n\n", t.Text(d.Title), t.Name(d.ID), t.Name(d.Publisher), t.Name(d.Language))
	fmt.Fprintf(b, "| | |\n| --- | ---: |\n| published %s | %d |\n| cited by flows | %d |\n| no flows | %d |\n| flows | %d |\n",
		table.Counts[d.Counts], d.Rows, len(cited), len(excluded)/3, len(flows))
	for _, r := range table.Requirements {
		fmt.Fprintf(b, "| %s flows | %d |\n", r, count(flows, func(f *table.Flow) bool { return table.Requirements[f.Enums[table.Requirement]] == r }))
	}
	if len(excluded) > 0 {
		fmt.Fprintf(b, "\n| Row without a flow | Reason |\n| ---: | --- |\n")
		for triple := range slices.Chunk(excluded, 3) { // row, name and text of the reason
			fmt.Fprintf(b, "| %d | %s |\n", triple[0], strings.ReplaceAll(t.Text(triple[2]), "|", `\|`))
		}
	}
	if len(flows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| Field | Stated | Inferred | Not stated |\n| --- | ---: | ---: | ---: |\n")
	for bit, field := range table.InferredFields {
		stated, inferred := 0, 0
		for _, x := range said {
			stated += int(x.Fields >> bit & 1)
			inferred += int(x.Values.Inferred >> bit & 1)
		}
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", field, stated, inferred, len(said)-stated-inferred)
	}
	quirks := func(bit int) int {
		n := 0
		for _, x := range said {
			n += int(x.Values.Quirks >> bit & 1)
		}
		return n
	}
	if !slices.ContainsFunc(said, func(x table.Statement) bool { return x.Values.Quirks != 0 }) {
		return
	}
	fmt.Fprintf(b, "\n| Quirk | Flows |\n| --- | ---: |\n")
	for bit, quirk := range table.Quirks {
		if n := quirks(bit); n > 0 {
			fmt.Fprintf(b, "| %s | %d |\n", quirk, n)
		}
	}
}

func count(flows []*table.Flow, match func(*table.Flow) bool) int {
	n := 0
	for _, f := range flows {
		if match(f) {
			n++
		}
	}
	return n
}

// saidOf returns what a document says about a flow.
func saidOf(t *table.Table, flow, document int) table.Statement {
	for _, x := range t.StatementsOf(uint32(flow)) {
		if t.Sections[t.List(x.Values.Citations)[0]>>16].Document == uint32(document) {
			return x
		}
	}
	x := table.Statement{Flow: uint32(flow), Values: t.Flows[flow]}
	for bit, key := range table.InferredFields {
		if x.Values.Inferred>>bit&1 == 0 && hasField(&x.Values, key) {
			x.Fields |= 1 << bit
		}
	}
	return x
}

// hasField reports whether a flow has a value for a field that can be inferred.
func hasField(f *table.Flow, key string) bool {
	field := table.FieldOf(key)
	switch v := field.Of(f).(type) {
	case *uint8:
		return field.Values[*v] != "unstated"
	case *uint32:
		return *v != 0
	}
	return true
}
