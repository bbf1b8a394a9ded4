package cli

import (
	"encoding/json"
	"testing"
)

// TestLookupWide holds that exact uses are told from wide ranges: any high port
// is within some range of dynamic ports.
func TestLookupWide(t *testing.T) {
	for _, c := range []struct {
		port        string
		exact, wide bool
	}{
		{"4343/tcp", true, true},
		{"49999/tcp", false, true},
		{"25/tcp", true, false},
		{"1024-65535/tcp", true, false},
	} {
		var got jsonLookup
		if err := json.Unmarshal([]byte(succeed(t, "lookup", c.port, "--format", "json")), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Exact) > 0 != c.exact || len(got.Wide) > 0 != c.wide {
			t.Errorf("lookup %s: %d exact, %d wide", c.port, len(got.Exact), len(got.Wide))
		}
		for _, r := range got.Exact {
			if c.port == "4343/tcp" && r.Product == "itms" {
				t.Errorf("%s uses 4343 only within a wide range", r.ID)
			}
		}
	}
}
