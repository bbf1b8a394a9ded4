package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestDocumentedCommands reads the commands that the documentation shows: each
// exists with its flags, and docs/command-line.md shows every command.
func TestDocumentedCommands(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	n := 0
	for _, name := range append(pages, "../../README.md", "../../CONTRIBUTING.md", "../../data/README.md", "../../cmd/portbook/main.go") {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile("(?m)(?:`|^|^//\t)portbook ([^`\n]+)").FindAllStringSubmatch(string(page), -1) {
			for part := range strings.SplitSeq(match[1], ", portbook ") {
				n++
				command := documented(t, name, part)
				if filepath.Base(name) == "command-line.md" {
					shown[command] = true
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("%d commands are documented", n)
	}
	everyCommand(func(cmd *cobra.Command) {
		if cmd.Runnable() && !cmd.HasAvailableSubCommands() && cmd.Name() != "help" && !shown[cmd.CommandPath()] {
			t.Errorf("docs/command-line.md does not show %s", cmd.CommandPath())
		}
	})
}

// TestExamples runs the examples of help that read and write no file: each
// finds something.
func TestExamples(t *testing.T) {
	n := 0
	everyCommand(func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			args := words(strings.TrimPrefix(strings.TrimSpace(line), "portbook "))
			if strings.Contains(line, "output") || strings.Contains(line, "before.json") || slices.Contains([]string{"plan", "rules", "audit", "ssh", "init", "draft", "verify", "validate"}, args[0]) {
				continue
			}
			n++
			if status, out, stderr := portbookRun(t, nil, args...); status != 0 && args[0] != "parity" || len(out) < 10 || strings.Contains(out, "No flow") || out == "[]\n" {
				t.Errorf("%s exit %d, %q, %s", line, status, out, stderr)
			}
		}
	})
	if n < 15 {
		t.Errorf("%d examples", n)
	}
}

// documented checks that a command exists, and returns its name.
func documented(t *testing.T, page, line string) string {
	t.Helper()
	line, _, _ = strings.Cut(line, "   ") // what it answers
	line, _, _ = strings.Cut(line, " #")
	line, _, _ = strings.Cut(line, ")") // of a shell
	args := words(line)
	root := newApp(nil, nil, nil, nil, func(string) string { return "" }).rootCommand()
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		return root.Name()
	}
	cmd, rest, err := root.Find(args)
	if err != nil || cmd == root {
		t.Errorf("%s: portbook %s: no such command (%v)", page, line, err)
		return ""
	}
	rest = slices.DeleteFunc(rest, func(s string) bool { return s == "..." })
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: portbook %s: %v", page, line, err)
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if list, ok := f.Value.(pflag.SliceValue); ok && f.Name == "json" {
			for _, field := range list.GetSlice() {
				if field != "FIELDS" && !slices.Contains(fieldNamesOf(cmd), field) {
					t.Errorf("%s: portbook %s: no field %s", page, line, field)
				}
			}
		}
	})
	return cmd.CommandPath()
}

// fieldNamesOf returns all fields that the help of a command lists.
func fieldNamesOf(cmd *cobra.Command) []string {
	_, fields, _ := strings.Cut(helpOf(cmd), "Fields of --json")
	return regexp.MustCompile(`\w+`).FindAllString(fields, -1)
}

func helpOf(cmd *cobra.Command) string {
	var b strings.Builder
	cmd.SetOut(&b)
	cmd.Help()
	return b.String()
}

// words divides a line as a shell does.
func words(line string) []string {
	var list []string
	for _, match := range regexp.MustCompile(`'([^']*)'|"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		list = append(list, match[1]+match[2]+match[3])
	}
	return list
}
