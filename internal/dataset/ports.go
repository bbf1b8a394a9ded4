package dataset

import (
	"strings"

	"github.com/portbook/portbook/internal/portset"
)

// readPorts reads the text form of a set; ok is false when it is malformed.
func (s *Source) readPorts(o *object, key string) (set portset.Set, ok bool) {
	value := o.str(key)
	o.note(key, form{kind: portsValue})
	if s.ranges > maxRanges {
		return set, false // reported once
	}
	// A few letters stand for many ranges, "1,3,5/*" for 768, so what they
	// stand for is counted before it is made.
	if s.ranges += rangesIn(value); s.ranges > maxRanges {
		s.stop(o.at(key), "holds, with the files before it, more than %d ranges of ports", maxRanges)
		return set, false
	}
	set, err := portset.Parse(value)
	if err != nil {
		o.problems.add(o.at(key), o.entry, "field %q: %v", key, err)
	}
	return set, err == nil
}

// rangesIn returns how many ranges a text of ports can stand for at most.
func rangesIn(text string) int {
	n := 0
	for group := range strings.FieldsSeq(text) {
		list, protocols, _ := strings.Cut(group, "/")
		width := 1
		if strings.ContainsAny(protocols, "*-") { // a keyword with a hyphen counts as well
			width = 256
		}
		n += width * (1 + strings.Count(list, ","))
	}
	return n
}
