package audit

import "encoding/binary"

// seal adds to the print what else two plans can differ in when their needs use
// the same ports between as many classes: the addresses of the classes, their
// ends, and the flows that are needed. Tallies of both must not be merged.
func (m *Matcher) seal() {
	b := binary.BigEndian.AppendUint64(nil, m.print)
	c := m.classes
	for _, x := range c.v4 {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	for _, runs := range c.cuts {
		for _, r := range runs {
			b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, r.first), r.class)
		}
	}
	for _, r := range c.v6 {
		b = binary.BigEndian.AppendUint32(append(b, r.first.AsSlice()...), r.class)
	}
	for _, members := range c.members {
		b = binary.BigEndian.AppendUint32(b, uint32(len(members)))
		for _, end := range members {
			b = appendText(b, m.ends[end].Name())
		}
	}
	for _, n := range m.needs {
		b = appendText(appendText(appendText(b, n.Flow.String()), n.From.Name()), n.To.Name())
	}
	m.print = sum(b)
}

// appendText appends a text so that where it ends is known.
func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
