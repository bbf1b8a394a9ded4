//go:build unix

package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/portbook/portbook/internal/text/wrap"
)

// onTerminal runs the command line on a terminal of the given width, and
// returns what it shows there.
func onTerminal(t *testing.T, columns int, env map[string]string, args ...string) (shown, stderr string) {
	t.Helper()
	terminal, program, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal: %v", err)
	}
	defer terminal.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	output := make(chan string)
	go func() {
		b, _ := io.ReadAll(terminal) // Linux ends in an error
		output <- strings.ReplaceAll(string(b), "\r\n", "\n")
	}()
	var said bytes.Buffer
	status := Run(args, strings.NewReader(""), program, &said, func(name string) string { return env[name] })
	program.Close()
	if shown = <-output; status != 0 {
		t.Fatalf("portbook %s: exit %d, %s%s", strings.Join(args, " "), status, shown, &said)
	}
	return shown, said.String()
}

var plain = strings.NewReplacer("\x1b[1m", "", "\x1b[22m", "")

// TestTerminal holds that nothing is wider than the terminal: tables, notes,
// sources and help, in both languages.
func TestTerminal(t *testing.T) {
	for _, columns := range []int{40, 80, 132} {
		for _, args := range []string{
			"flows --product scanmail", "report --product scanmail", "report --product service-gateway --view ports", "products", "components",
			"lookup 443", "show scanmail", "show itms/package-server/unc-inbound", "diff testdata/diff/old.json testdata/diff/new.json",
			"plan ../../examples/site/tokyo.yaml --as-of 2026-11-28", "i18n missing --into de", "report --help", "--help",
		} {
			for _, lang := range []string{"en", "ja"} {
				shown, _ := onTerminal(t, columns, map[string]string{"TERM": "xterm"}, append(strings.Fields(args), "--lang", lang)...)
				if len(shown) < 100 {
					t.Errorf("portbook %s shows %q", args, shown)
				}
				for line := range strings.Lines(plain.Replace(shown)) {
					line = strings.TrimSuffix(line, "\n")
					if n := wrap.Columns(line, 1); n > columns && !strings.HasPrefix(line, "  portbook ") { // examples are not broken
						t.Errorf("portbook %s --lang %s, %d columns: %d in %q", args, lang, columns, n, line)
						break
					}
				}
			}
		}
	}
}

// TestTerminalColumns chooses columns by the width, and says so.
func TestTerminalColumns(t *testing.T) {
	env := map[string]string{"TERM": "dumb"}
	for _, c := range []struct {
		columns     int
		args        string
		first, said string
	}{
		{200, "flows --product scanmail", "ID ", ""},
		{80, "flows --product scanmail", "ID ", "Columns omitted to fit the terminal: purpose (select with --columns)\n"},
		{50, "flows --product scanmail", "Source ", "Columns omitted to fit the terminal: id, requirement, purpose (select with --columns)\n"},
		{50, "flows --product scanmail --columns id,purpose", "ID ", ""},
		{50, "products", "ID ", ""},
		{50, "flows --product scanmail --format csv", "ID,", ""},
	} {
		shown, said := onTerminal(t, c.columns, env, strings.Fields(c.args)...)
		if !strings.HasPrefix(shown, c.first) || said != c.said {
			t.Errorf("portbook %s, %d columns: begins %.40q, and says %q", c.args, c.columns, shown, said)
		}
	}
	wide, _ := onTerminal(t, 40, map[string]string{"TERM": "dumb", "COLUMNS": "300"}, "flows", "--product", "scanmail")
	if piped := succeed(t, "flows", "--product", "scanmail"); wide != piped {
		t.Errorf("with COLUMNS=300 a terminal shows\n%s\na pipe gets\n%s", wide, piped)
	}
}

// TestNoScreen holds that pipes and files get neither the width of a terminal
// nor escape sequences.
func TestNoScreen(t *testing.T) {
	_, piped, _ := portbookRun(t, map[string]string{"TERM": "xterm", "COLUMNS": "40"}, "flows", "--product", "scanmail")
	if piped != succeed(t, "flows", "--product", "scanmail") {
		t.Errorf("a pipe gets\n%s", piped)
	}
	file := t.TempDir() + "/flows.txt"
	if shown, _ := onTerminal(t, 40, map[string]string{"TERM": "xterm"}, "flows", "--product", "scanmail", "--output", file); shown != "" {
		t.Errorf("the terminal shows %q", shown)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != piped {
		t.Errorf("a file holds\n%s%v", content, err)
	}
}

// TestEmphasis makes headings bold on terminals alone, unless the reader does
// not want that.
func TestEmphasis(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{"TERM": "xterm-256color"}, true},
		{map[string]string{"WT_SESSION": "x"}, true},
		{map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, false},
		{map[string]string{"TERM": "dumb"}, false},
		{map[string]string{}, false},
	} {
		for _, args := range [][]string{{"products"}, {"products", "--help"}, {"show", "scanmail/mcp-agent"}} {
			if shown, _ := onTerminal(t, 80, c.env, args...); strings.Contains(shown, "\x1b[1m") != c.want {
				t.Errorf("portbook %v with %v shows %.100q", args, c.env, shown)
			}
		}
		if shown, _ := onTerminal(t, 80, c.env, "products", "--format", "json"); strings.Contains(shown, "\x1b") {
			t.Errorf("JSON has escape sequences: %q", shown)
		}
	}
}
