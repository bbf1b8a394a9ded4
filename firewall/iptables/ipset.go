package iptables

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portbook/portbook/firewall/internal/readback"
	"go4.org/netipx"
)

// addressSet is a set of ipset: those of addresses and prefixes are understood.
type addressSet struct {
	builder netipx.IPSetBuilder
	known   bool
	set     *netipx.IPSet // what was built
}

// addToSet reads a line of "ipset save": "create friends hash:net family inet",
// "add friends 192.0.2.0/24".
func (x *reader) addToSet(fields []string) error {
	if len(fields) < 3 {
		return fmt.Errorf("%s is not a line of a set; expected: what ipset save lists", readback.Quote(strings.Join(fields, " ")))
	}
	name := fields[1]
	if fields[0] == "create" {
		if x.sets[name] != nil {
			return fmt.Errorf("the set %s is listed twice; expected: each set once", readback.Quote(name))
		}
		x.sets[name] = &addressSet{known: slices.Contains([]string{"hash:ip", "hash:net", "bitmap:ip"}, fields[2]) && !slices.Contains(fields, "timeout")}
		return nil
	}
	s := x.sets[name]
	if s == nil {
		return fmt.Errorf("the set %s is not listed before its addresses; expected: what ipset save lists", readback.Quote(name))
	}
	if !s.known {
		return nil
	}
	if slices.Contains(fields, "nomatch") {
		s.known = false
		return nil
	}
	r, err := netipx.ParseIPRange(fields[2])
	if err != nil {
		if prefix, failed := netip.ParsePrefix(fields[2]); failed == nil {
			r = netipx.RangeOfPrefix(prefix)
		} else if a, failed := netip.ParseAddr(fields[2]); failed == nil {
			r = netipx.IPRangeFrom(a, a)
		}
	}
	if !r.IsValid() || r.From().Zone() != "" {
		return fmt.Errorf("%s is not an address; expected: one, a prefix or a range", readback.Quote(fields[2]))
	}
	s.builder.AddRange(r)
	return nil
}

// inSet matches the addresses of a set: "friends src".
func (s *statement) inSet(name string) (readback.Matches, bool, error) {
	way, err := s.value("--match-set")
	if err != nil {
		return readback.Never(), false, err
	}
	set := s.sets[name]
	if set == nil || !set.known || way != "src" && way != "dst" {
		s.words = slices.Insert(s.words, 0, word{way, false})
		return readback.Any(), false, nil
	}
	if set.set == nil {
		set.set = readback.Built(&set.builder)
	}
	return s.addresses(way == "src", set.set), true, nil
}
