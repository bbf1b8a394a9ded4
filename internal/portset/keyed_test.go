package portset

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keyedModel is the slow, obvious form of a Keyed. It holds no empty sets.
type keyedModel map[uint64]Set

func modelOf(s Keyed) keyedModel {
	m := keyedModel{}
	for key, set := range s.All() {
		m[key] = set
	}
	return m
}

func (m keyedModel) entries() []Entry {
	var list []Entry
	for key, set := range m { // in any order
		list = append(list, Entry{key, set})
	}
	return list
}

// combine applies an operation to the sets of every key of either model.
func (m keyedModel) combine(n keyedModel, op func(a, b Set) Set) keyedModel {
	out := keyedModel{}
	for _, keys := range []keyedModel{m, n} {
		for key := range keys {
			if set := op(m[key], n[key]); !set.IsEmpty() {
				out[key] = set
			}
		}
	}
	return out
}

var compareSets = cmp.Comparer(func(a, b Set) bool { return a == b })

// keyedKeys need all their 64 bits to be told apart, and to be in order.
var keyedKeys = []uint64{
	0, 1, 0xff, 0x100, 0xffff, 0x1_0000, 1 << 24, 1<<32 - 1, 1 << 32, 1<<32 | 1, 1 << 40, 1<<48 - 1, 1 << 48, 1 << 56, 1<<63 | 5, 1<<64 - 2, 1<<64 - 1,
}

// randomPorts returns sets of every shape: empty, one port, a range that
// reaches the end of the universe, everything, and hundreds of ranges.
func randomPorts(random *rand.Rand) Set {
	switch random.IntN(8) {
	case 0:
		return Set{}
	case 1:
		return Range(0, Universe-1)
	case 2:
		return Range(random.Uint32N(Universe), Universe-1)
	case 3:
		return Complement(Range(5, random.Uint32N(Universe)))
	case 4:
		return randomSet(random, 300)
	}
	key := random.Uint32N(40)
	return Union(Range(key, key+random.Uint32N(3)), Range(Universe-1-key, Universe-1-key/2))
}

func TestKeyedAgainstMap(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pick := func() (Keyed, keyedModel) {
		m := keyedModel{}
		for range random.IntN(2 * len(keyedKeys)) {
			key := keyedKeys[random.IntN(len(keyedKeys))]
			if set := randomPorts(random); !set.IsEmpty() {
				m[key] = set
			}
		}
		return KeyedOf(m.entries()), m
	}
	full := keyedModel{}
	for _, key := range keyedKeys {
		full[key] = Range(0, Universe-1)
	}
	everything := KeyedOf(full.entries())
	complement := everything.Subtract
	for range rounds(400) {
		a, ma := pick()
		b, mb := pick()
		for _, c := range []struct {
			name string
			got  Keyed
			want keyedModel
		}{
			{"itself", a, ma},
			{"union", a.Union(b), ma.combine(mb, Union)},
			{"intersection", a.Intersect(b), ma.combine(mb, Intersect)},
			{"difference", a.Subtract(b), ma.combine(mb, Subtract)},
			{"complement", complement(a), full.combine(ma, Subtract)},
		} {
			if diff := cmp.Diff(c.want, modelOf(c.got), compareSets); diff != "" {
				t.Fatalf("%s (-model +got):\n%s", c.name, diff)
			}
			if c.got != KeyedOf(c.want.entries()) || c.got.Len() != len(c.want) || c.got.IsEmpty() != (len(c.want) == 0) {
				t.Fatalf("%s is not canonical, or its length is wrong", c.name)
			}
			for _, key := range append(keyedKeys, 2, 1<<32+2, 1<<63) {
				port := random.Uint32N(Universe)
				if got := c.got.Get(key); got != c.want[key] || c.got.Contains(key, port) != got.Contains(port) {
					t.Fatalf("%s: the ports of %#x are %v, want %v", c.name, key, got, c.want[key])
				}
			}
			if keys := slices.Collect(maps.Keys(modelOf(c.got))); len(keys) != c.got.Len() {
				t.Fatalf("%s yields %d of %d keys", c.name, len(keys), c.got.Len())
			}
		}
		if complement(complement(a)) != a || complement(a.Union(b)) != complement(a).Intersect(complement(b)) || (a == b) != cmp.Equal(ma, mb, compareSets) {
			t.Fatal("a law of complements does not hold, or equal sets differ")
		}
		if a.Subtract(b).Union(a.Intersect(b)) != a || a.Union(b) != b.Union(a) || a.Intersect(b) != b.Intersect(a) {
			t.Fatal("a law of the algebra does not hold")
		}
	}
}

// TestKeyedOfSameKeys unites the entries of a key, and leaves out keys without
// ports.
func TestKeyedOfSameKeys(t *testing.T) {
	got := KeyedOf([]Entry{
		{Pair(1, 2), Range(5, 6)}, {Pair(0, 9), Range(1, 1)}, {Pair(1, 2), Range(7, 8)}, {Pair(1, 1), Set{}},
		{Pair(2, 0), Range(3, 3)}, {Pair(1, 2), Range(20, 20)}, {Pair(2, 0), Set{}}, {Pair(1, 3), Set{}},
	})
	want := keyedModel{Pair(0, 9): Range(1, 1), Pair(1, 2): FromRanges([][2]uint32{{5, 8}, {20, 20}}), Pair(2, 0): Range(3, 3)}
	if diff := cmp.Diff(want, modelOf(got), compareSets); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var keys []uint64
	for key := range got.All() {
		if keys = append(keys, key); len(keys) == 2 {
			break
		}
	}
	if want := []uint64{9, 1<<32 | 2}; !slices.Equal(keys, want) {
		t.Errorf("the first keys are %v, want %v", keys, want)
	}
	if KeyedOf(nil) != (Keyed{}) || got.Subtract(got) != (Keyed{}) || got.Intersect(Keyed{}) != (Keyed{}) || got.Union(Keyed{}) != got {
		t.Error("the empty set is not the zero value")
	}
}

func manyPairs(n int) Keyed {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	entries := make([]Entry, n)
	for i := range entries {
		set := Range(Key(6, 443), Key(6, 443))
		if i%3 == 0 {
			set = FromRanges([][2]uint32{{Key(6, 80), Key(6, 80)}, {Key(6, 443), Key(6, 450)}, {Key(17, 53), Key(17, 53)}})
		}
		entries[i] = Entry{Pair(random.Uint32N(uint32(n)), random.Uint32N(100)), set}
	}
	return KeyedOf(entries)
}

func BenchmarkKeyedContains(b *testing.B) {
	for _, n := range []int{10, 2_000, 35_000, 1_000_000} {
		s := manyPairs(n)
		var keys []uint64
		for key := range s.All() {
			keys = append(keys, key)
		}
		rand.New(rand.NewPCG(2, 2)).Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		b.Run("pairs="+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				sink = s.Contains(keys[i%len(keys)], Key(6, 443))
			}
		})
	}
}

func BenchmarkKeyedUnion(b *testing.B) {
	x, y := manyPairs(2_000), manyPairs(2_001)
	for name, op := range map[string]func(a, b Keyed) Keyed{"union": Keyed.Union, "intersect": Keyed.Intersect, "subtract": Keyed.Subtract} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkKeyed = op(x, y)
			}
		})
	}
}

var sinkKeyed Keyed
