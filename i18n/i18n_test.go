package i18n_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/table"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

func TestMatching(t *testing.T) {
	english, japanese := i18n.New(), i18n.New(language.Japanese)
	environment := func(pairs map[string]string) i18n.Localizer {
		return i18n.FromEnvironment(func(name string) string { return pairs[name] })
	}
	for _, c := range []struct {
		name      string
		got, want i18n.Localizer
	}{
		{"nothing preferred", i18n.New(), english},
		{"Japan", i18n.New(language.MustParse("ja-JP")), japanese},
		{"extensions", i18n.New(language.MustParse("ja-JP-u-ca-japanese")), japanese},
		{"second choice", i18n.New(language.Thai, language.Japanese), japanese},
		{"no match", i18n.New(language.Thai), english},
		{"zero value", i18n.Localizer{}, english},
		{"header", i18n.FromAcceptLanguage("fr;q=0.9, ja;q=0.8, en;q=0.1"), japanese},
		{"empty header", i18n.FromAcceptLanguage(""), english},
		{"malformed header", i18n.FromAcceptLanguage("ja;q=x"), english},
		{"LANG", environment(map[string]string{"LANG": "ja_JP.UTF-8"}), japanese},
		{"LC_ALL before LANG", environment(map[string]string{"LC_ALL": "en_US.UTF-8", "LANG": "ja_JP.UTF-8"}), english},
		{"modifier", environment(map[string]string{"LC_MESSAGES": "ja_JP@x"}), japanese},
		{"C", environment(map[string]string{"LANG": "C"}), english},
		{"POSIX", environment(map[string]string{"LC_ALL": "POSIX", "LANG": "ja_JP.UTF-8"}), english},
		{"empty environment", environment(nil), english},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got.Language(), c.want.Language())
		}
	}
}

func TestParse(t *testing.T) {
	for _, tag := range []string{"ja", "ja-JP", "JA"} {
		if l, err := i18n.Parse(tag); err != nil || l.Language() != language.Japanese {
			t.Errorf("Parse(%q) = %v, %v", tag, l.Language(), err)
		}
	}
	for _, tag := range []string{"en", "en-GB", "en-US", "en-001"} {
		if l, err := i18n.Parse(tag); err != nil || l != (i18n.Localizer{}) {
			t.Errorf("Parse(%q) = %v, %v", tag, l.Language(), err)
		}
	}
	var known []string
	for _, tag := range i18n.Languages() {
		known = append(known, tag.String())
	}
	for _, tag := range []string{"", "x-klingon", "not a tag", "de", "ko"} {
		l, err := i18n.Parse(tag)
		if l != (i18n.Localizer{}) {
			t.Errorf("Parse(%q) = %v beside an error", tag, l.Language())
		}
		var e *i18n.LanguageError
		if want := `i18n: no texts in language "` + tag + `" (expected: ` + strings.Join(known, ", ") + ")"; !errors.As(err, &e) || err.Error() != want {
			t.Errorf("Parse(%q): got %v, want %s", tag, err, want)
		}
	}
}

// everyText calls visit with every text of the built-in catalog.
func everyText(visit func(where string, x portbook.Text)) {
	c := portbook.Builtin()
	for _, id := range c.Products() {
		p, _ := c.Product(id)
		visit(string(id)+" name", p.Name)
		visit(string(id)+" summary", p.Summary)
	}
	for _, id := range c.Components() {
		x, _ := c.Component(id)
		visit(string(id)+" name", x.Name)
		visit(string(id)+" role", x.Role)
	}
	for _, d := range c.Documents() {
		visit(string(d.ID)+" title", d.Title)
		for _, s := range d.Sections {
			visit(string(d.ID)+" section "+string(s.ID), s.Title)
		}
	}
	for _, s := range c.Settings() {
		visit(string(s.ID)+" label", s.Label)
		visit(string(s.ID)+" help", s.Help)
		visit(string(s.ID)+" group", s.Group)
	}
	for _, n := range c.Notes() {
		visit(string(n.ID)+" text", n.Text)
	}
	for _, p := range c.NamedPorts() {
		visit(string(p.ID)+" name", p.Name)
	}
	for f := range c.Flows().All() {
		visit(f.String()+" purpose", f.Purpose())
	}
	for _, x := range c.Conditions() {
		visit(string(x.ID), x.Text)
	}
}

