package catalog_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/portbook/portbook/catalog"
)

// endless is a file system with any number of files of any size, none of which exists.
type endless struct {
	fstest.MapFS
	folder string // has as many files as are asked for
	file   string // never ends
}

func (e endless) Open(name string) (fs.File, error) {
	f, err := e.MapFS.Open(name)
	switch {
	case err != nil:
		return nil, err
	case name == e.folder:
		return endlessFolder{f}, nil
	case name == e.file:
		return endlessFile{f}, nil
	}
	return f, nil
}

type endlessFolder struct{ fs.File }

func (endlessFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		panic("all of the endless folder is asked for")
	}
	list := make([]fs.DirEntry, n)
	for i := range list {
		list[i] = fs.FileInfoToDirEntry(info(fmt.Sprintf("x%d.yaml", i)))
	}
	return list, nil
}

type endlessFile struct{ fs.File }

func (endlessFile) Read(b []byte) (int, error) { return copy(b, strings.Repeat("# ", len(b)/2+1)), nil }

// info is a regular file of a name.
type info string

func (i info) Name() string     { return string(i) }
func (info) Size() int64        { return 1 }
func (info) Mode() fs.FileMode  { return 0o444 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }

// bomb returns an archive of a few kilobytes with a file of 100 MB.
func bomb(t *testing.T) fs.FS {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, name := range []string{"i18n/en/shop.yaml", "data/shop.yaml"} {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		size := map[bool]int64{true: 100 << 20, false: 2}[name == "data/shop.yaml"]
		if _, err := io.CopyN(w, endlessFile{}, size); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// laughs returns aliases that would expand to ten to the power of 9 values.
func laughs() string {
	var b strings.Builder
	b.WriteString("product: {id: shop}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	b.WriteString("documents: *a8\n")
	return b.String()
}

// repeat writes a form n times, each with a word of its own for %d.
func repeat(n int, form string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(form, "%d", letters(i)))
	}
	return b.String()
}

// letters writes a number in letters, since ids hold no numbers.
func letters(n int) string {
	word := []byte{'a' + byte(n%26)}
	for n /= 26; n > 0; n /= 26 {
		word = append(word, 'a'+byte(n%26))
	}
	return string(word)
}

// chain makes components that each inherit from the one before.
func chain(n int) string {
	var b strings.Builder
	last := "x"
	for i := range n {
		fmt.Fprintf(&b, "- {id: shop/%s/y, inherits: [shop/%s]}\n", letters(i), last)
		last = letters(i) + "/y"
	}
	return b.String()
}

// TestHostile loads what would exhaust memory or time, and expects a refusal in time and within bounds.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("reads much")
	}
	data := func(s string) fs.FS { f := shop(); f["data/shop.yaml"] = s; return f.fs() }
	languages := shop().fs()
	for i := range 5000 {
		languages[fmt.Sprintf("i18n/en-x-%s/shop.yaml", letters(i))] = &fstest.MapFile{Data: []byte("product: {name: X}")}
	}
	const head = "product: {id: shop}\n"
	for _, c := range []struct {
		name string
		fsys fs.FS
		want string // a part of the message
	}{
		{"billion laughs", data(laughs()), `field "documents" is an alias; expected: a list`},
		{"deep lists", data(strings.Repeat("[", 1<<20)), "is not YAML"},
		{"deep lists that end", data("x: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), "is nested deeper than 20 levels"},
		{"deep mappings", data(strings.Repeat("{a: ", 1<<19)), "is not YAML"},
		{"deep sequences", data(strings.Repeat("- ", 1<<20)), "is not YAML"},
		{"deep keys", data(strings.Repeat("? ", 1<<20)), "is not YAML"},
		{"many anchors", data(head + "x: [" + repeat(100_000, "&%d a,") + "]"), "holds a list of 100000 values; expected: at most 1000"},
		{"many comments", data(strings.Repeat("#\n", 1<<20) + head), "is a text that no entry"},
		{"many tags", data(strings.Repeat("%TAG !a! tag:b,2000:\n", 1<<16) + "---\n" + head), "is not YAML"},
		{"a file that never ends", endless{MapFS: shop().fs(), file: "data/shop.yaml"}, "data/shop.yaml: cannot be read: is larger than 4194304 bytes"},
		{"an archive of 100 MB", bomb(t), "data/shop.yaml: cannot be read: is larger than 4194304 bytes"},
		{"a folder that never ends", endless{MapFS: shop().fs(), folder: "data"}, "data: holds, with the folders before it, more than 10000 files"},
		{"a folder of languages that never ends", endless{MapFS: shop().fs(), folder: "i18n"}, "i18n: holds, with the folders before it, more than 10000 files"},
		{"many languages", languages, "i18n: has 5001 languages; expected: at most 64"},
		{"a long value", data(head + "x: " + strings.Repeat("y", 1<<20)), "holds a value of 1048576 bytes; expected: at most 8192"},
		{"a long key", data(strings.Repeat("y", 1000) + ": x"), "unknown key"},
		{"many keys", data(head + repeat(200_000, "%d: 1\n")), "more problems"},
		{"many rows", data(head + "documents: [{id: x, rows: 999999999}]"), "has 999999999 rows; expected: at most 65535"},
		{"many sections", data(head + "documents: [{id: x, sections: [" + repeat(70_000, "{id: %d},") + "]}]"), "holds 70000 sections of documents; expected: at most 65535"},
		{"ports of every protocol", data(head + "ports:\n" + repeat(20_000, `- {id: shop/%d, ports: "1,3,5,7,9,11,13,15,17,19,21,23,25,27/*"}`+"\n")), "more than 1048576 ranges of ports"},
		{"long inheritance", data(head + "components:\n- {id: shop/x}\n" + chain(50_000)), "inherits, with those before it, from more than 4194304 components"},
		{"a long circle", data(head + "components:\n- {id: shop/x, inherits: [shop/" + letters(49_999) + "/y]}\n" + chain(50_000)), "inherits from itself"},
		{"many unknown ids", data(head + "components:\n" + repeat(50_000, "- {id: shop/%d, inherits: [shop/%d/z]}\n")), "more problems"},
		{"many entries", data(head + "flows:\n" + strings.Repeat("- {}\n", 1<<19)), "more problems"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := catalog.Load(c.fsys)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			t.Logf("%v, %d MB allocated", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
			if !strings.Contains(message(err), c.want) {
				t.Errorf("error is %.1000v, want %s", err, c.want)
			}
			if len(message(err)) > 4<<20 {
				t.Errorf("the message has %d bytes", len(message(err)))
			}
		})
	}
}

// TestLimits sets every limit low.
func TestLimits(t *testing.T) {
	size := len(shopData)
	for _, c := range []struct {
		limits catalog.Limits
		want   string
	}{
		{catalog.Limits{FileSize: size}, ""},
		{catalog.Limits{FileSize: size - 1}, fmt.Sprintf("data/shop.yaml: cannot be read: is larger than %d bytes", size-1)},
		{catalog.Limits{TotalSize: size + len(shopTexts)}, ""},
		{catalog.Limits{TotalSize: size}, fmt.Sprintf("i18n/en/shop.yaml: cannot be read: is, with the files before it, larger than %d bytes", size)},
		{catalog.Limits{Files: 3}, ""},
		{catalog.Limits{Files: 2}, "i18n/en: holds, with the folders before it, more than 2 files"},
		{catalog.Limits{Entries: 7}, ""},
		{catalog.Limits{Entries: 5}, "data/shop.yaml:16: holds, with the files before it, more than 5 entries"},
		{catalog.Limits{Depth: 6}, ""},
		{catalog.Limits{Depth: 5}, "data/shop.yaml:3: is nested deeper than 5 levels"},
		{catalog.Limits{FileSize: -1, TotalSize: -1, Files: -1, Entries: -1, Depth: -1, Problems: -1}, ""},
	} {
		if _, err := catalog.Load(shop().fs(), catalog.WithLimits(c.limits)); message(err) != c.want {
			t.Errorf("%+v: error is %q, want %q", c.limits, message(err), c.want)
		}
	}
}

// FuzzLoad loads any data and texts, over nothing and over another catalog. What loads can be written and read again.
func FuzzLoad(f *testing.F) {
	f.Add(shopData, shopTexts, false)
	f.Add(siteData, siteTexts, true)
	f.Add(laughs(), "", false)
	f.Add("product: {id: shop}\ncomponents: [&a {id: shop/a, inherits: [shop/a, *a]}]", "? [a]\n: b", true)
	f.Add("flows: [{cite: [65536, x], ports: \"1/*\"}]", "flows: {a: {b: c}}", false)
	base, err := catalog.Load(shop().fs())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data, texts string, over bool) {
		folder, options := files{"data/shop.yaml": data, "i18n/en/shop.yaml": texts}, []catalog.Option(nil)
		if over {
			folder = files{"data/our-site.yaml": data, "i18n/en/our-site.yaml": texts}
			options = append(options, catalog.Extending(base))
		}
		c, err := catalog.Load(folder.fs(), options...)
		if err != nil {
			return
		}
		if again := roundTrip(t, c); again.Version() != c.Version() {
			t.Errorf("version is %s, and %s after a round", c.Version(), again.Version())
		}
		if _, err := catalog.Merge(c, base); err != nil && over {
			t.Errorf("does not merge with what it extends: %v", err)
		}
	})
}

