package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// IDsFile is the list of the ids that were ever published: one kind and one id a line. It only grows.
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
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		kind, id, _ := strings.Cut(lines.Text(), " ")
		if strings.HasPrefix(kind, "#") || kind == "" {
			continue
		}
		s.published = append(s.published, publishedID{pos{IDsFile, n}, kind, id})
	}
}

// checkPublishedIDs reports ids that were published and are gone.
func (s *Source) checkPublishedIDs(ix *index) {
	current := s.currentIDs()
	for _, x := range s.published {
		if current[x.kind+" "+x.id] || x.kind == "flow" && ix.flows[x.id] != nil {
			continue
		}
		s.problems.add(x.pos, x.kind+" "+x.id, "was published and is gone; accepted: a current id, or one that a flow lists in retired")
	}
}

func (s *Source) currentIDs() map[string]bool {
	ids := map[string]bool{}
	for _, p := range s.products {
		ids["product "+p.id] = true
		for _, c := range p.components {
			ids["component "+c.id] = true
		}
		for _, x := range p.ports {
			ids["port "+x.id] = true
		}
		for _, f := range p.flows {
			ids["flow "+f.id] = true
		}
	}
	return ids
}

// PublishedIDs returns the next content of IDsFile: what it holds already and every current id, sorted.
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
