package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a folder that is a whole catalog of its own.
const repository = "../.."

// TestFolders gives the same folder by several names, and as the catalog of all
// commands. It is read once.
func TestFolders(t *testing.T) {
	link := filepath.Join(t.TempDir(), "net")
	absolute, err := filepath.Abs(inhouse)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(absolute, link); err != nil {
		t.Skip(err)
	}
	list := string(filepath.ListSeparator)
	for _, c := range []struct{ variable, args, want string }{
		{"", "validate " + inhouse, inhouse + ": valid (12 flows)\n"},
		{inhouse, "validate " + inhouse, inhouse + ": valid (12 flows)\n"},
		{inhouse, "validate " + link, link + ": valid (12 flows)\n"},
		{"", "validate " + inhouse + " --catalog " + link, inhouse + ": valid (12 flows)\n"},
		{"", "validate " + inhouse + " " + link, inhouse + ": valid (12 flows)\n"},
		{inhouse, "diff builtin " + inhouse + " --format json", `"id": "expenses/portal/https"`},
		{inhouse, "diff " + inhouse + " " + link, "No changes."},
		{inhouse + list, "products", "Expense Desk"},
		{list + inhouse + list + list + link, "products", "Expense Desk"},
		{"", "products --catalog " + inhouse + " --catalog " + link, "Expense Desk"},
		{"", "validate " + repository, repository + ": valid (389 flows)\n"},
		{"", "diff " + repository + " " + repository, "No changes."},
		{"", "diff builtin " + repository, "No changes."},
		{"", "products --catalog " + repository + " --catalog " + inhouse, "Expense Desk"},
		{"", "show apex-central/console/https --catalog " + repository, "443"},
	} {
		status, out, stderr := portbookRun(t, map[string]string{catalogVariable: c.variable}, strings.Fields(c.args)...)
		if status != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s with %q: exit %d, %s\n%s\nlacks %q", c.args, c.variable, status, stderr, out, c.want)
		}
	}
}

// TestFolderErrors checks what is said of folders that cannot be read.
func TestFolderErrors(t *testing.T) {
	own := folderOf(t, map[string]string{"data/site.yaml": "product: {id: site}\n", "i18n/en/site.yaml": "product: {name: Site, summary: Ours.}\n",
		"data/shop.yaml": "product: {id: shop}\ncomponents: [{id: shop/x, inherits: [site/sql-server]}]\n", "i18n/en/shop.yaml": "product: {name: X, summary: X.}\ncomponents: {shop/x: {name: X, role: X.}}\n"})
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"validate", ""}, 2, "portbook: empty folder name (expected: a folder that contains data/ and i18n/)\n"},
		{[]string{"validate", own}, 1, "portbook: 1 problem in " + own + "; read alone because it defines built-in products\n"},
		{[]string{"products", "--catalog", own}, 2, "portbook: 1 problem in " + own + ", which was read alone because it defines built-in products\n"},
		{[]string{"products", "--catalog", inhouse, "--catalog", repository}, 2, " problems in " + repository + "\n"}, // not over another one
	} {
		status, out, stderr := portbookRun(t, nil, c.args...)
		if status != c.status || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit %d\n%s%s\nlacks %q", c.args, status, out, stderr, c.want)
		}
	}
}
