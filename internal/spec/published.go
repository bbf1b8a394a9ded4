package spec

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/portbook/portbook/internal/portset"
)

var (
	inParentheses = regexp.MustCompile(`\([^)]*\)`)
	overTransport = regexp.MustCompile(`(?i)^.* over (tcp|udp)$`)
	portJoiners   = strings.NewReplacer("/", ",", "、", ",", "または", ",", " or ", ",", " and ", ",")
)

// parsePublished reads the protocol and port cells of a document as their plain meaning: "TCP/UDP (DNS)" and "53", "TCP" and
// "135, 49152-65535", "PXE over UDP" and "67-68/4011". A cell that says anything else is an error; the data then needs a
// quirk that tells why.
func parsePublished(protocol, ports string) (portset.Set, error) {
	protocols, err := publishedProtocols(protocol)
	if err != nil {
		return portset.Set{}, err
	}
	ports = strings.TrimRight(inParentheses.ReplaceAllString(ports, ""), "* ")
	var ranges [][2]uint32
	for item := range strings.SplitSeq(portJoiners.Replace(ports), ",") {
		lo, hi, err := portset.ParsePortRange(strings.TrimSpace(item))
		if err != nil {
			return portset.Set{}, fmt.Errorf("published ports: %w", err)
		}
		for _, p := range protocols {
			ranges = append(ranges, [2]uint32{portset.Key(p, lo), portset.Key(p, hi)})
		}
	}
	return portset.FromRanges(ranges), nil
}

func publishedProtocols(cell string) ([]uint8, error) {
	cell = strings.TrimSpace(inParentheses.ReplaceAllString(cell, ""))
	if m := overTransport.FindStringSubmatch(cell); m != nil {
		cell = m[1]
	}
	var list []uint8
	for name := range strings.SplitSeq(cell, "/") {
		p, err := portset.ParseProtocol(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("published protocol: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// publishedDirections maps a direction cell, in lower case, to the value of the flow's direction.
var publishedDirections = map[string]string{
	"": "unstated", "inbound": "inbound", "outbound": "outbound", "inbound/outbound": "both", "outbound/inbound": "both",
}
