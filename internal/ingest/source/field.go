package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Field is what a column or label is about.
type Field string

// The fields. A title is the first line of a labelled entry: it says what the
// communication is, and not always whose.
const (
	FieldTitle        Field = "title"
	FieldComponent    Field = "component"
	FieldService      Field = "service"
	FieldProtocol     Field = "protocol"
	FieldPorts        Field = "ports" // destination ports, or ports of which the document does not say which they are
	FieldSourcePorts  Field = "source-ports"
	FieldDirection    Field = "direction"
	FieldSource       Field = "source"
	FieldDestination  Field = "destination"
	FieldPurpose      Field = "purpose"
	FieldConfigurable Field = "configurable"
	FieldRemarks      Field = "remarks"
	FieldEnds         Field = "ends"        // source and destination, with an arrow between them
	FieldRequirement  Field = "requirement" // whether the communication is optional or required
	FieldAction       Field = "action"      // whether a rule permits or denies
	FieldApplication  Field = "application" // application protocols
	FieldCounter      Field = "counter"     // the number of the row
	FieldOther        Field = "other"       // none of these, or not known
)

// headings are the published headings and labels, in normal form (see normalHeading), singular.
var headings = map[Field][]string{
	FieldComponent: {"component", "component name", "feature", "function", "product", "module", "role", "機能", "機能名", "コンポーネント", "コンポーネント名", "製品", "製品名",
		"モジュール", "対象", "対象機能"},
	FieldService: {"service", "service name", "process", "process name", "listening process", "executable", "サービス", "サービス名", "プロセス", "プロセス名",
		"待ち受けプロセス", "応答準備プロセス"},
	FieldProtocol: {"protocol", "protocol name", "transport", "transport protocol", "ip protocol", "network protocol", "protocol type", "tcp/udp", "tcp or udp",
		"プロトコル", "プロトコル名", "通信プロトコル"},
	FieldPorts: {"port", "port used", "port number", "port no", "port no.", "port #", "port range", "port/protocol", "protocol/port", "port and protocol", "protocol and port",
		"ポート", "ポート番号", "ポートno", "ポートno.", "使用ポート", "待機ポート", "リスニングポート", "待ち受けポート", "待受ポート", "プロトコル/ポート", "プロトコル/ポート番号",
		"ポート/プロトコル", "ポート番号/プロトコル", "プロトコルとポート", "プロトコル・ポート番号"},
	FieldSourcePorts: {"source port", "source port number", "from port", "client port", "送信元ポート", "送信元ポート番号", "接続元ポート", "接続元ポート番号", "発信元ポート番号"},
	FieldDirection:   {"direction", "traffic direction", "connection direction", "inbound/outbound", "in/out", "方向", "通信方向", "通信の方向", "送受信", "受信/送信"},
	FieldSource: {"source", "source host", "source ip", "source ip address", "source address", "source component", "source system", "from", "initiator", "originator",
		"connection from", "送信元", "接続元", "発信元", "通信元", "アクセス元", "送信元ip", "送信元ipアドレス", "送信元ホスト", "始点"},
	FieldDestination: {"destination", "destination host", "destination ip", "destination ip address", "destination address", "destination component",
		"destination system", "destination url", "destination fqdn", "to", "target", "target host", "connection to", "url", "fqdn", "hostname", "host name", "host",
		"宛先", "宛て先", "あて先", "送信先", "通信先", "接続先", "アクセス先", "宛先url", "接続先url", "通信先url", "宛先fqdn", "接続先fqdn", "宛先ip", "宛先ipアドレス", "宛先ホスト",
		"宛先ホスト名", "接続先ホスト名", "ホスト名", "終点"},
	FieldPurpose: {"purpose", "description", "detail", "connection", "usage", "use", "used for", "reason", "explanation", "communication", "用途", "利用用途", "使用用途",
		"目的", "使用目的", "利用目的", "通信内容", "通信目的", "通信の目的", "通信用途", "内容", "説明", "概要", "詳細"},
	FieldConfigurable: {"configurable", "is configurable", "is it configurable", "port configurable", "is port configurable", "can be changed", "changeable", "customizable",
		"変更可否", "変更", "変更可能", "変更の可否", "ポート変更可否", "ポート変更", "設定変更", "設定変更可否", "カスタマイズ"},
	FieldRemarks: {"remark", "note", "comment", "additional information", "備考", "補足", "注", "注釈", "注意", "コメント", "備考欄"},
}

