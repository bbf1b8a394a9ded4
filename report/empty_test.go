package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/testkit/synthetic"
	"github.com/portbook/portbook/report"
)

// TestEmptyReportNamesItsCatalog reports no flows of different catalogs: the
// version is that of the catalog that was asked, not of the built-in one.
func TestEmptyReportNamesItsCatalog(t *testing.T) {
	for _, c := range []*portbook.Catalog{portbook.Builtin(), handle.Catalog(synthetic.Table(50, 10, 1))} {
		var b strings.Builder
		if err := report.Write(&b, c.Flows().From(), report.Options{Format: report.JSON}); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Version string
			Flows   []any
		}
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil || got.Version != c.Version() || len(got.Flows) > 0 {
			t.Errorf("the report has %d flows of version %q (%v), want none of %q", len(got.Flows), got.Version, err, c.Version())
		}
	}
}
