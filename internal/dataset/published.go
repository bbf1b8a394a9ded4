package dataset

import (
	"fmt"
	"slices"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/portset"
)

// parsePublished reads the protocol and port cells of a document as their plain meaning: "TCP/UDP (DNS)" and "53", "TCP" and
// "135, 49152-65535", "PXE over UDP" and "67-68/4011". Cells that need a reader's judgement, such as "UDP" and "TCP 4433",
// are an error that names the quirk that is due.
func parsePublished(protocol, ports string) (portset.Set, error) {
	row, err := portcell.Combine(protocol, ports)
	if err != nil {
		return portset.Set{}, fmt.Errorf("published %w", err)
	}
	due := slices.DeleteFunc(row.Quirks, func(code string) bool { return quirkBits(code)&explainsPorts == 0 })
	if len(due) > 0 {
		return portset.Set{}, fmt.Errorf("published %q %q has the quirks %q", protocol, ports, due)
	}
	return row.Ports, nil
}
