package draft

import (
	"regexp"
	"strings"

	"github.com/portbook/portbook/internal/ingest/portcell"
)

// What people would fill in without looking twice. Each guess is reported with
// its source.

// siteNames are the names under which documents mention components of your
// own infrastructure, by component id.
var siteNames = []struct {
	id   string
	name *regexp.Regexp
}{
	{"site/dns-server", regexp.MustCompile(`(?i)^(?:(?:internal|local|your|corporate|any|the|an?)\s+)?(?:dns(?: servers?| services?| resolvers?)?|domain name system|(?:domain )?name (?:servers?|services?|resolvers?))$|^dnsサーバー?$|^ネームサーバー?$`)},
	{"site/smtp-server", regexp.MustCompile(`(?i)^(?:(?:your|any|the|an?|corporate|external|internal)\s+)?(?:smtp|mail|e-mail|email)(?: relay)?(?: servers?| gateways?| relays?)$|^(?:smtp|メール|eメール)サーバー?$`)},
	{"site/syslog-server", regexp.MustCompile(`(?i)^(?:(?:your|any|the|an?|remote|external)\s+)?(?:syslog|siem)(?: servers?| collectors?| hosts?| receivers?)?$|^syslogサーバー?$`)},
	{"site/sql-server", regexp.MustCompile(`(?i)^(?:(?:your|any|the|an?|microsoft|ms)\s+)*(?:sql|database)(?: database)? servers?$|^(?:sql|データベース|db)サーバー?$`)},
	{"site/active-directory", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|microsoft)\s+)*(?:active directory(?: servers?| domain controllers?)?|domain controllers?|ad servers?)$|^(?:ドメインコントローラー?|activedirectory(?:サーバー?)?|adサーバー?)$`)},
	{"site/ldap-server", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|any|external|corporate)\s+)*(?:ldaps?(?: servers?| director(?:y|ies))?|directory servers?)$|^(?:ldapサーバー?|ディレクトリサーバー?)$`)},
	{"site/ntp-server", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|any|external|internal|corporate)\s+)*(?:s?ntp|(?:network )?time)(?: servers?| sources?)$|^(?:ntpサーバー?|時刻サーバー?|タイムサーバー?)$`)},
	{"site/dhcp-server", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|any)\s+)*dhcp servers?$|^dhcpサーバー?$`)},
	{"site/snmp-manager", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|any)\s+)*(?:snmp (?:managers?|servers?|management (?:servers?|stations?)|trap (?:receivers?|servers?|destinations?))|trap receivers?)$|^snmp(?:マネージャー?|サーバー?)$`)},
	{"site/vcenter-server", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|vmware)\s+)*vcenter(?: servers?)?$|^vcenterサーバー?$`)},
	{"site/wins-server", regexp.MustCompile(`(?i)^wins(?: servers?)?$|^winsサーバー?$`)},
	{"site/file-server", regexp.MustCompile(`(?i)^(?:file servers?|smb shares?|file shares?|network shares?)$|^ファイルサーバー?$`)},
	{"site/proxy-server", regexp.MustCompile(`(?i)^(?:(?:your|the|an?|web|http|https|corporate)\s+)*prox(?:y|ies)(?: servers?)?$|^(?:プロキシ|proxy)サーバー?$`)},
	{"site/administrator-computer", regexp.MustCompile(`(?i)^(?:(?:the|an?)\s+)?(?:administrators?|admin|management|operator)(?:'s)?\s+(?:computers?|workstations?|pcs?|browsers?|clients?|machines?)$|^(?:web )?browsers?$|^管理者?(?:用)?(?:端末|pc|コンピューター?|ブラウザー?)$|^(?:web)?ブラウザー?$`)},
}

// siteComponent returns the component of your own infrastructure that
// a name means.
func siteComponent(name string) (id string, ok bool) {
	key := end{name: name}.key()
	if strings.IndexFunc(key, func(r rune) bool { return r > 0x3000 }) >= 0 {
		key = strings.ReplaceAll(key, " ", "")
	}
	for _, s := range siteNames {
		if s.name.MatchString(key) {
			return s.id, true
		}
	}
	return "", false
}

// sitePorts are ports whose server is the same everywhere, for rows that say
// no more than that a port goes out.
var sitePorts = map[string]string{
	"53": "site/dns-server", "25": "site/smtp-server", "587": "site/smtp-server", "514": "site/syslog-server", "1433": "site/sql-server",
	"389": "site/ldap-server", "636": "site/ldap-server", "123": "site/ntp-server", "162": "site/snmp-manager", "67": "site/dhcp-server",
}

