package kubernetes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// share is how many pods of a host a selector selects.
type share int

const (
	none share = iota
	some       // or all, or none: the site does not say
	all
)

// least returns the smaller share: selectors of a policy all have to match.
func least(a, b share) share { return min(a, b) }

// known is the labels that pods or a namespace have; whole says that they have
// no others.
type known struct {
	labels map[string]string
	whole  bool
}

// selects returns how many of what has labels a selector selects.
func (s *listedSelector) selects(k known) (share, error) {
	result := all
	for _, key := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		result = least(result, k.isIn(key, []string{s.MatchLabels[key]}))
	}
	for _, e := range s.MatchExpressions {
		var one share
		switch e.Operator {
		case "In":
			one = k.isIn(e.Key, e.Values)
		case "NotIn":
			one = all - k.isIn(e.Key, e.Values)
		case "Exists":
			one = k.exists(e.Key)
		case "DoesNotExist":
			one = all - k.exists(e.Key)
		default:
			return none, fmt.Errorf("the operator %q is unknown; expected: In, NotIn, Exists or DoesNotExist", e.Operator)
		}
		result = least(result, one)
	}
	return result, nil
}

// isIn returns how many have a label with one of some values.
func (k known) isIn(key string, values []string) share {
	value, ok := k.labels[key]
	switch {
	case ok && slices.Contains(values, value):
		return all
	case ok || k.whole:
		return none
	}
	return some
}

func (k known) exists(key string) share {
	switch _, ok := k.labels[key]; {
	case ok:
		return all
	case k.whole:
		return none
	}
	return some
}

// nameLabel is the label that every namespace has.
const nameLabel = "kubernetes.io/metadata.name"

// namespace returns the labels of a namespace.
func (x *reader) namespace(name string) known {
	labels, listed := x.namespaces[name]
	made := maps.Clone(labels)
	if made == nil {
		made = map[string]string{}
	}
	made[nameLabel] = name
	return known{made, listed}
}

// String returns the selector on one line, for what was not understood.
func (s *listedSelector) String() string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		parts = append(parts, key+"="+s.MatchLabels[key])
	}
	for _, e := range s.MatchExpressions {
		parts = append(parts, strings.TrimSpace(fmt.Sprint(e.Key, " ", e.Operator, " ", strings.Join(e.Values, ","))))
	}
	return strings.Join(parts, ", ")
}
