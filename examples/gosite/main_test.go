package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var b strings.Builder
	if err := run(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"table inet portbook_host", "elements = { 192.0.2.10 }", "tcp dport 25 counter accept", "policy drop"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the rules lack %q:\n%s", want, b.String())
		}
	}
}

func TestMalformedAddress(t *testing.T) {
	_, err := network([]machine{{name: "central", address: "192.0.2.256"}})
	if err == nil || !strings.Contains(err.Error(), "inventory: central: ") {
		t.Errorf("a malformed address: %v, want an error that names its host", err)
	}
}
