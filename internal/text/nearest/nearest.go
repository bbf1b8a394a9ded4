// Package nearest finds the known names that are most like an unknown one.
package nearest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// limit is the similarity, from 0 to 1, below which a name is not suggested.
const limit = 0.5

// Of returns up to n of the known names, the most similar first: by edit
// distance over the whole name or over what stands after its first slash, so
// that "pakage-server" finds "itms/package-server". A name that has more
// slashes than what stands there is a whole one.
func Of(name string, known []string, n int) []string {
	type candidate struct {
		name  string
		score float64
	}
	var list []candidate
	for _, k := range known {
		score := levenshtein.Match(strings.ToLower(name), strings.ToLower(k), nil)
		if _, tail, ok := strings.Cut(k, "/"); ok && strings.Count(name, "/") <= strings.Count(tail, "/") {
			score = max(score, levenshtein.Match(strings.ToLower(name), strings.ToLower(tail), nil))
		}
		if score >= limit {
			list = append(list, candidate{k, score})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var names []string
	for _, c := range list[:min(n, len(list))] {
		names = append(names, c.name)
	}
	return names
}