// applicationOf are the application protocols of well-known ports.
var applicationOf = map[uint16]string{
	20: "FTP", 21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 67: "DHCP", 68: "DHCP", 69: "TFTP", 80: "HTTP", 88: "Kerberos", 110: "POP3", 123: "NTP",
	143: "IMAP", 161: "SNMP", 162: "SNMP", 389: "LDAP", 443: "HTTPS", 445: "SMB", 514: "Syslog", 587: "SMTP", 636: "LDAPS", 993: "IMAPS", 995: "POP3S", 3389: "RDP", 2049: "NFS",
}

// udpPorts are well-known ports of UDP, for rows without a protocol.
var udpPorts = map[uint16]bool{67: true, 68: true, 69: true, 123: true, 137: true, 138: true, 161: true, 162: true, 500: true, 514: true, 546: true, 547: true, 1434: true, 1812: true, 1813: true,
	4500: true, 4789: true, 5353: true, 5355: true, 6081: true}

// phrase is a pattern and what it lets guess.
type phrase struct {
	pattern *regexp.Regexp
	value   string
}

var requirementPhrases = []phrase{
	{regexp.MustCompile(`(?i)\b(?:required\s+|needed\s+|necessary\s+|used\s+|open(?:ed)?\s+)?only\s+(?:if|when|for|required|needed|used|with)\b`), conditional},
	{regexp.MustCompile(`(?i)\b(?:required|needed|necessary|used)\s+(?:temporarily|if|when|in case)\b|\bif\s+(?:you|using|enabled|configured|the|an?|it|clients?|ssl|not|server)\b|\bwhen\s+(?:you|using|enabled|configured)\b|\bif\s+(?:\S+\s){1,3}?(?:is|are)\b|\bunless\b|\bin case\b|\bdepending on\b`), conditional},
	{regexp.MustCompile(`場合(?:に|は|のみ|、|,|\)|）|$|。)|必要に応じて|とき(?:は|のみ|だけ)(?:使用|必要|、)|(?:使用|利用|有効|設定|選択)(?:に|を)?(?:する|した|している)とき|時のみ|のみ必要`), conditional},
	{regexp.MustCompile(`(?im)^optional\b|[(（\[]optional(?:[)）\]]|\b)|\boptionally\b|(?m:^任意)|[(（]任意[)）]|オプション|\bdisabled by default\b|^disabled\b|\bis optional\b`), optional},
}

var configurablePhrases = []phrase{
	{regexp.MustCompile(`(?i)\b(?:not|non-?)\s*configurable\b|\bcannot be (?:changed|modified|configured)\b|変更(?:は)?(?:不可|できません|できない)`), "no"},
	{regexp.MustCompile(`(?i)\bconfigurable\b|\bcan be (?:changed|modified|configured|customi[sz]ed)\b|\balternate port\b|変更可能?|変更(?:が)?でき|カスタマイズ可|任意の(?:ポート|番号)に`), "yes"},
	{defaultPort, "yes"},
}

// defaultPort finds words that call a port a default, and not something else
// in its description: "a default installation" says nothing of the port.
var defaultPort = regexp.MustCompile(`(?i)\bdefault(?:[^\S\n]+(?:tcp|udp|listening|value|port(?:[^\S\n]+number)?s?))*[^\S\n]*(?:is|are|:|=|of)?[^\S\n]*\d|\bdefaults? to\b|\bdefault[^\S\n]+(?:\w+[^\S\n]+)?ports?\b|\d[\d\s,/-]*[(（]?(?:by[^\S\n]+)?default\b|` +
	`\bports?\b[^.]{0,40}\bby default\b|\bby default\b[^.]{0,60}\b(?:ports?|tcp|udp|listens?|\d{2,5})\b|` +
	`(?:デフォルト|既定|初期値)(?:値)?(?:の)?(?:は|では|で|が|[:：])?[、\s]*(?:TCP|UDP|ポート(?:番号)?(?:は)?)?[^\S\n]*[0-9０-９]|(?:デフォルト|既定)の?(?:\S{0,6})ポート|[0-9０-９][^\S\n]*[(（]?(?:デフォルト|既定|初期値)|ポート[^。]{0,20}(?:デフォルト|既定|初期値)|(?:デフォルト|既定|初期値)(?:で|では)[^。]{0,30}ポート`)

// What the cell of a port says with one word, and what its heading does.
var (
	defaultInCell    = regexp.MustCompile(`(?i)(?:^|[(（\[,;:\s])(?:by )?default(?: ports?| value)?(?:[)）\]*]|\s*$|[\s:=]*\d)|(?:デフォルト|既定|初期値)[)）\]]?(?:値)?(?:\s|$|[:：は]?\s*\d)`)
	defaultWord      = regexp.MustCompile(`(?i)(?:\bby )?\bdefaults?\b|デフォルト|既定|初期値`)
	defaultInHeading = regexp.MustCompile(`(?i)\bdefaults?\b|デフォルト|既定|初期値`)
)

