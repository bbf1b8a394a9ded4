package table

import (
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
)

// Builder fills the pools of a table while records are added to it. Equal strings, texts, lists and sets are kept once. The
// zero value is not ready for use: see NewBuilder.
type Builder struct {
	Table Table

	names, lists, sets map[string]uint32
	texts              map[string]Text // all languages of a text joined, to its number
	ports              map[portset.Set]Ports

	namePool, setPool []byte
	textPools         [][]byte // one a language
}

// NewBuilder returns a builder for a table with texts in the given languages, the fallback first.
func NewBuilder(languages []string) *Builder {
	b := &Builder{
		names: map[string]uint32{"": 0}, lists: map[string]uint32{"": 0}, sets: map[string]uint32{"": 0}, texts: map[string]Text{},
		ports: map[portset.Set]Ports{{}: 0}, textPools: make([][]byte, len(languages)),
	}
	t := &b.Table
	t.Names.Ends, t.Sets.Ends, t.Lists, t.PortSets = []uint32{0}, []uint32{0}, []uint32{0}, []PortSet{{}}
	for _, tag := range languages {
		t.Texts = append(t.Texts, Language{Tag: tag, Strings: Strings{Ends: []uint32{0}}})
	}
	return b
}

// intern returns the number of s in a pool, adding it if need be.
func intern(numbers map[string]uint32, pool *[]byte, ends *[]uint32, s string) uint32 {
	n, ok := numbers[s]
	if !ok {
		n = uint32(len(*ends))
		*pool = append(*pool, s...)
		*ends = append(*ends, uint32(len(*pool)))
		numbers[s] = n
	}
	return n
}

// Name adds a language-neutral string.
func (b *Builder) Name(s string) Name { return intern(b.names, &b.namePool, &b.Table.Names.Ends, s) }

// set adds a binary string.
func (b *Builder) set(s string) uint32 { return intern(b.sets, &b.setPool, &b.Table.Sets.Ends, s) }

// span returns the part of the pool that holds a binary string, as begin<<32 | end.
func (b *Builder) span(set uint32) uint64 {
	if set == 0 {
		return 0
	}
	ends := b.Table.Sets.Ends
	return uint64(ends[set-1])<<32 | uint64(ends[set])
}

// Text adds a text, given in every language of the table. A language that lacks it has "".
func (b *Builder) Text(texts ...string) Text {
	joined := ""
	for _, s := range texts {
		joined += s + "\x00"
	}
	x, ok := b.texts[joined]
	if !ok {
		x = Text(len(b.Table.Texts[0].Ends))
		for i, s := range texts {
			b.textPools[i] = append(b.textPools[i], s...)
			b.Table.Texts[i].Ends = append(b.Table.Texts[i].Ends, uint32(len(b.textPools[i])))
		}
		b.texts[joined] = x
	}
	return x
}

// List adds a list of values.
func (b *Builder) List(values []uint32) List {
	key := make([]byte, 0, 64)
	for _, v := range values {
		key = append(key, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
	}
	l, ok := b.lists[string(key)]
	if !ok {
		l = List(len(b.Table.Lists))
		b.Table.Lists = append(append(b.Table.Lists, uint32(len(values))), values...)
		b.lists[string(key)] = l
	}
	return l
}

// Ports adds a set of ports.
func (b *Builder) Ports(set portset.Set) Ports {
	p, ok := b.ports[set]
	if !ok {
		p = Ports(len(b.Table.PortSets))
		b.Table.PortSets = append(b.Table.PortSets, PortSet{set.Hull(), b.set(set.Packed())})
		b.ports[set] = p
	}
	return p
}

// Finish returns the table, with its index. Nothing may be added afterwards. It takes time proportional to the number of
// flows, and to the logarithm of that of ports in use.
func (b *Builder) Finish() *Table {
	t := &b.Table
	t.Sets.Pool = string(b.setPool) // what the index reads
	b.index()
	t.Names.Pool, t.Sets.Pool = string(b.namePool), string(b.setPool)
	for i := range t.Texts {
		t.Texts[i].Pool = string(b.textPools[i])
	}
	b.sortFlowIDs()
	for _, list := range []*[]uint32{&t.Names.Ends, &t.Sets.Ends, &t.Lists} {
		*list = slices.Clone(*list)
	}
	t.Flows, t.FlowIDs = slices.Clone(t.Flows), slices.Clone(t.FlowIDs)
	finished := *t // so that the builder with its maps can go
	return &finished
}

func (b *Builder) sortFlowIDs() {
	t := &b.Table
	slices.SortFunc(t.FlowIDs, func(x, y FlowID) int { return strings.Compare(t.Name(x.ID), t.Name(y.ID)) })
}
