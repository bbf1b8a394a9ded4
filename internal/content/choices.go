package content

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/site"
)

// Choice is a value by which readers choose rows.
type Choice struct {
	Value string // the same in every language, without spaces
	Text  func(*Document) string
}

// Key is what rows are chosen by.
type Key struct {
	Choices map[string][]Choice // by the name of a filter
	Flows   []portbook.Flow     // whose notes belong to the row
}

// Filter is a list of choices, each of which narrows the rows of all tables.
type Filter struct {
	Name    string // in the address of a page
	Label   label.Label
	Choices []Choice
	byName  bool // choices are sorted; else they are in the order of the rows
}

// Filled returns the filters that distinguish rows of some tables, with the
// choices that the rows have.
func Filled(filters []Filter, tables []Table) []Filter {
	var list []Filter
	for _, x := range filters {
		seen := map[string]bool{}
		for _, t := range tables {
			for key := range t.Keys {
				for _, choice := range key.Choices[x.Name] {
					if !seen[choice.Value] {
						seen[choice.Value] = true
						x.Choices = append(x.Choices, choice)
					}
				}
			}
		}
		if x.byName {
			slices.SortFunc(x.Choices, compareEnds)
		}
		if len(x.Choices) > 1 {
			list = append(list, x)
		}
	}
	return list
}

// compareEnds orders hosts by name, before what is not a host.
func compareEnds(a, b Choice) int {
	if hostA, hostB := !strings.Contains(a.Value, "/"), !strings.Contains(b.Value, "/"); hostA != hostB {
		if hostA {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.Value, b.Value)
}

// The filters of plans and findings. Those of source and destination are named
// as those of flows are.
const (
	filterSource          = "source"
	filterDestination     = "destination"
	filterSourceZone      = "source-zone"
	filterDestinationZone = "destination-zone"
	filterVerdict         = "verdict"
)

// endChoice is the choice of an end.
func endChoice(e site.End) Choice {
	return Choice{e.Name(), func(d *Document) string { return d.endName(e) }}
}

// labelChoice is a choice of what is not an end; names of hosts have no slash.
func labelChoice(value string, l label.Label) Choice {
	return Choice{"/" + value, func(d *Document) string { return d.Label(l) }}
}

// zoneChoices returns the choice of the zone of an end, if it has one.
func zoneChoices(e site.End) []Choice {
	if e.Zone() == "" {
		return nil
	}
	return []Choice{{e.Zone(), func(*Document) string { return e.Zone() }}}
}
