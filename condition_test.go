package portbook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
)

// TestConditions checks that conditions are found by id, that flows lead to
// them, and that flows which depend on the same circumstance share one.
func TestConditions(t *testing.T) {
	c := portbook.Builtin()
	flows := map[portbook.ConditionID]int{}
	for f := range c.Flows().All() {
		r := f.Record(nil)
		var texts []string
		for i, x := range f.Conditions() {
			flows[x.ID]++
			texts = append(texts, x.Text.String())
			if r.Conditions[i] != x.ID {
				t.Errorf("%s: the record names %s, the flow %s", f, r.Conditions[i], x.ID)
			}
		}
		if r.Condition != strings.Join(texts, "; ") || len(r.Conditions) != len(texts) {
			t.Errorf("%s: the record has the condition %q of %v", f, r.Condition, r.Conditions)
		}
	}
	var ids []portbook.ConditionID
	seen := map[string]portbook.ConditionID{}
	for _, x := range c.Conditions() {
		ids = append(ids, x.ID)
		if got, ok := c.Condition(x.ID); !ok || got.Text != x.Text || got.Product != x.Product || len(x.Citations) == 0 {
			t.Errorf("Condition(%s) = %v, %v; want %v, with citations", x.ID, got, ok, x)
		}
		if !strings.HasPrefix(x.Text.String(), "Only if ") || flows[x.ID] == 0 {
			t.Errorf("%s is %q, of %d flows", x.ID, x.Text, flows[x.ID])
		}
		if first, same := seen[x.Text.String()]; same {
			t.Errorf("%s and %s are the same circumstance: %q", first, x.ID, x.Text)
		}
		seen[x.Text.String()] = x.ID
	}
	if !slices.IsSorted(ids) || len(ids) == 0 {
		t.Errorf("conditions are not sorted: %v", ids)
	}
	if _, ok := c.Condition("apex-central/none"); ok {
		t.Error("an unknown condition is found")
	}
	if got := flows["host-security/internet-through-proxy"]; got != 3 {
		t.Errorf("%d flows depend on a proxy server, want 3", got)
	}
}

// TestSettingsGovern checks what settings govern, and that ports by reference
// lead to a published default.
func TestSettingsGovern(t *testing.T) {
	byID := map[portbook.SettingID]portbook.Setting{}
	for _, s := range portbook.Builtin().Settings() {
		byID[s.ID] = s
	}
	for id, want := range map[portbook.SettingID]struct {
		governs  []portbook.Governs
		defaults string
	}{
		"apex-central/iis-https-port": {[]portbook.Governs{portbook.GovernsPort}, "443/tcp"},
		"apex-central/security-level": {[]portbook.Governs{portbook.GovernsUse}, ""},
		"scanmail/server-address":     {[]portbook.Governs{portbook.GovernsPeer}, ""},
		"itms/hierarchy-url":          {[]portbook.Governs{portbook.GovernsPort, portbook.GovernsPeer}, ""},
		"scanmail/password":           {nil, ""},
	} {
		if s := byID[id]; !slices.Equal(s.Governs, want.governs) || s.Default.String() != want.defaults {
			t.Errorf("%s governs %v with the default %q, want %v", id, s.Governs, s.Default, want)
		}
	}
	f, _ := portbook.Lookup(portbook.FlowScanMailLogsSpam)
	if f.PortKind() != portbook.PortKindReference {
		t.Fatalf("%s has ports of the kind %s", f, f.PortKind())
	}
	var defaults portbook.PortSet
	for _, s := range f.Settings() {
		defaults = defaults.Union(s.Default)
	}
	if defaults.String() != "80,443/tcp" {
		t.Errorf("%s leads to the defaults %q", f, defaults)
	}
	reverse, _ := portbook.Lookup(portbook.FlowApexCentralConsoleHTTPSReverse)
	if got, want := reverse.Record(nil).Setting, "HTTPS port of the IIS site"; got != want {
		t.Errorf("the port of %s is set by %q, want %q", reverse, got, want)
	}
}