var fieldOf = func() map[string]Field {
	m := map[string]Field{}
	for field, names := range headings {
		for _, name := range names {
			m[name] = field
		}
	}
	return m
}()

// Recognize returns what an English or Japanese heading is about: FieldOther
// where that is not known.
func Recognize(heading string) Field {
	if len(heading) > maxHeading {
		return FieldOther // headings are short, and all text before a colon is asked for
	}
	return recognize(normalHeading(heading))
}

const maxHeading = 150

// recognize is Recognize for a heading in normal form.
func recognize(h string) Field {
	if f, ok := known(h); ok {
		return f
	}
	if i := strings.IndexAny(h, "(["); i > 0 {
		if f, ok := known(strings.TrimSpace(h[:i])); ok || h[i] == '[' {
			return f // what is in brackets says the same in other words
		}
	}
	for _, end := range []string{" port", " port number", "ポート", "ポート番号"} {
		before, found := strings.CutSuffix(strings.TrimSuffix(h, "s"), end)
		switch {
		case !found || utf8.RuneCountInString(before) > 30:
		case strings.HasPrefix(before, "source") || strings.HasPrefix(before, "src") || strings.HasPrefix(before, "送信") && !strings.HasPrefix(before, "送信先") ||
			strings.Contains(before, "送信元") || strings.Contains(before, "接続元"):
			return FieldSourcePorts
		default:
			return FieldPorts // of a destination, a listener, a heartbeat, ...
		}
	}
	return FieldOther
}

func known(h string) (Field, bool) {
	if f, ok := fieldOf[h]; ok {
		return f, true
	}
	for _, end := range []string{"s", "(s)"} {
		if f, ok := fieldOf[strings.TrimSuffix(h, end)]; ok {
			return f, true
		}
	}
	first, rest, found := strings.Cut(h, "s ") // ports used, destination ports number
	if f, ok := fieldOf[first+" "+rest]; found && ok {
		return f, true
	}
	return FieldOther, false
}

// japaneseSpace is a space after or before a Japanese character: it sets words
// apart for the eye only.
var japaneseSpace = regexp.MustCompile(`(\p{Han}|\p{Hiragana}|\p{Katakana})\s+|\s+(\p{Han}|\p{Hiragana}|\p{Katakana})`)

// footnoteInHeading is the mark of a footnote behind a heading.
var footnoteInHeading = regexp.MustCompile(`\s*(?:(?:※|\*|†|‡)\s*\d{0,2}|\(?注\s*\d+\)?|\(注\)|\[\d{1,2}\])$`)

// normalHeading returns a heading in the form in which headings are compared:
// small letters, full-width letters and signs as ASCII, half-width kana as
// kana, single spaces, no emphasis, and none of the marks that end a heading.
func normalHeading(s string) string {
	if strings.IndexFunc(s, func(c rune) bool { return c >= utf8.RuneSelf }) >= 0 {
		s = japaneseSpace.ReplaceAllString(width.Fold.String(s), "$1$2")
	}
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	s = strings.Trim(footnoteInHeading.ReplaceAllString(s, ""), " *_`:?¶|【】「」[]※")
	s = strings.ReplaceAll(s, " / ", "/")
	s = strings.ReplaceAll(s, " & ", " and ")
	return strings.TrimSpace(s)
}

// Fields returns all fields.
func Fields() []Field {
	return []Field{
		FieldTitle, FieldComponent, FieldService, FieldProtocol, FieldPorts, FieldSourcePorts, FieldDirection, FieldSource, FieldDestination,
		FieldPurpose, FieldConfigurable, FieldRemarks, FieldEnds, FieldRequirement, FieldAction, FieldApplication, FieldCounter, FieldOther,
	}
}
