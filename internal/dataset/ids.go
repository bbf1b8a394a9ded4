package dataset

import (
	"errors"
	"github.com/portbook/portbook/internal/text/printable"
	"io/fs"
	"slices"
	"strings"
)

// IDsFile is the list of the ids that were ever published: one kind and one id
// a line. It only grows.
const IDsFile = "data/ids.txt"

type publishedID struct {
	pos      pos
	kind, id string
}

func (s *Source) readPublishedIDs(fsys fs.FS) {
	data, err := s.readFile(fsys, IDsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return // a user's own data need not have one
	}
	if err != nil { // going on would lose what it holds
		s.problems.add(pos{file: IDsFile}, "", "cannot be read: %v", err)
		return
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch kind, id, ok := strings.Cut(line, " "); {
		case line == "" || strings.HasPrefix(line, "#"):
		case !ok || len(line) > maxValue:
			s.problems.add(pos{IDsFile, n}, "", "%q is not an id; expected: a kind and an id, such as flow itms/console/web", printable.Beginning(line, 100))
		default:
			s.published = append(s.published, publishedID{pos{IDsFile, n}, kind, id})
		}
	}
}

// checkPublishedIDs reports ids that were published and are gone.
func (s *Source) checkPublishedIDs(ix *index) {
	current := s.currentIDs()
	for _, x := range s.published {
		if current[x.kind+" "+x.id] || x.kind == "flow" && ix.flows[x.id] != nil {
			continue
		}
		expected := "a current id"
		if x.kind == "flow" {
			expected += ", or one that a flow lists in retired"
		}
		s.problems.add(x.pos, x.kind+" "+x.id, "was published and is gone; expected: %s", expected)
	}
}

// CheckIDs calls check for each id that becomes a Go constant, former ids of
// flows included, and reports the problems that it returns.
func (s *Source) CheckIDs(check func(kind, id, product string) []string) {
	if s.broken {
		return
	}
	for _, x := range s.constantIDs() {
		for _, problem := range check(x.kind, x.id, x.product) {
			s.problems.add(x.pos, x.kind+" "+x.id, "%s", problem)
		}
	}
}

// constantID is an id that becomes a Go constant.
type constantID struct {
	pos               pos
	kind, id, product string
	former            bool
}

func (s *Source) constantIDs() []constantID {
	var list []constantID
	for _, p := range s.products {
		list = append(list, constantID{p.pos, "product", p.id, p.id, false})
		for _, c := range p.components {
			list = append(list, constantID{c.pos, "component", c.id, p.id, false})
		}
		for _, x := range p.ports {
			list = append(list, constantID{x.pos, "port", x.id, p.id, false})
		}
		for _, f := range p.flows {
			list = append(list, constantID{f.pos, "flow", f.id, p.id, false})
			for _, id := range f.retired {
				list = append(list, constantID{f.pos, "flow", id, p.id, true})
			}
		}
	}
	return list
}

// currentIDs returns the ids that programs and files of users name, with their
// kinds: those that become constants, and what a site answers.
func (s *Source) currentIDs() map[string]bool {
	ids := map[string]bool{}
	for _, p := range s.products {
		for _, x := range p.settings {
			ids["setting "+x.id] = true
		}
		for _, x := range p.conditions {
			ids["condition "+x.id] = true
		}
		for _, x := range p.regions {
			ids["region "+x.id] = true
		}
	}
	for _, x := range s.constantIDs() {
		if !x.former {
			ids[x.kind+" "+x.id] = true
		}
	}
	return ids
}

// PublishedIDs returns the next content of IDsFile: what it holds already and
// every current id, sorted.
func (s *Source) PublishedIDs() []byte {
	ids := s.currentIDs()
	for _, x := range s.published {
		ids[x.kind+" "+x.id] = true
	}
	list := keys(ids)
	slices.Sort(list)
	return []byte("# Ids that were published: append-only. A current entry, or retired of one, must resolve each of them.\n" +
		strings.Join(list, "\n") + "\n")
}
