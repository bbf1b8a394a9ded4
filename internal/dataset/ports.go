package dataset

import "github.com/portbook/portbook/internal/portset"

// readPorts reads the text form of a set; ok is false when it is malformed.
func (s *Source) readPorts(o *object, key string) (set portset.Set, ok bool) {
	value := o.str(key)
	o.note(key, form{kind: portsValue})
	if s.ranges > maxRanges {
		return set, false // reported once
	}
	set, ranges, err := portset.ParseWithin(value, maxRanges-s.ranges)
	if s.ranges += ranges; s.ranges > maxRanges {
		s.stop(o.at(key), "holds, with the files before it, more than %d ranges of ports", maxRanges)
		return set, false
	}
	if err != nil {
		o.problems.add(o.at(key), o.entry, "field %q: %v", key, err)
	}
	return set, err == nil
}
