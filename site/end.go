package site

import (
	"slices"
	"strings"

	"github.com/portbook/portbook"
)

// End is one end of a need: a host of the site, or a component in a cloud at
// its published places. Ends are comparable. The zero value is not an end.
type End struct {
	site  *Site
	index uint32
}

// end is what an End leads to.
type end struct {
	name  string
	host  *Host // nil for a component in a cloud
	group bool
	info  portbook.ComponentInfo // of a component in a cloud
}

func (e End) get() *end {
	if e.site == nil {
		return &end{}
	}
	return &e.site.ends[e.index]
}

// IsZero reports whether e is the zero value.
func (e End) IsZero() bool { return e.site == nil }

// Name returns the name of the host, or the id of the component in a cloud,
// which has a slash as no name of a host has.
func (e End) Name() string { return e.get().name }

// String returns what Name returns.
func (e End) String() string { return e.Name() }

// Host returns the host; ok is false for a component in a cloud.
func (e End) Host() (h Host, ok bool) {
	if x := e.get(); x.host != nil {
		return x.host.clone(), true
	}
	return Host{}, false
}

// Component returns the component in a cloud; ok is false for a host.
func (e End) Component() (x portbook.ComponentInfo, ok bool) {
	return e.get().info, e.get().info.ID != ""
}

// Places returns the addresses and names of the end, those of hosts as the site
// has them and those of components in clouds as they are published.
func (e End) Places() []portbook.Host {
	if x := e.get(); x.host != nil {
		return append(slices.Clone(x.host.Addresses), x.host.Names...)
	}
	return slices.Clone(e.get().info.Hosts)
}

// Zone returns the zone of the host; "" where it has none, and for a component
// in a cloud.
func (e End) Zone() string {
	if x := e.get(); x.host != nil {
		return x.host.Zone
	}
	return ""
}

// IsGroup reports whether the end is a host of several machines.
func (e End) IsGroup() bool { return e.get().group }

// Hosts returns the hosts of the site, sorted by name.
func (s *Site) Hosts() []End {
	list := make([]End, len(s.hosts))
	for i := range list {
		list[i] = End{s, uint32(i)}
	}
	return list
}

// End returns the host of a name, or the component in a cloud of an id that
// some need leads to.
func (s *Site) End(name string) (End, bool) {
	if i, ok := s.hostIndex(name); ok {
		return End{s, i}, true
	}
	clouds := s.ends[len(s.hosts):]
	i, ok := slices.BinarySearchFunc(clouds, name, func(e end, name string) int { return strings.Compare(e.name, name) })
	if !ok {
		return End{}, false
	}
	return End{s, uint32(len(s.hosts) + i)}, true
}

func (s *Site) hostIndex(name string) (uint32, bool) {
	i, ok := slices.BinarySearchFunc(s.hosts, name, func(h Host, name string) int { return strings.Compare(h.Name, name) })
	return uint32(i), ok
}

// isGroup reports whether a host is several machines.
func (h *Host) isGroup() bool {
	if h.Group != Unanswered {
		return h.Group == Yes
	}
	var families [2]int
	for _, a := range h.Addresses {
		first, last, _ := a.Range()
		if first != last {
			return true
		}
		if first.Is4() {
			families[0]++
		} else {
			families[1]++
		}
	}
	return families[0] > 1 || families[1] > 1 || !h.Kubernetes.IsZero() || h.SecurityGroup != ""
}
