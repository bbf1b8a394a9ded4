package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/text/language"
)

var japanese = phrase.In(i18n.New(language.Japanese))

func isJapaneseText(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) })
}

// TestPhrases holds that every phrase is used, and translated.
func TestPhrases(t *testing.T) {
	same := []string{"error/in", "error/list", "kind/id", "say/differences"} // without words
	for _, p := range phrase.All() {
		if text := japanese.Fill(p); !isJapaneseText(text) && !slices.Contains(same, p.Key()) {
			t.Errorf("%s is %q in Japanese", p.Key(), text)
		}
	}
	var source bytes.Buffer
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(content)
	}
	generated, err := os.ReadFile("phrase/generated_phrases.go")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^\t(\w+) +Phrase = `).FindAllSubmatch(generated, -1)
	if len(names) != len(phrase.All()) {
		t.Fatalf("%d constants of %d phrases", len(names), len(phrase.All()))
	}
	for i, name := range names {
		if !regexp.MustCompile(`phrase\.` + string(name[1]) + `\b`).Match(source.Bytes()) {
			t.Errorf("%s is not used", phrase.All()[i].Key())
		}
	}
}

// everyCommand calls visit for all commands of a reader of Japanese.
func everyCommand(visit func(*cobra.Command)) {
	a := newApp([]string{"--lang", "ja"}, nil, nil, nil, func(string) string { return "" })
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		visit(cmd)
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(a.rootCommand())
}

// TestJapaneseHelp reads the help of every command in Japanese: that of
// commands, of flags, and the words of cobra.
func TestJapaneseHelp(t *testing.T) {
	n := 0
	everyCommand(func(cmd *cobra.Command) {
		n++
		for _, text := range strings.Split(cmd.Short+"\n\n"+cmd.Long, "\n\n") {
			if text != "" && !isJapaneseText(text) {
				t.Errorf("%s: %q", cmd.CommandPath(), text)
			}
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !isJapaneseText(f.Usage) {
				t.Errorf("%s --%s: %q", cmd.CommandPath(), f.Name, f.Usage)
			}
			if strings.ContainsAny(f.Usage, "{}") {
				t.Errorf("%s --%s: a placeholder is left: %q", cmd.CommandPath(), f.Name, f.Usage)
			}
		})
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		_, out, stderr := portbookRun(t, map[string]string{"LANG": "ja_JP.UTF-8"}, args...)
		if english := regexp.MustCompile(`(?i)usage:|flags:|help for|available|default[^-]|use "|\[flags\]`).FindString(out); english != "" || stderr != "" || !strings.Contains(out, "使い方") {
			t.Errorf("%v prints %q on standard error, and has %q:\n%s", args, stderr, english, out)
		}
	})
	if n < 19 {
		t.Errorf("%d commands", n)
	}
}

// TestSpeaks finds the language of messages before flags are read.
func TestSpeaks(t *testing.T) {
	for _, c := range []struct {
		env, args, want string
	}{
		{"", "products", "en"},
		{"ja_JP.UTF-8", "products", "ja"},
		{"ja_JP.UTF-8", "products --lang en", "en"},
		{"", "--lang ja products", "ja"},
		{"", "products --lang=ja,en", "ja"},
		{"", "products --unknown x --lang ja", "ja"},
		{"", "products -o x.md --lang ja --help", "ja"},
		{"", "products --lang xx", "en"},
		{"ja_JP.UTF-8", "products --lang xx", "ja"},
		{"", "products -- --lang ja", "en"},
		{"C", "__complete report --lang ja --for", "ja"},
	} {
		l := speaks(strings.Fields(c.args), func(name string) string { return map[string]string{"LC_ALL": c.env}[name] })
		if got := l.Language().String(); got != c.want {
			t.Errorf("%q with %q speaks %s, want %s", c.args, c.env, got, c.want)
		}
	}
}

// TestJapaneseErrors puts all errors of TestErrors in Japanese, but for those
// of the libraries.
func TestJapaneseErrors(t *testing.T) {
	libraries := []string{ // what a file holds is said in English
		"diff testdata/components.en.csv builtin", "diff testdata/report-collisions.en.json builtin",
	}
	for _, c := range commandErrors {
		if strings.Contains(c.args, "--lang en") {
			continue
		}
		library := slices.Contains(libraries, c.args)
		status, _, stderr := portbookRun(t, map[string]string{"LANG": "ja_JP.UTF-8"}, strings.Fields(c.args)...)
		if status != 2 || !isJapaneseText(stderr) && !library {
			t.Errorf("portbook %s: exit %d, %s", c.args, status, stderr)
		}
		if library && isJapaneseText(stderr) {
			t.Errorf("portbook %s has a translation: %s", c.args, stderr)
		}
	}
}
