package portcell

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/portset"
)

// class is what a word means in a cell.
type class uint8

const (
	unknown     class = iota
	transport         // a protocol that port tables name
	suite             // TCP/IP, written for TCP
	application       // a protocol above the transport
	over              // "PXE over UDP"
	portNoun          // says no more than that a number is a port
	protocolNoun
	typeNoun // ICMP type
	sourceSide
	destinationSide
	and
	or
	andOr
	upTo    // between the ends of a range
	upToEnd // after a range
	above   // after the first port of a range that has no end
	byDefault
	anyPort
	dynamic
	varies
	none
)

// words holds what cells say in words, folded, by class; words of a phrase are
// separated by single spaces. English and Japanese.
var words = map[class][]string{
	suite: {"tcp/ip"},
	application: {
		"amqp", "bootp", "bsdp", "cifs", "cups", "dcom", "dhcp", "dhcpv6", "dns", "dtls", "ftp", "ftps", "grpc", "http", "http(s)", "http/2", "http/3", "https", "icap", "icaps",
		"ike", "imap", "imap4", "imaps", "ipp", "ipsec", "iscsi", "jmx", "kerberos", "ldap", "ldaps", "llmnr", "mapi", "mdns", "mqtt", "msrpc",
		"mssql", "netbios", "netlogon", "nfs", "nntp", "ntp", "odbc", "ping", "pop3", "pop3s", "pxe", "quic", "radius", "rdp", "rmcp", "rmi",
		"rpc", "rsp", "rtp", "rtsp", "sftp", "sip", "smb", "smtp", "smtps", "snmp", "soap", "sql", "ssdp", "ssh", "ssl", "syslog", "tacacs",
		"tds", "telnet", "tftp", "tls", "upnp", "vnc", "wins", "winrm", "wmi", "ws", "ws-man", "wss", "xmpp",
	},
	over:            {"over"},
	portNoun:        {"port", "ports", "port(s)", "port number", "port numbers", "port range", "range", "ポート", "ﾎﾟｰﾄ", "ポート番号", "ポート範囲", "番", "番ポート"},
	protocolNoun:    {"protocol", "protocols", "protocol number", "ip protocol", "プロトコル", "プロトコル番号"},
	typeNoun:        {"type", "タイプ"},
	sourceSide:      {"source", "src", "送信元", "発信元"},
	destinationSide: {"destination", "dest", "dst", "宛先", "送信先", "接続先"},
	and:             {"and", "および", "及び", "と"},
	or:              {"or", "または", "又は", "もしくは", "あるいは", "か"},
	andOr:           {"and/or"},
	upTo:            {"to", "through", "thru", "till", "until", "から"},
	upToEnd:         {"まで"},
	above:           {"and above", "or above", "and higher", "or higher", "and greater", "or greater", "and up", "以上", "以降"},
	byDefault:       {"by default", "default", "デフォルト", "既定", "既定値", "標準"},
	anyPort:         {"any", "all", "任意", "任意の", "すべて", "全て"},
	dynamic: {
		"random", "randomly", "randomly assigned", "randomly selected", "dynamic", "dynamically assigned", "ephemeral", "system-defined",
		"system-assigned", "system defined", "system assigned", "os-assigned", "os assigned", "動的", "ランダム", "エフェメラル", "一時", "一時的", "動的に割り当て", "auto", "automatic", "automatically assigned",
	},
	varies: {"various", "varies", "variable", "vendor-specific", "application-specific", "site-specific", "可変", "不定"},
	none:   {"none", "n/a", "not applicable", "no port", "no ports", "なし", "無し", "該当なし"},
}

// slashedWords are the words that hold a slash, the only ones.
var slashedWords = []string{"n/a", "tcp/ip", "and/or", "http/2", "http/3"}

// vocabulary is words by text.
var vocabulary = newVocabulary()

type vocabularyOfCells struct {
	classes      map[string]class
	longest      int // words of the longest phrase
	longestRunes int // characters of the longest word of an East Asian script
}

func newVocabulary() (v vocabularyOfCells) {
	v.classes = map[string]class{}
	for c, list := range words {
		for _, text := range list {
			v.classes[text] = c
			v.longest = max(v.longest, 1+strings.Count(text, " "))
			if startsWith(text, isEastAsian) {
				v.longestRunes = max(v.longestRunes, utf8.RuneCountInString(text))
			}
		}
	}
	return v
}

// classOf returns the class of one folded word.
func classOf(text string) class {
	if c, ok := vocabulary.classes[text]; ok {
		return c
	}
	if p, err := portset.ParseProtocol(text); err == nil && slices.Contains(transports, p) {
		return transport
	}
	return unknown
}

// transports are the numbers of the protocols that port tables name. The
// keywords of most others are words of another meaning in a table: an, fire,
// mobile, pipe, visa.
var transports = []uint8{1, 2, 4, 6, 8, 17, 33, 41, 46, 47, 50, 51, 58, 88, 89, 103, 112, 115, 132, 136}

func isKnown(text string) bool { return classOf(text) != unknown }

// joinsNumber reports whether a number may follow the word without a space:
// TCP443. In SSH2 the number is part of the name.
func joinsNumber(text string) bool {
	c := classOf(text)
	return c == transport || c == portNoun
}

// isPossessive reports whether a folded word tells whose the next one is.
func isPossessive(text string) bool {
	return strings.HasSuffix(text, "'s") || strings.HasSuffix(text, "s'") || strings.Contains(text, "の")
}

// endsInPort reports whether a folded word is a port, or a Japanese compound that ends in one.
func endsInPort(text string) bool {
	return classOf(text) == portNoun || strings.HasSuffix(text, "ポート") || strings.HasSuffix(text, "ポート番号")
}

// longestWord returns the length of the longest East Asian word of the table at
// the beginning of s, or 0.
func longestWord(s string) (length int) {
	end := 0
	for range vocabulary.longestRunes {
		_, size := utf8.DecodeRuneInString(s[end:])
		if size == 0 {
			break
		}
		end += size
		if _, ok := vocabulary.classes[s[:end]]; ok {
			length = end
		}
	}
	return length
}
