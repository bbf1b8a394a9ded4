package diff_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
)

// TestRecordError checks that messages keep their cause, and that they are cut
// by characters and never within one.
func TestRecordError(t *testing.T) {
	cause := errors.New("portbook: cause")
	var err error = &diff.RecordError{Index: 2, ID: "a/b/c", Err: cause}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if want := `diff: flow 3, "a/b/c": cause`; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
	for _, c := range []string{"a", "表", "😀"} {
		for n := 98; n <= 102; n++ {
			id := strings.Repeat(c, n)
			got := (&diff.RecordError{ID: portbook.FlowID(id), Err: cause}).Error()
			want := `diff: flow 1, "` + id + `": cause`
			if n > 100 {
				want = `diff: flow 1, "` + strings.Repeat(c, 99) + `…": cause`
			}
			if got != want {
				t.Errorf("an id of %d times %s: %s", n, c, got)
			}
		}
		for n := 498; n <= 502; n++ {
			text := strings.Repeat(c, n)
			got := (&diff.RecordError{Err: errors.New(text)}).Error()
			want := "diff: flow 1: " + text
			if n > 500 {
				want = "diff: flow 1: " + strings.Repeat(c, 499) + "…"
			}
			if got != want {
				t.Errorf("a cause of %d times %s: %s", n, c, got)
			}
		}
	}
}
