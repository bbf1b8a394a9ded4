package source

import (
	"strings"
	"testing"
)

func TestRecognize(t *testing.T) {
	for want, headings := range map[Field][]string{
		FieldPorts: {"Port", "PORTS", "Port(s)", "Port number", "Ports used", "Destination Port", "Destination ports", "Destination Port Number", "Listening Port",
			"**Default Port**", "Port / Protocol", "Protocol and Port", "ポート", "ポート番号", "ポート 番号", "宛先ポート番号", "待ち受けポート", "待受ポート番号", "プロトコル/ポート番号", "ポート番号(宛先)"},
		FieldSourcePorts:  {"Source Port", "Source ports", "Source port number", "送信元ポート", "送信元ポート番号"},
		FieldProtocol:     {"Protocol", "Protocols", "TCP/UDP", "Transport Protocol", "プロトコル", "プロトコル", "通信プロトコル"},
		FieldDirection:    {"Direction", "Traffic direction", "方向", "通信方向", "通信の方向"},
		FieldSource:       {"Source", "From", "Source:", "Source IP", "Initiator", "送信元", "接続元", "送信元IPアドレス"},
		FieldDestination:  {"Destination", "To", "TO", "Destination host", "URL", "宛先", "宛先(通信先)", "宛先(接続先)", "送信先", "通信先", "接続先", "宛先URL", "宛先URL"},
		FieldPurpose:      {"Purpose", "Description", "Details", "Connections", "Used for", "用途", "目的", "通信内容", "説明"},
		FieldConfigurable: {"Configurable", "Is configurable?", "Configurable?", "Configurable?", "変更可否", "ポート変更可否"},
		FieldService:      {"Service", "Service Name", "Process", "サービス名", "プロセス", "サービス"},
		FieldComponent:    {"Component", "Components", "Feature", "機能", "コンポーネント"},
		FieldRemarks:      {"Remarks", "Notes", "Comments", "備考", "備考※"},
		FieldOther: {"", "port forwarding", "443", "TCP", "Default", "Portal", "Support", "Export", "Renewals", "New licenses", "区分", "通信", "http", "The ports that the server uses",
			strings.Repeat("port ", 1000)},
	} {
		for _, h := range headings {
			if got := Recognize(h); got != want {
				t.Errorf("Recognize(%.40q) = %s, want %s", h, got, want)
			}
		}
	}
}

// Every heading of the table must be in the form in which it is looked for, and in one field only.
func TestHeadings(t *testing.T) {
	seen := map[string]Field{}
	for field, names := range headings {
		for _, name := range names {
			if normalHeading(name) != name {
				t.Errorf("%q is looked for as %q", name, normalHeading(name))
			}
			if other, ok := seen[name]; ok {
				t.Errorf("%q is %s and %s", name, other, field)
			}
			seen[name] = field
		}
	}
}

func TestContent(t *testing.T) {
	for _, c := range []struct {
		text string
		want content
	}{
		{"Inbound/Outbound", content{direction: true}},
		{"双方向", content{direction: true}},
		{"In and out", content{direction: true}},
		{"OutBound", content{direction: true}},
		{"TCP/UDP (DNS)", content{protocol: true}},
		{"TCP, UDP", content{protocol: true}},
		{"80/443", content{ports: true}},
		{"135, 49152-65535", content{ports: true}},
		{"443、8443", content{ports: true}},
		{"TCP 80、443", content{ports: true}},
		{"22 (SSH)", content{ports: true}},
		{"443*", content{ports: true}},
		{"25または587", content{ports: true}},
		{"Yes, in the console.", content{answer: true}},
		{"No", content{answer: true}},
		{"不可", content{answer: true}},
		{"No lamps needed.", content{}},
		{"8 lamps", content{}},
		{"Port of call", content{}},
		{"Outbound calls", content{}},
	} {
		got := readContent(c.text)
		if (content{direction: got.direction, protocol: got.protocol, ports: got.ports, answer: got.answer}) != c.want {
			t.Errorf("%q: %+v", c.text, got)
		}
	}
}
