package draft

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/host"
	"github.com/portbook/portbook/internal/ingest/source"
	"golang.org/x/text/width"
)

// end is what a cell, or a part of one, names: a component, its hosts, or both.
type end struct {
	name    string // without footnote marks and brackets; empty where only hosts are named
	alias   string // in brackets behind the name
	hosts   []string
	schemes []string // of addresses: https
	ports   []string // of addresses: 8443
	rest    string   // text beside the hosts
	odd     []string // hosts in a form that the data does not know
	prose   bool     // the text is a description, not a name
}

// longestName is the number of characters up to which a cell is a name. A
// longer one describes something.
const longestName = 40

// nothing holds what cells say for no name.
var nothing = []string{"", "-", "–", "—", "ー", "none", "n/a", "na", "なし", "無し", "―", "--", "*", "n.a."}

func isNothing(s string) bool { return slices.Contains(nothing, strings.ToLower(strings.TrimSpace(s))) }

var (
	footnoteMark = regexp.MustCompile(`(\s*(※|＊|\*|†|‡)\s*\d*|\s*\[\d{1,2}\]|\s*[¹²³]|\s*(\(?注\d*\)?))+$`)
	bracketEnd   = regexp.MustCompile(`^(.*\S)\s*[(（\[]([^()（）\[\]]*)[)）\]]$`)
	ifAny        = regexp.MustCompile(`(?i)^(if any|if present|optional|any|or similar|etc\.?|recommended|default|あれば|任意|推奨|オプション|存在する場合)$`)
	schemeHost   = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+]{1,9})://([^\s/,;、()（）]+)(/[^\s,;、()（）]*)?`)
	bareHost     = regexp.MustCompile(`(?i)(\*[.-]?|[a-z0-9_-]*\*\.)?([a-z0-9_*-]+\.)+[a-z][a-z0-9-]*[a-z](:\d{1,5})?(/[^\s,;、()（）]*)?`)
	address      = regexp.MustCompile(`\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}|\s*[-–~～]\s*\d{1,3}(?:\.\d{1,3}){3})?|\[?[0-9a-fA-F]{1,4}:[0-9a-fA-F:]+:[0-9a-fA-F:]*(?:/\d{1,3})?\]?`)
	fileName     = regexp.MustCompile(`(?i)\.(exe|dll|conf|ini|xml|json|ya?ml|sys|log|txt|jar|sh|bat|cfg|properties|md|html?|aspx?|php|js)$`)
)

