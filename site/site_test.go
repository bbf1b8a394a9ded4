package site_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// TestImmutable changes what a site was made of and what it returns, and expects
// that it stays what it was, read by several at once.
func TestImmutable(t *testing.T) {
	d := site.Definition{Name: "x", Hosts: threeHosts(), Answers: []site.Answer{{Flow: portbook.FlowApexCentralConsoleHTTP, From: []string{"h0"}, Why: "x"}}}
	d.Hosts[1].Kubernetes = site.Kubernetes{Namespace: "shop", Labels: map[string]string{"app": "worker"}}
	d.Hosts[0].Serves = []string{"h1"}
	s := mustNew(t, d)
	before, _ := planned(s.Plan())
	d.Hosts[0].Roles[0], d.Hosts[0].Serves[0], d.Answers[0].From[0], d.Hosts[1].Kubernetes.Labels["app"] = "z", "z", "z", "z"
	copied := s.Definition()
	copied.Hosts[0].Roles[0], copied.Answers[0].From[0] = "z", "z"
	h, _ := s.Hosts()[1].Host()
	h.Kubernetes.Labels["app"], h.Addresses[0] = "z", portbook.Host{}
	s.Plan().Questions()[0] = site.Question{}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			after, _ := planned(s.Plan())
			h, _ := s.Hosts()[1].Host()
			x := s.Definition()
			if !slices.Equal(before, after) || h.Kubernetes.Labels["app"] != "worker" || h.Addresses[0].IsZero() ||
				x.Hosts[0].Roles[0] == "z" || x.Hosts[0].Serves[0] == "z" || x.Answers[0].From[0] == "z" || s.Plan().Questions()[0].Kind == "" {
				t.Error("the site has changed")
			}
			s.Plan().Listening()
			s.Plan().Collisions()
		})
	}
	wait.Wait()
}

// TestEnds checks what ends tell of hosts and of components in clouds.
func TestEnds(t *testing.T) {
	c := tableCatalog(t)
	host := func(name string, role portbook.Component, places ...string) site.Host {
		h := site.Host{Name: name, Roles: []portbook.Component{role}, Zone: "zone-" + name}
		for _, p := range places {
			h.Addresses = append(h.Addresses, portbook.MustParseHost(p))
		}
		return h
	}
	named := host("n", "t/heir")
	named.Names = []portbook.Host{portbook.MustParseHost("n.example.com")}
	pods := host("p", "t/heir")
	pods.Kubernetes.Namespace = "shop"
	forced := host("f", "t/heir", "192.0.2.7", "192.0.2.8")
	forced.Group = site.No
	s, err := site.New(c, site.Definition{Name: "x", Hosts: []site.Host{
		host("two", "t/b", "192.0.2.1", "2001:db8::1"), host("many", "t/a", "192.0.2.0/30"), host("range", "t/b", "192.0.2.8-192.0.2.9"),
		host("several", "t/b", "192.0.2.4", "192.0.2.5"), named, pods, forced,
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		group  bool
		zone   string
		places string
	}{
		"two": {false, "zone-two", "192.0.2.1 2001:db8::1"}, "many": {true, "zone-many", "192.0.2.0/30"}, "range": {true, "zone-range", "192.0.2.8-192.0.2.9"},
		"several": {true, "zone-several", "192.0.2.4 192.0.2.5"}, "n": {false, "zone-n", "n.example.com"}, "p": {true, "zone-p", ""},
		"f": {false, "zone-f", "192.0.2.7 192.0.2.8"}, "t/cloud": {true, "", "cloud.example.com"},
	} {
		e, ok := s.End(name)
		var places []string
		for _, p := range e.Places() {
			places = append(places, p.String())
		}
		_, isHost := e.Host()
		_, isComponent := e.Component()
		if !ok || e.Name() != name || e.IsGroup() != want.group || e.Zone() != want.zone || strings.Join(places, " ") != want.places ||
			isHost == isComponent || isComponent != strings.Contains(name, "/") || e.IsZero() {
			t.Errorf("%s: group %v, zone %q, places %v, %v", name, e.IsGroup(), e.Zone(), places, ok)
		}
	}
	if e, ok := s.End("nobody"); ok || !e.IsZero() || e.Name() != "" || e.IsGroup() || e.Places() != nil {
		t.Errorf("nobody is %v, %v", e, ok)
	}
}

// TestDays checks when an answer ends, and what is current.
func TestDays(t *testing.T) {
	until := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	d := site.Definition{Name: "x", Hosts: threeHosts(), Answers: []site.Answer{{Flow: portbook.FlowApexCentralConsoleHTTP, From: []string{"h0"}, Why: "x", Until: until}}}
	for _, c := range []struct {
		options []site.Option
		valid   bool
	}{
		{nil, true},
		{[]site.Option{site.AsOf(until)}, true},
		{[]site.Option{site.AsOf(until.Add(23 * time.Hour))}, true},
		{[]site.Option{site.AsOf(until.AddDate(0, 0, 1))}, false},
	} {
		_, err := site.New(portbook.Builtin(), d, c.options...)
		var e *site.Error
		if (err == nil) != c.valid || err != nil && !errors.As(err, &e) {
			t.Errorf("%v: %v", c.options, err)
		}
	}
	version := portbook.DataVersion
	for answeredFor, want := range map[string]bool{"": true, version: true, version[:10]: true, "2020-01-01": false} {
		d := site.Definition{Name: "x", AnsweredFor: answeredFor, Hosts: threeHosts()}
		if got := mustNew(t, d).IsCurrent(); got != want {
			t.Errorf("answers for %q are current: %v", answeredFor, got)
		}
	}
}

// TestLarge plans two large groups of hosts, which have very many pairs, and
// asks for some of the needs alone.
func TestLarge(t *testing.T) {
	var hosts []site.Host
	for i := range 20_000 {
		role := portbook.ComponentITMSSymantecManagementAgent
		if i%2 == 0 {
			role = portbook.ComponentITMSPackageServer
		}
		address := portbook.MustParseHost(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
		hosts = append(hosts, site.Host{Name: fmt.Sprint("h", i), Addresses: []portbook.Host{address}, Roles: []portbook.Component{role}})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := mustNew(t, site.Definition{Name: "large", Hosts: hosts}).Plan()
	some := 0
	for n := range p.Needs() {
		if n.From == n.To {
			t.Fatalf("%v has two ends of one host", n)
		}
		if some++; some == 100_000 {
			break
		}
	}
	runtime.ReadMemStats(&after)
	if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; some != 100_000 || allocated > 500 {
		t.Errorf("%d needs, %d MB allocated", some, allocated)
	}
}