// ifAnyInCell finds what a cell of names says beside them about whether they
// are there at all: "Proxy server (if any)".
var (
	ifAnyInCell    = regexp.MustCompile(`(?i)[(（\[]\s*(?:if (?:any|present|used|applicable|installed|configured|enabled|available|needed|required)|when used|as needed|あれば|存在する場合|ある場合|使用する場合|利用する場合|必要な場合)\s*[)）\]]`)
	optionalInCell = regexp.MustCompile(`(?i)[(（\[]\s*(?:optional|任意|オプション)\s*[)）\]]`)
)

// find returns the value of the first phrase that a text holds, and the words.
func find(list []phrase, text string) (value, words string) {
	if len(text) > 4<<10 {
		text = text[:4<<10]
	}
	for _, p := range list {
		if m := p.pattern.FindString(text); m != "" {
			return p.value, m
		}
	}
	return "", ""
}

var (
	denies = regexp.MustCompile(`(?i)^\W*(?:deny|denied|denies|drop|dropped|block|blocked|reject|rejected|discard|prohibit(?:ed)?|forbidden|拒否|遮断|破棄|禁止|不許可)\b?\W*$`)
	// the cell of an action says more: "Deny, and log"
	deniesFirst  = regexp.MustCompile(`(?i)^\W*(?:deny|denied|denies|drop|dropped|block|blocked|reject|rejected|discard|prohibit(?:ed)?|forbidden|not (?:allowed|permitted)|disallow(?:ed)?)\b|^(?:拒否|遮断|破棄|禁止|不許可)`)
	allowHeading = regexp.MustCompile(`(?i)\b(?:allow|permit)|許可|可否`)
	noMark       = regexp.MustCompile(`(?i)^(?:no\b|false\b|×|✗|✘|❌|⛔|否|不可)`)
	yes          = regexp.MustCompile(`(?i)^(?:true|yes|y|1|x|○|〇|◯|●|✓|✔|✅|☑|はい|可|要|必要|optional|required|mandatory|必須|任意|オプション)\b?`)
	no           = regexp.MustCompile(`(?i)^(?:false|no|n|0|×|✗|❌|-|–|いいえ|不要|否)\b?\s*$`)
	isOptional   = regexp.MustCompile(`(?i)^(?:optional|任意|オプション|推奨|recommended)`)
	isRequired   = regexp.MustCompile(`(?i)^(?:required|mandatory|必須|必要|要)`)
	oneHost      = regexp.MustCompile(`(?i)機械内|マシン内|同一(?:ホスト|マシン|サーバ|機器)内|(?:same|local)\s+(?:host|machine|computer)\b|\blocalhost\b|ループバック|loopback|内部通信|設定は不要`)
)

// requirementOf reads a cell below a heading about requirement.
func requirementOf(heading, cell string) string {
	aboutOptional := isOptional.MatchString(strings.TrimSpace(heading))
	switch {
	case isNothing(cell):
		return ""
	case strings.Trim(cell, "△▲ ") == "":
		return conditional
	case isOptional.MatchString(cell):
		return optional
	case isRequired.MatchString(cell) && !(aboutOptional && !isRequired.MatchString(cell)):
		return ""
	case yes.MatchString(cell):
		if aboutOptional && !isRequired.MatchString(heading) {
			return optional
		}
	case no.MatchString(cell):
		if !aboutOptional {
			return optional
		}
	}
	if value, _ := find(requirementPhrases, cell); value != "" {
		return value
	}
	return ""
}

// applications returns the application protocols that the words of a cell
// name: "HTTPS" of "TCP (HTTPS)".
func applications(c portcell.Cell) []string {
	var list []string
	for _, w := range c.Words {
		switch {
		case w.Role == portcell.Application:
			list = append(list, w.Text)
		case w.Role == portcell.Remark:
			words := strings.FieldsFunc(w.Text, func(r rune) bool { return strings.ContainsRune(" /,、・", r) })
			known := len(words) > 0 && len(words) < 4
			for _, s := range words {
				known = known && portcell.Transports(s) != nil
			}
			if known {
				list = append(list, words...)
			}
		}
	}
	return list
}

// applicationName returns the usual spelling of the name of a protocol.
func applicationName(s string) string {
	s = strings.TrimSpace(s)
	for _, name := range applicationOf {
		if strings.EqualFold(name, s) {
			return name
		}
	}
	if s == strings.ToLower(s) && len(s) < 9 && portcell.Transports(s) != nil {
		return strings.ToUpper(s)
	}
	return s
}
