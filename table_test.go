package portbook

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/dataset"
)

// TestTableIsCompiledData compiles the data again and compares it with the tables that are printed as Go.
func TestTableIsCompiledData(t *testing.T) {
	source := dataset.Read(os.DirFS("."))
	want, err := source.Compile()
	if err != nil {
		t.Fatal(err)
	}
	want.Texts = want.Texts[:1] // the root package carries English
	if diff := cmp.Diff(want, &builtin.table); diff != "" {
		t.Errorf("generated tables differ from the data (-data +generated):\n%s", diff)
	}
	if DataVersion != want.Version {
		t.Errorf("DataVersion is %s, the data is %s", DataVersion, want.Version)
	}
}

// TestIndexIsSmall bounds what lookups by port touch, so that it stays in a processor's nearest cache.
func TestIndexIsSmall(t *testing.T) {
	x := &builtin.table.Index
	size := len(x.Slots) + 2*len(x.Lists) + 4*len(x.Pages) + 8*len(x.Classes)
	if t.Logf("the index takes %d bytes", size); size > 32<<10 {
		t.Errorf("the index takes %d bytes, want at most %d", size, 32<<10)
	}
	if len(x.Wide) > 0 {
		t.Error("the built-in catalog has flows that are tested one by one")
	}
}