var tokens = regexp.MustCompile(`[^\s{}\[\],:]+`)

// TestRandomEdits puts words of a valid folder where others stand, which gets past the first checks far more often than
// random bytes do. Nothing may panic, and what loads can be written and read again.
func TestRandomEdits(t *testing.T) {
	base := shop().load(t)
	loaded := 0
	for seed := range uint64(4000) {
		random := rand.New(rand.NewPCG(seed, 1))
		f, options := shop(), []catalog.Option(nil)
		if seed%2 == 0 {
			f, options = site(), []catalog.Option{catalog.Extending(base)}
			f["data/our-site.yaml"] += "    configurable: no\ncomponents:\n  - {id: our-site/a, inherits: [shop/client]}\n"
			f["i18n/en/our-site.yaml"] += "components: {our-site/a: {name: A, role: A}}\n"
		}
		for _, name := range slices.Sorted(maps.Keys(f)) {
			content := f[name]
			words := slices.Concat(tokens.FindAllString(content+shopData, -1), []string{"", "0", "65536", "[]", "{}", "null", "either", "conditional", "1-65535/*", "*"})
			for range random.IntN(3) {
				places := tokens.FindAllStringIndex(content, -1)
				place := places[random.IntN(len(places))]
				content = content[:place[0]] + words[random.IntN(len(words))] + content[place[1]:]
			}
			f[name] = content
		}
		c, err := catalog.Load(f.fs(), options...)
		if err != nil {
			continue
		}
		loaded++
		if again := roundTrip(t, c); again.Version() != c.Version() {
			t.Errorf("seed %d: version is %s, and %s after a round", seed, c.Version(), again.Version())
		}
	}
	if t.Logf("%d folders load", loaded); loaded < 100 {
		t.Errorf("only %d folders load", loaded)
	}
}
