package layered

import (
	"math/rand/v2"
	"testing"
)

// cost is what the places cost; false when a constraint is not met.
func cost(at []int, list []constraint) (int, bool) {
	total := 0
	for _, c := range list {
		d := at[c.to] - at[c.from] - c.length
		if d < 0 {
			return 0, false
		}
		total += d * c.weight
	}
	return total, true
}

// cheapest tries all places below a limit.
func cheapest(n, limit int, list []constraint) int {
	best := 1 << 30
	at := make([]int, n)
	for {
		if total, ok := cost(at, list); ok {
			best = min(best, total)
		}
		i := 0
		for ; i < n; i++ {
			if at[i]++; at[i] < limit {
				break
			}
			at[i] = 0
		}
		if i == n {
			return best
		}
	}
}

// TestPlace compares the places of small problems with all that there are.
func TestPlace(t *testing.T) {
	improved := false
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 2 + r.IntN(4)
		var list []constraint
		for range r.IntN(8) {
			from, to := r.IntN(n), r.IntN(n)
			if from == to {
				continue
			}
			list = append(list, constraint{min(from, to), max(from, to), r.IntN(4) - 1, r.IntN(4)})
		}
		at := place(n, list)
		got, ok := cost(at, list)
		if want := cheapest(n, 8, list); !ok || got != want {
			t.Errorf("seed %d: %v costs %d (%t), want %d, for %v", seed, at, got, ok, want, list)
		}
		s := &simplex{n: n, list: list}
		s.connect()
		s.start()
		if first, _ := cost(s.at, list); first > got {
			improved = true
		}
	}
	if !improved {
		t.Error("the first places were always the best: the test lacks a case")
	}
	if place(0, nil) != nil {
		t.Error("nothing has a place")
	}
}
