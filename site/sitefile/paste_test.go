package sitefile_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
)

// TestAnswersToPaste pastes the answer that each question of the example shows
// into its file, and expects that the question is gone.
func TestAnswersToPaste(t *testing.T) {
	data, err := os.ReadFile("../../examples/site/tokyo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plan := func(text string) *site.Plan {
		t.Helper()
		s, err := sitefile.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x.yaml", portbook.Builtin(), sitefile.AsOf(day))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text[max(0, len(text)-300):])
		}
		return s.Plan()
	}
	kinds := map[site.QuestionKind]int{}
	for _, q := range plan(string(data)).Questions() {
		kinds[q.Kind]++
		answer := strings.NewReplacer("HOST", "mail", "PORT", "1").Replace(q.Answer())
		for _, x := range plan(string(data) + "  - " + answer + "\n").Questions() {
			if x.Kind == q.Kind && x.Subject() == q.Subject() {
				t.Errorf("%s is still a question after %s", q.Subject(), answer)
			}
		}
	}
	for _, kind := range []site.QuestionKind{site.QuestionUse, site.QuestionCondition, site.QuestionPeer, site.QuestionPorts} {
		if kinds[kind] == 0 {
			t.Errorf("the example has no question of kind %q", kind)
		}
	}
}
