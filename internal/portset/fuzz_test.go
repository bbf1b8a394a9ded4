package portset

import "testing"

// FuzzOperations runs a sequence of operations beside an array of bool over 512 keys, which straddle the border of two
// protocols. Each operation takes three bytes: what to do, and a range.
func FuzzOperations(f *testing.F) {
	f.Add([]byte{0, 10, 20, 1, 15, 5, 2, 0, 255, 3, 0, 0, 4, 200, 9})
	f.Add([]byte{0, 0, 255, 3, 0, 0, 3, 0, 0})
	const base, keys = 7<<16 - 256, 512
	window := Range(base, base+keys-1)
	f.Fuzz(func(t *testing.T, program []byte) {
		var set Set
		var model [keys]bool
		for ; len(program) >= 3; program = program[3:] {
			lo, n := uint32(program[1])*2, uint32(program[2])
			hi := min(lo+n, keys-1)
			r := Range(base+lo, base+hi)
			in := func(k uint32) bool { return lo <= k && k <= hi }
			switch program[0] % 5 {
			case 0:
				set = Union(set, r)
				for k := range model {
					model[k] = model[k] || in(uint32(k))
				}
			case 1:
				set = Subtract(set, r)
				for k := range model {
					model[k] = model[k] && !in(uint32(k))
				}
			case 2:
				set = Intersect(set, r)
				for k := range model {
					model[k] = model[k] && in(uint32(k))
				}
			case 3:
				set = Intersect(Complement(set), window)
				for k := range model {
					model[k] = !model[k]
				}
			case 4:
				set = UnionAll(func(yield func(Set) bool) { _ = yield(r) && yield(set) })
				for k := range model {
					model[k] = model[k] || in(uint32(k))
				}
			}
		}
		var ranges [][2]uint32
		for k, member := range model {
			key := uint32(base + k)
			if set.Contains(key) != member {
				t.Fatalf("key %d: Contains is %v", k, !member)
			}
			if member {
				ranges = append(ranges, [2]uint32{key, key})
			}
		}
		if want := FromRanges(ranges); set != want {
			t.Fatalf("not canonical: %v, want %v", set, want)
		}
		checkOperations(t, set, FromRanges(shifted(ranges)))
		text := set.String()
		if back, err := Parse(text); err != nil || back != set {
			t.Fatalf("%q reads back as %v, %v", text, back, err)
		}
	})
}

// shifted moves ranges by half their window, so that two sets of many ranges
// meet.
func shifted(ranges [][2]uint32) [][2]uint32 {
	out := make([][2]uint32, len(ranges))
	for i, r := range ranges {
		out[i] = [2]uint32{r[0] + 129, r[1] + 129}
	}
	return out
}
