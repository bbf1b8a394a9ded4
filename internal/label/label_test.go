package label_test

import (
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/table"
	"golang.org/x/text/language"
)

func TestLabels(t *testing.T) {
	english, japanese := label.Words{}, label.In(i18n.New(language.Japanese))
	if got := english.Text(label.ColumnPurpose) + "/" + japanese.Text(label.ColumnPurpose); got != "Purpose/用途" {
		t.Errorf("label is %q", got)
	}
	if label.In(i18n.Localizer{}).Text(label.ColumnID) != english.Text(label.ColumnID) {
		t.Error("the zero value differs from English")
	}
	if got := japanese.Of("requirement", "optional") + "/" + japanese.Of("no", "such"); got != "任意/such" {
		t.Errorf("Of gives %q", got)
	}
	if got := english.Join([]string{"a", "b"}) + "/" + japanese.Join([]string{"a", "b"}) + "/" + japanese.Join(nil); got != "a, b/a、b/" {
		t.Errorf("Join gives %q", got)
	}
	if got := english.Fill(label.ReportOnScreen, "label", "{label} 5%"); !strings.Contains(got, "{label} 5%") {
		t.Errorf("Fill gives %q", got)
	}
}

// TestQuote checks that quotation marks never nest, for every label of the
// catalog in every language.
func TestQuote(t *testing.T) {
	for _, x := range []struct {
		tag        language.Tag
		name, want string
	}{
		{language.English, "Port", "“Port”"},
		{language.English, "The “Port” field", "The “Port” field"},
		{language.Japanese, "ポート", "「ポート」"},
		{language.Japanese, "「設定」→「ポート」", "「設定」→「ポート」"},
		{language.Japanese, "手順1の「ポート」", "手順1の「ポート」"},
	} {
		if got := label.In(i18n.New(x.tag)).Quote(x.name); got != x.want {
			t.Errorf("%v: %s, want %s", x.tag, got, x.want)
		}
	}
	for _, tag := range i18n.Languages() {
		l := i18n.New(tag)
		for _, x := range portbook.Builtin().Settings() {
			got := label.In(l).Quote(l.Text(x.Label))
			if strings.Contains(got, "「「") || strings.Contains(got, "」」") || strings.Count(got, "“") != 1 && tag == language.English {
				t.Errorf("%v: %s has %s", tag, x.ID, got)
			}
		}
	}
}

// TestEnumerations checks that every value of an enumeration that reports show
// has a label in every language, and so has each column of an enumerated field.
func TestEnumerations(t *testing.T) {
	for _, tag := range i18n.Languages() {
		words := label.In(i18n.New(tag))
		for _, q := range portbook.Values[portbook.Quirk]() {
			if s := words.Of("quirk", string(q)); s == string(q) || s == "" {
				t.Errorf("%v: quirk %s has no label", tag, q)
			}
		}
		for _, x := range table.Fields {
			if x.Kind != table.KindEnum {
				continue
			}
			if words.Of("column", x.Word()) == x.Word() {
				t.Errorf("%v: column %s has no label", tag, x.Word())
			}
			for _, value := range x.Values {
				if words.Of(x.Word(), value) == value && !(x.Word() == "port-kind" && tag == language.English) { // whose labels are such words
					t.Errorf("%v: %s %s has no label", tag, x.Word(), value)
				}
			}
		}
	}
}
