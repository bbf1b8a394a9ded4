package portbook_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// avoided are words that readers stumble over, each with what to write in its
// place. The word is the first group.
var avoided = []struct{ pattern, instead string }{
	{`(accepted: )`, "expected: "},
	{`(?i)(?:^|[^e] |[^r]e )(is no) (?:[a-km-z]|l[^o])`, "is not a"},
	{`(?i)\b(stands? (?:in|at|beside|below|apart)\b)`, "is in, is with"},
	{`(?i)\b(speaks? of)\b`, "refers to"},
	{`(?i)\b(tells? (?:who|whether|what|which|how|that|when|why|nothing|them apart))\b`, "says, shows, distinguishes"},
	{`(?i)\b(our reading|our copy)\b`, "is inferred, the copy we used"},
	{`(?i)\b(for ever)\b`, "permanent"},

	{`(?i)\b(the customer's|customers?')`, "your"},
	{`(?i)\b(by mail|web sites?)\b`, "by email, website"},
	{`(?i)\b(licence|colour|behaviour|[a-z]+alised?|neighbours?)\b(?:[^-]|$)`, "American spelling"},
	{`(?i)\b(what is odd|as it is)\b`, "discrepancy, unchanged"},
}

// avoidedJapanese are the same for Japanese texts.
var avoidedJapanese = []struct{ pattern, instead string }{
	{`(手元の文書)`, "参照した文書"},
	{`(としたのは推定|と解釈した)`, "と推定した"},
	{`(お客様)`, "自社環境、利用者"},
	{`([をがはもにで]使(?:う|い|わ|っ))`, "使用する"},
	{`(「「)`, "一重のかぎ括弧"},
	{`(インターネットゲートウェイ)`, "Internet Gateway"},
	{`(管理対象製品|データの版)`, "管理下の製品、データのバージョン"},
	{`(ユーザ(?:が|は|に)|サーバ(?:が|は|に)|フォルダ(?:が|は|に))`, "長音符を付ける"},
}

// TestWords holds everything that people read against words that have a plainer
// one: texts, documentation, messages and comments.
func TestWords(t *testing.T) {
	for _, name := range readable(t) {
		list := avoided
		if strings.HasPrefix(filepath.ToSlash(name), "i18n/ja/") {
			list = avoidedJapanese
		}
		for line, text := range prose(t, name) {
			for _, x := range list {
				if m := regexp.MustCompile(x.pattern).FindStringSubmatch(text); m != nil {
					t.Errorf("%s:%d: %q (write: %s)\n\t%.160s", name, line, m[1], x.instead, strings.TrimSpace(text))
				}
			}
		}
	}
}

// readable returns the files that people read.
func readable(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && (base == "testdata" || base == "node_modules" || base == "dist" || base == ".git" || name == "examples/site" || name == "examples/cloud") {
			return fs.SkipDir
		}
		switch filepath.Ext(name) {
		case ".go":
			if !strings.HasPrefix(base, "generated_") && name != "words_test.go" {
				names = append(names, name)
			}
		case ".md":
			names = append(names, name)
		case ".yaml", ".yml":
			if strings.HasPrefix(name, "i18n") || strings.HasPrefix(name, ".github") {
				names = append(names, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// prose returns the lines of a file by their numbers: of Go those of comments
// and of literals, where a comment that is wrapped is one line.
func prose(t *testing.T, name string) map[int]string {
	t.Helper()
	text := readFile(t, name)
	lines := map[int]string{}
	if filepath.Ext(name) != ".go" {
		n := 0
		for line := range strings.Lines(text) {
			n++
			lines[n] = line
		}
		return lines
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range f.Comments {
		lines[set.Position(group.Pos()).Line] = strings.Join(strings.Fields(group.Text()), " ")
	}
	if !strings.HasSuffix(name, "_test.go") { // tests have inputs of all kinds
		ast.Inspect(f, func(n ast.Node) bool {
			if x, ok := n.(*ast.BasicLit); ok && x.Kind == token.STRING {
				lines[set.Position(x.Pos()).Line] += " " + x.Value
			}
			return true
		})
	}
	return lines
}

// TestShapes holds texts against the shape of their kind: conditions begin with
// "Only if" and end with 場合のみ, purposes are noun phrases, and labels have no
// period.
func TestShapes(t *testing.T) {
	verb := regexp.MustCompile(`^(Sends|Opens|Lets|Takes|Gives|Shows|Carries|Connects|Passes|Hands|Makes|Brings|Asks|Tells|Reads|Finds|Resolves|Manages|Receives|Delivers|Fetches|Synchronizes|Reaches|Renews|The [a-z ]+ (?:connects|accepts|gets|asks|updates|works))\b`)
	for _, name := range glob(t, "i18n/*/*.yaml") {
		if base := filepath.Base(name); base == "labels.yaml" || base == "command-line.yaml" {
			continue
		}
		var texts struct {
			Conditions map[string]string
			Flows      map[string]struct{ Purpose string }
			Settings   map[string]struct{ Label string }
		}
		if err := yaml.Unmarshal([]byte(readFile(t, name)), &texts); err != nil {
			t.Fatal(err)
		}
		japanese := strings.Contains(filepath.ToSlash(name), "/ja/")
		for id, s := range texts.Conditions {
			if japanese && !strings.HasSuffix(s, "場合のみ") || !japanese && !(strings.HasPrefix(s, "Only if ") && strings.HasSuffix(s, ".")) {
				t.Errorf("%s: condition %s is %q, want \"Only if ... .\" or 〜の場合のみ", name, id, s)
			}
		}
		for id, f := range texts.Flows {
			switch {
			case japanese && strings.HasSuffix(f.Purpose, "。"):
				t.Errorf("%s: purpose of %s ends in 。, want 体言止め: %q", name, id, f.Purpose)
			case !japanese && (verb.MatchString(f.Purpose) || !strings.HasSuffix(f.Purpose, ".")):
				t.Errorf("%s: purpose of %s is %q, want a noun phrase with a period", name, id, f.Purpose)
			}
		}
		for id, x := range texts.Settings {
			if strings.HasSuffix(x.Label, "。") || strings.HasSuffix(x.Label, ".") {
				t.Errorf("%s: label of %s ends in a period: %q", name, id, x.Label)
			}
		}
	}
}
