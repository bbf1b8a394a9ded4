package probe_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/probe"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/powershell"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site"
)

type writer func(io.Writer, *firewall.Policy, firewall.Options) error

func write(t *testing.T, w writer, p *firewall.Policy) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w(&b, p, firewall.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	plan := policies.Example(t, "../../examples/site/tokyo.yaml")
	for tag := range policies.Languages {
		l := policies.Localizer(plan, tag)
		p := policies.For(t, plan, "management", l)
		script := write(t, probe.WriteBash, p)
		golden.CheckWithout(t, portbook.DataVersion, "../../examples/site/rules/management-probe."+tag+".sh", script)
		script = write(t, probe.WritePowerShell, p)
		golden.CheckWithout(t, portbook.DataVersion, "../../examples/site/rules/management-probe."+tag+".ps1", script)
	}
}

// TestPowerShell reads the scripts with a parser of PowerShell: whatever the
// texts are, nothing but the texts differs.
func TestPowerShell(t *testing.T) {
	if testing.Short() {
		t.Skip("installs a parser")
	}
	texts := slices.Concat([]string{"harmless"}, hostile.Names, hostile.Code)
	var scripts [][]byte
	for _, text := range texts {
		plan := policies.Hostile(t, text)
		script := write(t, probe.WritePowerShell, policies.For(t, plan, policies.Own, i18n.Localizer{}))
		scripts = append(scripts, script)
	}
	read := powershell.Read(t, scripts...)
	for i, script := range read {
		if len(script.Errors) > 0 || script.Shape != read[0].Shape {
			t.Errorf("%.60q: the text changes the script: %q", texts[i], script.Errors)
		}
	}
}

// TestShellcheck holds the scripts against a checker of shell scripts.
func TestShellcheck(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a checker")
	}
	dir := t.TempDir()
	var names []string
	add := func(name string, p *firewall.Policy) {
		script := write(t, probe.WriteBash, p)
		names = append(names, filepath.Join(dir, name+".sh"))
		if err := os.WriteFile(names[len(names)-1], script, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, text := range slices.Concat(hostile.Names, hostile.Code) {
		plan := policies.Hostile(t, text)
		add("hostile"+string(rune('A'+i/26))+string(rune('a'+i%26)), policies.For(t, plan, policies.Own, i18n.Localizer{}))
	}
	tokyo := policies.Example(t, "../../examples/site/tokyo.yaml")
	for _, host := range tokyo.Site().Hosts() {
		add(host.Name(), policies.For(t, tokyo, host.Name(), policies.Localizer(tokyo, "ja")))
	}
	out, err := exec.Command(consumer.Program(t, "shellcheck"), append([]string{"--norc"}, names...)...).CombinedOutput()
	if err != nil {
		t.Errorf("shellcheck: %v\n%.3000s", err, out)
	}
	for _, name := range names {
		if out, err := exec.Command(consumer.Program(t, "bash"), "-n", name).CombinedOutput(); err != nil {
			t.Errorf("bash -n %s: %v\n%s", name, err, out)
		}
	}
}

// TestHostile runs scripts whose texts are commands, in a folder of its own: it
// prints them, and nothing is carried out.
func TestHostile(t *testing.T) {
	bash := consumer.Program(t, "bash")
	for _, text := range slices.Concat(hostile.Names, hostile.Code) {
		if len(text) > 100 {
			continue // is cut in the table's reasons
		}
		plan := policies.Hostile(t, text)
		script := write(t, probe.WriteBash, policies.For(t, plan, policies.Own, i18n.Localizer{}))
		// Without the tests, which take time.
		script = bytes.ReplaceAll(script, []byte("\ntcp_port "), []byte("\nprintf '%s\\n' "))
		script = bytes.ReplaceAll(script, []byte("\nudp_port "), []byte("\nprintf '%s\\n' "))
		script = bytes.ReplaceAll(script, []byte("\nping_once "), []byte("\nprintf '%s\\n' "))
		dir := t.TempDir()
		command := exec.Command(bash)
		command.Dir, command.Stdin = dir, bytes.NewReader(script)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v\n%s", text, err, out)
		}
		if want := "p/c/f: " + firewall.Comment(text, 0); strings.Count(string(out), want) != 10 {
			t.Errorf("%q: printed %d times:\n%s", text, strings.Count(string(out), want), out)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%q: the script made %s", text, left[0].Name())
		}
	}
}

// TestGateway refuses the policy of a gateway: a test runs on a host.
func TestGateway(t *testing.T) {
	plan := policies.Example(t, "../../examples/site/tokyo.yaml")
	for _, w := range []writer{probe.WriteBash, probe.WritePowerShell} {
		err := w(io.Discard, policies.For(t, plan, "", policies.Localizer(plan, "en")), firewall.Options{})
		if want := "probe: the policy is that of a gateway (expected: that of a host)"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestGaps lists what a script shows and does not test, and tests the rest.
func TestGaps(t *testing.T) {
	pods := site.Host{Name: "pods", Kubernetes: site.Kubernetes{Namespace: "n"}}
	s := sites.New(t, []site.Host{
		sites.Host("own", "", "192.0.2.1 2001:db8::1"), sites.Host("peer", "", "192.0.2.2 2001:db8::2"), sites.Host("group", "", "192.0.2.16/28"), pods,
	}, sites.Cloud{"cloud": {"*.example.com", "www.example.com"}},
		sites.Flow{From: "own", To: "peer", Ports: "1-2/tcp 1000-1016/tcp 8/icmp 128/ipv6-icmp 3/icmp */gre 7/udp"},
		sites.Flow{From: "own", To: "group", Ports: "443/tcp"}, sites.Flow{From: "own", To: "pods", Ports: "443/tcp"},
		sites.Flow{From: "own", To: "cloud", Ports: "443/tcp"}, sites.Flow{From: "peer", To: "own", Ports: "9/tcp"},
	)
	p := policies.For(t, s.Plan(), "own", i18n.Localizer{})
	var got []string
	for _, g := range probe.Gaps(p) {
		got = append(got, g.End.Name()+": "+strings.Join(g.What, ", "))
	}
	slices.Sort(got)
	want := []string{
		"cloud", "group: 192.0.2.16/28 443/tcp",
		"peer: 192.0.2.2 3/icmp, 192.0.2.2 1000-1016/tcp, 192.0.2.2 */gre, 2001:db8::2 1000-1016/tcp, 2001:db8::2 */gre", "pods: 443/tcp",
	}
	want[0] = "t/cloud: *.example.com 443/tcp"
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	script := string(write(t, probe.WriteBash, p))
	for test, want := range map[string]int{"\ntcp_port ": 5, "\nudp_port ": 2, "\nping_once ": 2, "\nrow \"$untested\"": 8} {
		if n := strings.Count(script, test); n != want {
			t.Errorf("%d times %q, want %d:\n%s", n, test, want, script)
		}
	}
}