// splitHosts takes the hosts out of a text.
func splitHosts(s string) (e end) {
	s = strings.Trim(s, "`\"' ")
	add := func(text string) {
		text = strings.Trim(text, ".`\"'")
		h, err := host.Parse(text)
		if err != nil {
			e.odd = append(e.odd, text)
		} else if !slices.Contains(e.hosts, h.String()) {
			e.hosts = append(e.hosts, h.String())
		}
	}
	port := func(text string) string {
		before, digits, _ := strings.Cut(text, ":")
		if digits == "" || strings.Trim(digits, "0123456789") != "" {
			return text
		}
		e.ports = append(e.ports, digits)
		return before
	}
	rest := schemeHost.ReplaceAllStringFunc(s, func(match string) string {
		m := schemeHost.FindStringSubmatch(match)
		name := port(m[2])
		if strings.ContainsAny(name, "<>{}$[") {
			return match
		}
		e.schemes = append(e.schemes, strings.ToLower(m[1]))
		if u, err := url.Parse("//" + name); err == nil && u.Hostname() != "" && !strings.Contains(name, "*") {
			name = u.Hostname()
		}
		add(name)
		return " "
	})
	rest = address.ReplaceAllStringFunc(rest, func(match string) string {
		text := strings.NewReplacer(" ", "", "–", "-", "~", "-", "～", "-").Replace(match)
		if !isAddress(text) {
			return match
		}
		add(text)
		return " "
	})
	rest = bareHost.ReplaceAllStringFunc(rest, func(match string) string {
		text, _, _ := strings.Cut(match, "/")
		name, _, _ := strings.Cut(strings.ToLower(text), ":")
		if !source.IsDomain(name) || fileName.MatchString(name) && strings.Count(name, ".") == 1 {
			return match
		}
		add(port(text))
		return " "
	})
	if len(e.hosts)+len(e.odd) > 0 {
		rest = strings.Join(strings.FieldsFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;、/・", r) }), " ")
	}
	e.rest = strings.Trim(rest, " `\"'")
	return e
}

// isAddress reports whether a text is an address, a prefix or a range.
func isAddress(s string) bool {
	h, err := host.Parse(s)
	if err != nil {
		return false
	}
	_, isName := h.Name()
	return !isName
}

// isPublic reports whether a host has a name in a public domain, so that it is
// most likely not part of your own infrastructure.
func isPublic(h string) bool { return !isAddress(h) && source.IsPublicDomain(h) }

// nameOf reads a piece of a cell that is a name, with what is in brackets
// behind it.
func nameOf(s string) end {
	s = strings.Trim(footnoteMark.ReplaceAllString(strings.TrimSpace(s), ""), " ,、;；。`_")
	if !strings.HasPrefix(s, "*.") && !strings.HasPrefix(s, "*-") {
		s = strings.Trim(s, "*")
	}
	if isNothing(s) {
		return end{}
	}
	if hosts := splitHosts(s); len(hosts.hosts)+len(hosts.odd) > 0 {
		beside := bracketed(hosts.rest)
		if beside != "" && utf8.RuneCountInString(beside) <= longestName && !strings.HasPrefix(hosts.rest, "(") && !strings.HasPrefix(hosts.rest, "（") {
			hosts.name = strings.TrimRight(beside, " :：")
			hosts.rest = ""
		}
		return hosts
	}
	e := end{name: s}
	for {
		m := bracketEnd.FindStringSubmatch(e.name)
		if m == nil {
			break
		}
		if e.name = footnoteMark.ReplaceAllString(m[1], ""); !ifAny.MatchString(m[2]) && utf8.RuneCountInString(m[2]) <= longestName {
			e.alias = m[2]
		}
	}
	lower := strings.ToLower(e.name)
	if rest, ok := strings.CutPrefix(lower, "the "); ok && rest != "" && strings.HasPrefix(e.name, "The ") {
		e.name = e.name[4:]
	}
	e.prose = utf8.RuneCountInString(e.name) > longestName
	return e
}

// bracketed returns a text without brackets that hold nothing.
func bracketed(s string) string {
	return strings.TrimSpace(strings.NewReplacer("()", "", "（）", "", "( )", "").Replace(s))
}

var (
	commas    = regexp.MustCompile(`\s*[,，、;；]\s*(?:and\s+|or\s+|および|または)?|\s+(?:and|および|及び)\s+|\s+[/／]\s+`)
	goesOn    = regexp.MustCompile(`(?i)([,，、;；・/／&]|\band|\bor|および|または)\s*$`)
	lowerWord = regexp.MustCompile(`^[a-z(（]`)
)

// splitNames splits a text at the commas between names. A text with longer
// pieces is a description.
func splitNames(s string) []string {
	pieces := splitOutside(s)
	for _, p := range pieces {
		if utf8.RuneCountInString(p) > longestName || len(strings.Fields(p)) > 6 {
			return []string{s}
		}
	}
	return pieces
}

// splitOutside splits at commas that are in no brackets.
func splitOutside(s string) []string {
	var pieces []string
	from := 0
	for _, m := range commas.FindAllStringIndex(s, -1) {
		before := s[from:m[0]]
		if strings.Count(s[:m[0]], "(")+strings.Count(s[:m[0]], "（") > strings.Count(s[:m[0]], ")")+strings.Count(s[:m[0]], "）") {
			continue
		}
		if strings.TrimSpace(before) != "" {
			pieces = append(pieces, strings.TrimSpace(before))
		}
		from = m[1]
	}
	if rest := strings.TrimSpace(s[from:]); rest != "" {
		pieces = append(pieces, rest)
	}
	return pieces
}

// key is what names are compared by.
func (e end) key() string {
	if e.name == "" {
		return "hosts:" + strings.Join(e.hosts, " ")
	}
	return strings.Join(strings.Fields(strings.ToLower(width.Fold.String(e.name))), " ")
}

// slug makes the last part of an id of a name: its Latin words, or those of
// the Japanese terms that it is made of. A word that is a number is left out,
// as it could be a port; digits within a word stay.
func slug(name, otherwise string) string {
	words := latinWords(name)
	if len(words) == 0 {
		words = japaneseWords(name)
	}
	if len(words) > 5 {
		words = words[:5]
	}
	return or(strings.Join(words, "-"), otherwise)
}

func latinWords(name string) []string {
	name = strings.ToLower(width.Fold.String(name))
	if strings.IndexFunc(name, func(r rune) bool { return r >= 0x3000 }) >= 0 {
		return japaneseWords(name)
	}
	name = strings.NewReplacer("'s", "", "’s", "").Replace(name)
	words := strings.FieldsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return slices.DeleteFunc(words, func(w string) bool { return strings.Trim(w, "0123456789") == "" })
}

// terms are the words of which Japanese names of components are made.
var terms = []struct{ ja, en string }{
	{"クライアントコンピューター", "client-computer"}, {"ドメインコントローラー", "domain-controller"}, {"ドメインコントローラ", "domain-controller"},
	{"データベースサーバ", "database-server"}, {"アプリケーション", "application"}, {"クライアント", "client"}, {"コントローラー", "controller"}, {"コントローラ", "controller"},
	{"コンピューター", "computer"}, {"コンピュータ", "computer"}, {"マネージャー", "manager"}, {"マネージャ", "manager"}, {"エージェント", "agent"}, {"データベース", "database"},
	{"ストレージ", "storage"}, {"ブラウザー", "browser"}, {"ブラウザ", "browser"}, {"プリンター", "printer"}, {"プリンタ", "printer"}, {"サーバー", "server"}, {"サーバ", "server"},
	{"コンソール", "console"}, {"ゲートウェイ", "gateway"}, {"プロキシ", "proxy"}, {"センター", "center"}, {"センサー", "sensor"}, {"センサ", "sensor"}, {"ノード", "node"},
	{"ホスト", "host"}, {"クラウド", "cloud"}, {"サービス", "service"}, {"メール", "mail"}, {"ファイル", "file"}, {"ウェブ", "web"}, {"ライセンス", "license"}, {"リレー", "relay"},
	{"コレクター", "collector"}, {"コレクタ", "collector"}, {"監視", "monitoring"}, {"管理", "management"}, {"中継", "relay"}, {"配信", "distribution"}, {"集配", "collection"},
	{"端末", "terminal"}, {"本部", "headquarters"}, {"利用者", "user"}, {"運用", "operations"}, {"認証", "authentication"}, {"更新", "update"}, {"転送元", "sender"}, {"転送先", "receiver"},
	{"業務", "business"}, {"機器", "device"}, {"装置", "device"}, {"拠点", "site"}, {"受信", "receiving"}, {"送信", "sending"}, {"スケジュール", "schedule"}, {"ルーム", "room"},
	{"バックアップ", "backup"}, {"レプリケーション", "replication"}, {"クラスター", "cluster"}, {"クラスタ", "cluster"}, {"インターネット", "internet"}, {"の", ""}, {"・", ""}, {" ", ""}, {"/", ""}, {"-", ""},
}

// japaneseWords translates a name that is made of known terms and Latin words
// alone. Another one has no words: its id is numbered.
func japaneseWords(name string) []string {
	name = strings.ToLower(width.Fold.String(name))
	var words []string
	for name != "" {
		n := len(name) - len(strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz0123456789"))
		if n > 0 {
			if w := name[:n]; strings.Trim(w, "0123456789") != "" {
				words = append(words, w)
			}
			name = name[n:]
			continue
		}
		found := false
		for _, t := range terms {
			if rest, ok := strings.CutPrefix(name, t.ja); ok {
				if t.en != "" {
					words = append(words, strings.Split(t.en, "-")...)
				}
				name, found = rest, true
				break
			}
		}
		if !found {
			return nil
		}
	}
	return words
}
