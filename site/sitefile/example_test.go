package sitefile_test

import (
	"fmt"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// A site file, and the first thing that it leaves open.
func ExampleLoad() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		fmt.Println(err) // every problem, one a line
		return
	}
	q := s.Plan().Questions()[0]
	fmt.Println(q.Text(i18n.Localizer{}))
	fmt.Println(q.Answer())
	// Output:
	// Which host is “Deep Security”? Product whose console Apex Central connects to.
	// {component: apex-central/deep-security, absent: true, why: "..."}
}