var (
	// spaced finds a space between Japanese and Latin letters or digits, which Japanese typesetting does without.
	spaced = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}] +[A-Za-z0-9]|[A-Za-z0-9] +[\p{Hiragana}\p{Katakana}\p{Han}]`)
	// fullWidth finds full-width Latin letters and digits.
	fullWidth = regexp.MustCompile(`[Ａ-Ｚａ-ｚ０-９]`)
	// shortMark finds loan words without the long mark that current Japanese style has.
	shortMark = regexp.MustCompile(`(サーバ|ユーザ|フォルダ|プリンタ|コンピュータ)([^ー]|$)`)
	// vendorSpelling matches what keeps a vendor's spelling: labels in 「」, and the vendor's names for things.
	vendorSpelling = regexp.MustCompile(`「[^」]*」|ユーザ指定|アップデートサーバ`)
	// screen matches the texts that are themselves labels of a screen.
	screen = regexp.MustCompile(`^scanmail.* (label|group|section .*)$`)
)

// TestJapaneseTexts checks that every text has a Japanese form of its own, and its typography.
func TestJapaneseTexts(t *testing.T) {
	japanese := i18n.New(language.Japanese)
	n := 0
	everyText(func(where string, x portbook.Text) {
		s, tag := japanese.TextLanguage(x)
		if tag != language.Japanese {
			t.Errorf("%s: falls back to %v: %q", where, tag, s)
		}
		if x.String() != "" {
			n++
		}
		if !norm.NFC.IsNormalString(s) || spaced.MatchString(s) || fullWidth.MatchString(s) {
			t.Errorf("%s: typography of %q", where, s)
		}
		if shortMark.MatchString(vendorSpelling.ReplaceAllString(s, "")) && !screen.MatchString(where) {
			t.Errorf("%s: long mark is missing in %q", where, s)
		}
	})
	if n < 500 {
		t.Errorf("only %d texts were checked", n)
	}
}

func TestEnglishIsTheCatalogsOwn(t *testing.T) {
	english := i18n.New(language.English)
	everyText(func(where string, x portbook.Text) {
		if s, tag := english.TextLanguage(x); x.String() != "" && (s != x.String() || tag != language.English) {
			t.Errorf("%s: %q in %v, want %q", where, s, tag, x)
		}
	})
}

// TestFallback reads a catalog of its own texts, of which some are missing: first the language, then its parent, then the
// first language of the catalog.
func TestFallback(t *testing.T) {
	b := table.NewBuilder([]string{"en", "ja"})
	b.Table.Products = []table.Product{{ID: b.Name("p"), Name: b.Text("name", "名称"), Summary: b.Text("summary", "")}}
	c := handle.Catalog(b.Finish())
	p, ok := c.Product("p")
	if !ok {
		t.Fatal("no product")
	}
	type result struct{ Text, Language string }
	read := func(l i18n.Localizer, x portbook.Text) result {
		s, tag := l.TextLanguage(x)
		return result{s, tag.String()}
	}
	japanese := i18n.New(language.Japanese)
	for _, c := range []struct {
		name      string
		got, want result
	}{
		{"own", read(japanese, p.Name), result{"名称", "ja"}},
		{"missing", read(japanese, p.Summary), result{"summary", "en"}},
		{"English", read(i18n.New(), p.Name), result{"name", "en"}},
		{"no text", read(japanese, portbook.Text{}), result{"", "ja"}},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestFor chooses a language for a catalog that holds German, and is without a text in each of its languages.
func TestFor(t *testing.T) {
	b := table.NewBuilder([]string{"en", "de", "ja"})
	b.Table.Products = []table.Product{{ID: b.Name("p"), Name: b.Text("name", "Name", ""), Summary: b.Text("", "", "概要")}}
	c := handle.Catalog(b.Finish())
	p, _ := c.Product("p")
	none := handle.Catalog(table.NewBuilder(nil).Finish())
	for _, x := range []struct {
		catalog   *portbook.Catalog
		preferred string
		want      string // language of texts, of labels; name and summary with their languages
	}{
		{c, "de", "de en: Name de, 概要 ja"},
		{c, "de-AT,ja", "de ja: Name de, 概要 ja"},
		{c, "ja,de", "ja ja: name en, 概要 ja"},
		{c, "fr", "en en: name en, 概要 ja"},
		{c, "", "en en: name en, 概要 ja"},
		{portbook.Builtin(), "de,ja", "ja ja: name en, 概要 ja"},
		{none, "ja", "ja ja: name en, 概要 ja"},
		{nil, "de", "en en: name en, 概要 ja"},
	} {
		tags, _, err := language.ParseAcceptLanguage(x.preferred)
		if err != nil {
			t.Fatal(err)
		}
		l := i18n.For(x.catalog, tags...)
		name, nameTag := l.TextLanguage(p.Name)
		summary, summaryTag := l.TextLanguage(p.Summary)
		if got := fmt.Sprintf("%v %v: %s %v, %s %v", l.Language(), l.LabelLanguage(), name, nameTag, summary, summaryTag); got != x.want {
			t.Errorf("%q: got %s, want %s", x.preferred, got, x.want)
		}
	}
	if i18n.For(portbook.Builtin(), language.Japanese) != i18n.New(language.Japanese) || i18n.For(c) != (i18n.Localizer{}) {
		t.Error("localizers that choose the same are not equal")
	}
	if s := p.Summary.String() + " " + p.Summary.Language() + " " + p.Name.Language() + (portbook.Text{}).Language(); s != "概要 ja en" {
		t.Errorf("the text alone is %q", s)
	}
	if got := i18n.TextLanguages(c); len(got) != 3 || got[1] != language.German || len(i18n.TextLanguages(portbook.Builtin())) != 2 {
		t.Errorf("languages of texts: %v", got)
	}
}

// TestParents looks for a text in a language, in its parents one after the
// other, in the language of labels, and in the first that has it.
func TestParents(t *testing.T) {
	languages := []string{"fr", "pt", "pt-BR", "ja", "zh-Hant", "zh-Hant-HK", "en-001", "en-GB"}
	for _, x := range []struct {
		preferred string
		has       string // the languages that have the text
		want      string
	}{
		{"pt-BR", "fr pt pt-BR", "pt-BR"},
		{"pt-BR", "fr pt ja", "pt"},
		{"pt-BR", "fr ja", "fr"},
		{"pt", "fr pt-BR", "fr"},
		{"pt-BR,ja", "fr ja", "ja"},
		{"pt-BR,ja", "fr pt ja", "pt"},
		{"zh-Hant-HK", "zh-Hant fr", "zh-Hant"},
		{"zh-Hant-HK", "pt fr", "fr"},
		{"en-GB", "fr en-001", "en-001"},
		{"en-GB", "fr ja", "fr"},
		{"ja", "fr ja", "ja"},
		{"ja", "pt zh-Hant", "pt"},
	} {
		b := table.NewBuilder(languages)
		texts := make([]string, len(languages))
		for i, tag := range languages {
			if slices.Contains(strings.Fields(x.has), tag) {
				texts[i] = tag
			}
		}
		b.Table.Products = []table.Product{{ID: b.Name("p"), Name: b.Text(texts...)}}
		c := handle.Catalog(b.Finish())
		p, _ := c.Product("p")
		tags, _, err := language.ParseAcceptLanguage(x.preferred)
		if err != nil {
			t.Fatal(err)
		}
		l := i18n.For(c, tags...)
		if text, tag := l.TextLanguage(p.Name); text != x.want || tag.String() != x.want || l.Text(p.Name) != x.want {
			t.Errorf("%s of %s: got %q in %v, want %s", x.preferred, x.has, text, tag, x.want)
		}
		if again := i18n.For(c, tags...); again != l {
			t.Errorf("%s: localizers of the same language differ", x.preferred)
		}
	}
}

func TestAllocations(t *testing.T) {
	p, _ := portbook.Builtin().Product(portbook.ProductITMS)
	for _, l := range []i18n.Localizer{{}, i18n.New(language.Japanese), i18n.For(portbook.Builtin(), language.Japanese)} {
		if n := testing.AllocsPerRun(100, func() { sinkText = l.Text(p.Name) }); n != 0 {
			t.Errorf("a text in %v allocates %v times", l.Language(), n)
		}
	}
	if n := testing.AllocsPerRun(100, func() { sinkLocalizer = i18n.New(language.Japanese) }); n > 10 {
		t.Errorf("New allocates %v times", n)
	}
}

// TestConcurrentUse makes localizers and reads texts at once, for the race
// detector.
func TestConcurrentUse(t *testing.T) {
	b := table.NewBuilder([]string{"en", "sv"})
	b.Table.Products = []table.Product{{ID: b.Name("p"), Name: b.Text("name", "namn")}}
	c := handle.Catalog(b.Finish())
	p, _ := c.Product("p")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if s := i18n.For(c, language.Swedish).Text(p.Name); s != "namn" {
				t.Errorf("the text is %q", s)
			}
		})
	}
	group.Wait()
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		sinkLocalizer = i18n.New(language.Japanese)
	}
}

func BenchmarkText(b *testing.B) {
	p, _ := portbook.Builtin().Product(portbook.ProductITMS)
	for _, l := range []i18n.Localizer{{}, i18n.New(language.Japanese)} {
		b.Run(l.Language().String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkText = l.Text(p.Name)
			}
		})
	}
}

var (
	sinkText      string
	sinkLocalizer i18n.Localizer
)

func TestRecord(t *testing.T) {
	f, _ := portbook.Lookup(portbook.FlowITMSPackageServerUNCInbound)
	en, ja := f.Record(nil), i18n.New(language.Japanese).Record(f)
	if ja.Purpose == en.Purpose || ja.Purpose == "" {
		t.Errorf("purpose is %q in Japanese", ja.Purpose)
	}
	ja.Purpose, ja.Notes, ja.Setting, ja.Condition = en.Purpose, en.Notes, en.Setting, en.Condition
	if diff := cmp.Diff(en, ja, cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b }), cmp.Comparer(func(a, b portbook.Host) bool { return a == b })); diff != "" {
		t.Errorf("facts depend on the language (-en +ja):\n%s", diff)
	}
}
