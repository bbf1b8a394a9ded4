package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
)

// The binary form of a tally begins with these bytes, the last of which is its
// version, and with the print of the plan.
const binaryMagic = "pbtally\x02"

// MarshalBinary returns a form for tallies of other processes. It is of this
// version of the package alone.
func (t *Tally) MarshalBinary() ([]byte, error) {
	t.strays.trim()
	b := binary.BigEndian.AppendUint64([]byte(binaryMagic), t.m.print)
	b = binary.AppendUvarint(b, t.total)
	b = binary.AppendVarint(binary.AppendVarint(b, t.first), t.last)
	b = binary.AppendUvarint(b, uint64(len(t.vantages.names)-1))
	for _, name := range t.vantages.names[1:] {
		b = append(binary.AppendUvarint(b, uint64(len(name))), name...)
	}
	b = binary.AppendUvarint(b, uint64(t.sources))
	for i := range t.counts {
		if c := &t.counts[i]; c.records() > 0 {
			b = appendCount(binary.AppendUvarint(b, uint64(i)+1), c)
		}
	}
	b = append(b, 0)
	for c, from := range t.visible {
		if from != 0 {
			b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(c)+1), uint64(from))
		}
	}
	b = append(b, 0)
	for _, n := range t.strays.total {
		b = binary.AppendUvarint(b, n)
	}
	b = binary.BigEndian.AppendUint64(b, t.strays.limit)
	b = binary.AppendUvarint(b, uint64(len(t.strays.list)))
	for i := range t.strays.list {
		b = t.strays.list[i].append(b)
	}
	return b, nil
}

func appendCount(b []byte, c *count) []byte {
	for _, n := range c.outcomes {
		b = binary.AppendUvarint(b, n)
	}
	return binary.AppendUvarint(binary.AppendVarint(binary.AppendVarint(b, c.first), c.last), uint64(c.sources))
}

func (s *stray) append(b []byte) []byte {
	b = binary.AppendUvarint(binary.BigEndian.AppendUint64(b, s.key), s.records)
	b = binary.AppendVarint(binary.AppendVarint(b, s.first), s.last)
	b = append(binary.AppendUvarint(b, uint64(s.sources)), s.n)
	switch {
	case !s.hasMany():
		for _, n := range s.ports[:s.n] {
			b = binary.BigEndian.AppendUint16(b, uint16(n))
		}
	case s.all == nil:
		b = append(b, 0)
	default:
		b = append(b, 1)
		for _, bits := range s.all {
			b = binary.BigEndian.AppendUint64(b, bits)
		}
	}
	b = append(b, s.nSamples)
	for _, x := range s.examples[:s.nSamples] {
		b = appendAddress(appendAddress(b, x.from), x.to)
	}
	return b
}

func appendAddress(b []byte, a netip.Addr) []byte {
	raw := a.AsSlice()
	return append(append(b, byte(len(raw))), raw...)
}

// UnmarshalBinary replaces what t has by what MarshalBinary returned for a tally
// of the same plan. After an error t is as it was.
func (t *Tally) UnmarshalBinary(data []byte) error {
	r := reader{data: data}
	if string(r.bytes(len(binaryMagic))) != binaryMagic {
		return errors.New("audit: not a tally of this version")
	}
	if print := r.uint64(); r.err == nil && print != t.m.print {
		return errors.New("audit: a tally of another plan")
	}
	u := t.m.NewTally()
	u.total = r.uvarint()
	u.first, u.last = r.span()
	r.vantages(&u.vantages)
	u.sources = r.sources()
	for i := r.uvarint(); i != 0 && r.err == nil; i = r.uvarint() {
		if i > uint64(len(u.counts)) {
			return fmt.Errorf("audit: broken tally: segment %d of %d", i, len(u.counts))
		}
		r.count(&u.counts[i-1])
	}
	for i := r.uvarint(); i != 0 && r.err == nil; i = r.uvarint() {
		if i > uint64(len(u.visible)) {
			return fmt.Errorf("audit: broken tally: class %d of %d", i, len(u.visible))
		}
		u.visible[i-1] = r.sources()
	}
	for i := range u.strays.total {
		u.strays.total[i] = r.uvarint()
	}
	limit := r.uint64()
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		s := r.stray(uint32(len(u.visible)))
		if r.err == nil {
			u.strays.mergeStray(&s, s.sources)
		}
	}
	u.strays.limit = min(u.strays.limit, limit)
	if r.err == nil && len(r.data) > 0 {
		r.fail()
	}
	if r.err != nil {
		return r.err
	}
	*t = *u
	return nil
}

// reader reads the binary form. After an error all that it returns is zero.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = errors.New("audit: broken tally")
	}
	r.data = nil
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.data) {
		r.fail()
		return make([]byte, n)
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) byte() byte     { return r.bytes(1)[0] }
func (r *reader) uint64() uint64 { return binary.BigEndian.Uint64(r.bytes(8)) }

func (r *reader) uvarint() uint64 {
	x, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[n:]
	return x
}

func (r *reader) varint() int64 {
	x, n := binary.Varint(r.data)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[n:]
	return x
}

// span reads a span of time. It ends at 0 or later, since 0 is unknown.
func (r *reader) span() (first, last int64) {
	if first, last = r.varint(), r.varint(); last < 0 {
		r.fail()
	}
	return first, last
}

func (r *reader) count(c *count) {
	for i := range c.outcomes {
		c.outcomes[i] = r.uvarint()
	}
	c.first, c.last = r.span()
	c.sources = r.sources()
}

func (r *reader) sources() sources { return sources(r.uvarint()) }

func (r *reader) vantages(v *vantages) {
	n := r.uvarint()
	if n >= mostVantages {
		r.fail()
		return
	}
	for range n {
		name := string(r.text())
		if slices.Contains(v.names, name) {
			r.fail()
			return
		}
		v.names = append(v.names, name)
	}
}

// text reads bytes with their number before them.
func (r *reader) text() []byte {
	n := r.uvarint()
	if n > uint64(len(r.data)) {
		r.fail()
		return nil
	}
	return r.bytes(int(n))
}

// stray reads a stray between some of as many classes.
func (r *reader) stray(classes uint32) stray {
	s := stray{key: r.uint64()}
	s.hash, s.records = mix(s.key), r.uvarint()
	s.first, s.last = r.span()
	s.sources = r.sources()
	s.n = r.byte()
	if s.from() >= classes || s.to() >= classes || s.outcome() >= outcomes || s.n > mostPorts+1 {
		r.fail()
		return s
	}
	switch {
	case !s.hasMany():
		for i := range s.ports[:s.n] {
			s.ports[i] = portbook.Port(binary.BigEndian.Uint16(r.bytes(2)))
		}
	case r.byte() == 1:
		s.all = new(portMap)
		for i := range s.all {
			s.all[i] = r.uint64()
		}
	}
	if s.nSamples = r.byte(); s.nSamples > mostExamples {
		r.fail()
		return s
	}
	for i := range s.examples[:s.nSamples] {
		from, to := r.address(), r.address()
		s.examples[i] = example{hashAddresses(from, to), from, to}
	}
	return s
}

func (r *reader) address() netip.Addr {
	a, ok := netip.AddrFromSlice(r.bytes(int(r.byte())))
	if !ok {
		r.fail()
	}
	return a
}
