package source

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/width"
)

// Content decides what a column means, and headings help: the dictionary of
// headings never holds all words that vendors use, and "Type" or "Service" mean
// something else from page to page. So the cells of each column are looked at
// together. A meaning that the caller gave (Options.Fields) always holds.

// columnHeadings are headings that name a field in tables only: in a list they
// would make labels of ordinary words.
var columnHeadings = map[Field][]string{
	FieldComponent: {"part", "subsystem", "appliance", "machine", "machine role", "interface", "インターフェース", "インタフェース", "device", "element", "instance", "装置", "機器", "サブシステム", "node role", "host role", "server", "server role", "node", "program", "program name", "daemon", "プログラム", "プログラム名",
		"設定が必要なプログラム名", "役割", "サーバ", "サーバー", "用途サーバ"},
	FieldService: {"service/process", "service or process", "サービスまたはプロセス", "サービス/プロセス", "windows service", "daemon name", "service unit"},
	FieldApplication: {"application protocol", "app protocol", "protocol/service", "network service", "service type", "ネットワークサービス", "アプリケーションプロトコル",
		"上位プロトコル", "サービス種別"},
	FieldSource: {"used by", "downstream service", "downstream", "client", "clients", "src", "source zone", "source/initiator", "from host", "from component", "initiated by", "caller", "source role", "source node",
		"source name", "outbound from", "使用者", "クライアント", "利用元", "送信元サーバ", "送信元サーバー", "送信元ノード", "要求元", "アクセス元サーバ", "起点", "開始", "ソース", "source device", "source server", "source machine", "source network", "from server", "from system", "requester", "requestor", "connecting host", "contacting host",
		"initiating host", "通信元サーバ", "通信元サーバー", "通信元ホスト", "リクエスト元", "送信側", "接続元ホスト", "接続元サーバ", "接続元サーバー", "許可元", "許可する送信元", "アクセス許可元", "allowed from", "allow from", "allowed source"},
	FieldDestination: {"cidr_block", "cidr_blocks", "cidr", "remote address", "remote ip", "remote_ip_prefix", "peer", "相手先", "接続相手", "通信相手", "dest", "dst", "destination zone", "fqdn/ip address", "fqdn/ip", "ip/fqdn", "ip address/fqdn", "domain", "domains", "domain name", "endpoint", "endpoints",
		"exception", "address", "ip address", "addresses", "urls", "urls/ip addresses", "url/ip", "remote host", "to host", "to component", "server name", "dest address",
		"destination role", "destination node", "destination name", "receiver", "listener", "listening host", "host/url", "dns name", "allowed url", "許可url", "接続先アドレス",
		"宛先サーバ", "宛先サーバー", "宛先アドレス", "ドメイン", "ドメイン名", "アドレス", "ipアドレス", "エンドポイント", "接続先サーバ", "送信先サーバ", "アクセス先url", "要求先", "通信先サーバ",
		"通信先アドレス", "終了", "接続対象", "デスティネーション", "ディスティネーション", "destination server", "destination machine", "destination device", "destination network", "target server",
		"target system", "to server", "to system", "remote system", "通信先ホスト", "受信側", "接続先ホスト", "接続先サーバー", "送信先サーバー", "送信先ホスト", "接続先ドメイン", "宛先ドメイン"},
	FieldPorts: {"tcp port", "udp port", "dst port", "dest port", "dport", "to port", "to_port", "from_port", "remote port", "local port", "open port", "待受", "待ち受け",
		"リッスン", "listen", "listening", "listening port", "listening ports", "listens on", "tcp/ip port", "tcp/udp port", "port used/opened", "利用ポート", "開放ポート", "ポート範囲", "サービスポート", "使用するポート", "使用ポート番号", "利用ポート番号",
		"待受けポート", "待受ポート番号", "待ち受けポート番号", "開放するポート", "ポート番号(デフォルト)", "デフォルト", "既定値", "default value", "port/service"},
	FieldSourcePorts:  {"src port", "sport"},
	FieldDirection:    {"inbound or outbound", "in or out", "type of traffic", "flow", "通過方向", "ファイアウォールの通過方向", "通信の向き", "向き", "ディレクション", "受送信", "入出力", "接続方向", "インまたはアウト", "in/out bound", "traffic flow", "通信の流れ", "流れ", "通信フロー", "ポートの方向", "接続の方向"},
	FieldPurpose:      {"why", "what", "what for", "task", "application", "アプリケーション", "name", "port name", "service description", "function/purpose", "notes/purpose", "使用時期", "説明/用途", "機能/用途", "使用内容", "利用内容", "property", "備考/用途"},
	FieldProtocol:     {"type", "ip proto", "proto", "l4 protocol", "transport layer", "layer", "種別", "種類", "タイプ", "l4", "tcp/udp区分", "区分", "使用プロトコル", "利用プロトコル", "ipプロトコル", "port type", "type of port", "ポートの種類", "ポート種別", "ポートタイプ"},
	FieldConfigurable: {"customisable", "modifiable", "editable", "can be modified", "変更方法", "カスタム可"},
	FieldRequirement: {"optional", "required", "optional/required", "required/optional", "mandatory", "requirement", "must", "必須", "任意", "必須/任意", "要否",
		"必要性", "任意/必須", "必要有無"},
	FieldRemarks: {"メモ", "memo", "requirements", "例外設定", "caveat"},
	FieldAction:  {"action", "policy", "rule action", "permit/deny", "allow/deny", "verdict", "target action", "decision", "rule", "effect", "permission", "allowed", "allow", "permitted", "permit", "許可", "判定", "アクション", "動作", "処理", "許可/拒否", "可否"},
	FieldCounter: {"#", "no", "no.", "id", "rule id", "rule no", "item", "item no", "row", "index", "seq", "項番", "項", "番号", "項目番号", "通番", "連番", "行", "№"},
}

var columnFieldOf = func() map[string]Field {
	m := map[string]Field{}
	for field, names := range columnHeadings {
		for _, name := range names {
			m[name] = field
		}
	}
	return m
}()

// columnField returns what the heading of a column means: more than Recognize
// knows, as there is a column below it to check it by.
func (r *reader) columnField(heading string) Field {
	if f := r.field(heading); f != FieldOther {
		return f
	}
	if len(heading) > maxHeading {
		return FieldOther
	}
	h := strings.TrimRight(normalHeading(heading), "*?")
	if f, ok := columnFieldOf[h]; ok {
		return f
	}
	if joined := strings.ReplaceAll(h, "-", ""); joined != h { // Destina-tion
		if f, ok := known(joined); ok {
			return f
		}
	}
	if i := strings.IndexAny(h, "(["); i > 0 {
		if f, ok := columnFieldOf[strings.TrimSpace(h[:i])]; ok {
			return f
		}
	}
	if f, ok := columnFieldOf[strings.TrimSuffix(h, "s")]; ok {
		return f
	}
	if _, ok := HeadingProtocol(heading); ok {
		return FieldPorts
	}
	if EitherEnd(heading) {
		return FieldDestination
	}
	if i := strings.LastIndexByte(h, ' '); i > 0 && slices.Contains(lastWords, h[i+1:]) { // "Connection" above "Protocol"
		f, _ := known(h[i+1:])
		return f
	} else if i > 0 && slices.Contains(componentWords, strings.TrimSuffix(h[i+1:], "s")) {
		return FieldComponent
	}
	return FieldOther
}

var eitherEnd = regexp.MustCompile(`^(?:source|src|from|origin|送信元|接続元|通信元)\s*/\s*(?:target|destination|dest?|to|peer|送信先|宛先|接続先|通信先)(?:\s|$)`)

// EitherEnd reports whether the heading of a column promises the other end,
// whichever it is: "Source / Target".
func EitherEnd(heading string) bool {
	return len(heading) <= maxHeading && eitherEnd.MatchString(normalHeading(heading))
}

// componentWords end headings of components behind the name of a product:
// "Kiln service".
var componentWords = []string{"service", "component", "module", "appliance"}

var sideHeading = regexp.MustCompile(`^(in-?bound|out-?bound|incoming|outgoing|ingress|egress|受信|送信|インバウンド|アウトバウンド)(?: ?ports?|ポート)?$`)

// Side returns the direction that heads a column, whose cells then hold its
// ports or a mark; empty for other headings.
func Side(heading string) string {
	if len(heading) > maxHeading {
		return ""
	}
	if m := sideHeading.FindStringSubmatch(normalHeading(heading)); m != nil {
		return m[1]
	}
	return ""
}

// lastWords are headings that say what a column means also behind other words.
var lastWords = []string{"protocol", "source", "destination", "direction", "purpose", "description"}

var headingProtocol = regexp.MustCompile(`^(?:destination |dest |listening |open )?(tcp|udp|sctp)(?: ?ports?| ?ポート(?:番号)?)?$`)

// HeadingProtocol returns the transport protocol that heads a column of ports:
// UDP and TCP as headings.
func HeadingProtocol(heading string) (string, bool) {
	if len(heading) > maxHeading {
		return "", false
	}
	m := headingProtocol.FindStringSubmatch(normalHeading(heading))
	if m == nil {
		return "", false
	}
	return m[1], true
}

// nature is what one cell reads as, for deciding about its column.
type nature struct {
	content
	host, arrow, action, application, dynamic, loosePorts bool
	bracketed                                             bool // ports in brackets behind a name
	begins                                                bool // with an action
	number                                                int  // of a cell that is one number alone; otherwise -1
}

const arrows = `<-+>|<=+>|←+→|⇔|↔|⇄|⇆|<-+|-+>|=+>|→|⇒|➔|➡|←|⇐`

var (
	hostCell        = regexp.MustCompile(`(?i)^[\s"'(\x60]*(https?://|\*)?[*a-z0-9_.:/@%-]*[a-z0-9*_-]\.[a-z]{2,}[^\s]*|^\d{1,3}(\.\d{1,3}){3}(/\d+)?([\s,-]|$)`)
	arrowCell       = regexp.MustCompile(`[^\s→⇔↔<>-]\s*(` + arrows + `)\s*[^\s→⇔↔<>-]`)
	actionCell      = regexp.MustCompile(`^(allow|allowed|permit|permitted|accept|deny|denied|drop|block|blocked|reject|rejected|discard|許可|拒否|遮断|破棄|禁止)\b?$`)
	actionStart     = regexp.MustCompile(`^(?:allow|permit|accept|den(?:y|ied)|drop|block|reject|discard)(?:ed|s)?\b|^(?:許可|拒否|遮断|破棄|禁止)`)
	applicationCell = regexp.MustCompile(`^(https?|s?ftps?|tftp|nfs|smb|cifs|dns|ldaps?|snmp|ssh|rpc|smtps?|ntp|rdp|tls|ssl|dhcp|kerberos|syslog|imaps?|pop3s?|telnet|radius|grpc|amqp|vnc|netbios|icap|mqtt|wmi|winrm)\b`)
	dynamicCell     = regexp.MustCompile(`^(any|all|random|dynamic|ephemeral|varies|various|動的|不定|任意|ランダム|可変|自動|すべて|全て|空き)`)
	loosePortsCell  = regexp.MustCompile(`^[^\p{L}]{0,4}\d{2,5}\b`)
	bracketedPorts  = regexp.MustCompile(`^[^\d()]{1,40}\([\d\s,、/~–-]*\d\s*/\s*(?:tcp|udp)|^[^\d()]{1,40}\((?:tcp|udp)[\s/:]*\d`)
	answerCell      = regexp.MustCompile(`^(true|false|yes|no|y|n|required|optional|mandatory|必須|任意|必要|不要|はい|いいえ|○|×|〇|◯|●|△|▲|✓|✔|✗|✅|☑|❌|-)(?:\s*\([^()]*\))?$`)
)

func natureOf(text string) nature {
	n := nature{content: readContent(text), number: -1}
	if len(text) > 4*longest {
		return n
	}
	s := strings.ToLower(strings.TrimSpace(width.Fold.String(text)))
	n.host = hostCell.MatchString(s) && isHost(s)
	n.arrow = arrowCell.MatchString(s)
	n.action = actionCell.MatchString(s)
	n.begins = n.action || actionStart.MatchString(s)
	n.application = applicationCell.MatchString(s) || len(s) < 20 && portcell.Transports(s) != nil
	n.dynamic = dynamicCell.MatchString(s)
	n.loosePorts = n.ports || !n.host && loosePortsCell.MatchString(s) || namedPorts.MatchString(s)
	n.bracketed = bracketedPorts.MatchString(s)
	n.answer = n.answer || answerCell.MatchString(s)
	if v, err := strconv.Atoi(s); err == nil && len(s) <= 5 {
		n.number = v
	}
	return n
}

// localDomains are top-level domains that only private networks and examples
// have.
var localDomains = []string{"local", "internal", "lan", "corp", "home", "intra", "intranet", "private", "example", "test", "invalid", "localdomain", "arpa"}

var domain = regexp.MustCompile(`(?i)(?:[a-z0-9_*-]+\.)+[a-z][a-z0-9-]*[a-z]`)

// isHost reports whether the first name with dots of a text is that of a host:
// "kiln.port" is a setting, and "kiln.exe" a file.
func isHost(text string) bool {
	name := strings.ToLower(domain.FindString(text))
	return name == "" || IsDomain(name)
}

// IsDomain reports whether a name with dots ends in a domain that exists, or
// in one that private networks have.
func IsDomain(name string) bool {
	top := name[strings.LastIndexByte(name, '.')+1:]
	return slices.Contains(localDomains, top) || IsPublicDomain(name)
}

// IsPublicDomain reports whether a name ends in a domain of the internet.
func IsPublicDomain(name string) bool {
	_, icann := publicsuffix.PublicSuffix(strings.ToLower(name[strings.LastIndexByte(name, '.')+1:]))
	return icann
}

// column is what the cells of a column have in common.
type column struct {
	heading string
	field   Field
	given   bool // by Options.Fields
	filled  int  // cells that say something
	ports, protocol, direction, host, arrow, action, begins, application, dynamic, answer,
	loose, named, process, long, bracketed int
	counts bool // every number is the one before it and one more
	last   int
	most   int // the largest number that is a cell
}

// share reports whether a count is nearly all of the filled cells.
func (c *column) share(n, percent int) bool { return c.filled > 0 && 100*n >= percent*c.filled }

var processName = regexp.MustCompile(`(?i)^[\w.-]+(\.exe|\.service|d)$|^[a-z0-9_.-]+$`)

func (c *column) add(text string) {
	n := natureOf(text)
	if n.empty && !n.dynamic || strings.TrimSpace(text) == "" {
		return
	}
	c.filled++
	count := func(b bool, to *int) {
		if b {
			*to++
		}
	}
	count(n.ports, &c.ports)
	count(n.protocol, &c.protocol)
	count(n.direction, &c.direction)
	count(n.host, &c.host)
	count(n.arrow, &c.arrow)
	count(n.action, &c.action)
	count(n.begins, &c.begins)
	count(n.application, &c.application)
	count(n.dynamic, &c.dynamic)
	count(n.answer, &c.answer)
	count(n.loosePorts, &c.loose)
	count(n.bracketed, &c.bracketed)
	count(n.words > 4 || len(text) > 3*40, &c.long)
	count(namesPorts(text), &c.named)
	count(processName.MatchString(text), &c.process)
	if n.number < 0 || c.filled > 1 && n.number != c.last+1 {
		c.counts = false
	}
	c.last = n.number
	c.most = max(c.most, n.number)
}

// columns decides what the columns of every table mean, by all of its rows.
func (r *reader) columns() {
	for from := 0; from < len(r.blocks); {
		if r.blocks[from].kind != rowBlock {
			from++
			continue
		}
		to := from + 1
		for to < len(r.blocks) && (r.blocks[to].kind != rowBlock || sameTable(r.blocks[from].table, r.blocks[to].table)) {
			if r.blocks[to].kind == headingBlock {
				break
			}
			to++
		}
		r.tableColumns(r.blocks[from:to])
		from = to
	}
}

func sameTable(a, b *table) bool {
	return a == b || len(a.headings) > 0 && len(b.headings) > 0 && &a.headings[0] == &b.headings[0]
}

func (r *reader) tableColumns(blocks []block) {
	t := blocks[0].table
	list := make([]*column, min(len(t.headings), maxShift))
	for i := range list {
		h := t.headings[i]
		_, given := r.fields[normalHeading(h)]
		list[i] = &column{heading: h, field: t.fields[i], given: given && h != "", counts: true}
	}
	for _, b := range blocks {
		if b.kind != rowBlock {
			continue
		}
		for i, c := range b.row.Cells {
			r.work++
			if i >= len(list) && t.lost() && i < maxShift {
				list = append(list, &column{field: FieldOther, counts: true})
			}
			if i < len(list) && !b.row.Shifted {
				list[i].add(c.Text)
			}
		}
	}
	before := make([]Field, len(list))
	for i, c := range list {
		before[i] = c.field
	}
	r.decide(list)
	for _, b := range blocks {
		if b.kind != rowBlock || b.row.Shifted {
			continue
		}
		for i := range b.row.Cells {
			if i < len(list) && list[i].field != before[i] && b.row.Cells[i].Meaning == before[i] {
				b.row.Cells[i].Meaning = list[i].field
			}
		}
	}
}

// decide gives columns their fields: first by heading and content together,
// then by content alone.
func (r *reader) decide(list []*column) {
	has := func(f Field) bool { return slices.ContainsFunc(list, func(c *column) bool { return c.field == f }) }
	for _, c := range list {
		if !c.given && c.filled > 0 {
			r.contradict(c, has)
		}
	}
	applicationsBeside(list)
	for _, c := range list {
		if c.given || c.field != FieldOther {
			continue
		}
		f := r.columnField(c.heading)
		switch {
		case Side(c.heading) != "" && c.ports+c.loose > 0 && !r.portsBeside(list):
			f = FieldPorts
		case f == FieldDirection && c.arrow > 0:
			f = FieldEnds
		case f == FieldComponent && strings.HasSuffix(normalHeading(c.heading), " service") && 2*c.process > c.filled:
			f = FieldService // "Linux service" above names of processes
		case f == FieldComponent && strings.HasPrefix(normalHeading(c.heading), "inter") && 2*c.process > c.filled:
			f = FieldOther // eth0
		}
		if f != FieldOther && c.agrees(f) && (f == FieldPorts || !has(f) || f == FieldPurpose) {
			c.field = f
		}
	}
	r.sourceBeside(list, has)
	for _, c := range list {
		if !c.given && c.field == FieldOther && c.filled > 0 {
			c.field = c.byContent(has)
		}
	}
	if lost := !slices.ContainsFunc(list, func(c *column) bool { return c.heading != "" }); lost && has(FieldPorts) && !has(FieldEnds) {
		endsByPlace(list)
	}
}

// portsBeside reports whether a column is of ports by its heading.
func (r *reader) portsBeside(list []*column) bool {
	return slices.ContainsFunc(list, func(c *column) bool { return r.columnField(c.heading) == FieldPorts })
}

// endsByPlace takes the first two columns of names of a table without headings
// for source and destination, where it has two before its ports.
func endsByPlace(list []*column) {
	var names []*column
	for _, c := range list {
		if c.field == FieldPorts {
			break
		}
		if c.field == FieldOther && c.filled > 1 && c.long == 0 && c.loose == 0 && c.answer == 0 {
			names = append(names, c)
		}
	}
	if len(names) == 2 {
		names[0].field, names[1].field = FieldSource, FieldDestination
	}
}

// contradict changes the field of a column whose heading promises something
// else than its cells hold.
func (r *reader) contradict(c *column, has func(Field) bool) {
	switch c.field {
	case FieldSource:
		if c.share(c.loose+c.dynamic, 80) && c.ports > 0 && has(FieldDestination) {
			c.field = FieldSourcePorts
		}
	case FieldDestination:
		if c.share(c.loose+c.dynamic, 80) && c.ports > 0 && !has(FieldPorts) {
			c.field = FieldPorts
		} else if c.share(c.arrow, 60) {
			c.field = FieldEnds
		}
	case FieldDirection:
		if c.share(c.direction, 50) {
			return
		}
		if c.arrow > 0 {
			c.field = FieldEnds
		} else if c.share(c.loose+c.dynamic, 80) && c.ports > 0 {
			c.field = FieldOther
		}
	case FieldPorts:
		if c.share(c.protocol, 80) && c.ports == 0 && !has(FieldProtocol) {
			c.field = FieldProtocol
		}
	case FieldProtocol:
		switch {
		case c.share(c.direction, 80) && c.protocol == 0 && !has(FieldDirection):
			c.field = FieldDirection
		case c.share(c.named+c.bracketed, 50) && !has(FieldPorts), c.share(c.ports, 80) && !has(FieldPorts) && c.protocol == 0:
			c.field = FieldPorts
		case c.share(c.application, 60) && c.protocol == 0 && has(FieldApplication):
			c.field = FieldApplication
		}
	case FieldService, FieldComponent, FieldPurpose, FieldRemarks:
		free := !has(FieldProtocol)
		switch {
		case c.share(c.protocol, 90) && free:
			c.field = FieldProtocol
		case c.share(c.direction, 90) && !has(FieldDirection) && c.filled > 1:
			c.field = FieldDirection
		case c.share(c.arrow, 60) && !has(FieldSource) && !has(FieldDestination):
			c.field = FieldEnds
		case c.share(c.ports+c.dynamic, 90) && c.ports > 0 && !has(FieldPorts) && !c.counts, c.share(c.bracketed, 60) && !has(FieldPorts):
			c.field = FieldPorts
		case c.field == FieldService && !strings.Contains(normalHeading(c.heading), "process") && c.share(c.application, 60):
			c.field = FieldApplication
		case c.field == FieldService && isBareService(c.heading) && !has(FieldComponent) && 2*c.process <= c.filled:
			c.field = FieldComponent // a cloud service is not an operating system's service
		}
	}
}

func isBareService(heading string) bool {
	return slices.Contains([]string{"service", "services", "サービス"}, normalHeading(heading))
}

// agrees reports whether a column may be what only the wider dictionary takes
// it for.
func (c *column) agrees(f Field) bool {
	if c.filled == 0 {
		_, named := HeadingProtocol(c.heading)
		return f != FieldPorts || named
	}
	switch f {
	case FieldPorts, FieldSourcePorts:
		if _, named := HeadingProtocol(c.heading); named && c.loose > 0 {
			return true
		}
		return c.share(c.loose+c.dynamic, 60) && !c.share(c.protocol, 60)
	case FieldProtocol:
		return c.share(c.protocol, 60) && c.ports == 0
	case FieldDirection:
		return c.share(c.direction, 60)
	case FieldAction:
		return c.share(c.begins, 80) || c.share(c.answer, 80) && allows.MatchString(normalHeading(c.heading))
	case FieldRequirement:
		return c.share(c.answer, 50)
	case FieldCounter:
		return c.counts && c.filled > 1 || c.ports == 0 || c.last < 1000
	case FieldApplication:
		return !c.share(c.loose, 60)
	case FieldDestination, FieldSource, FieldComponent:
		if f == FieldComponent && c.share(c.long, 40) {
			return false
		}
		return !c.share(c.ports, 50) && !c.share(c.protocol, 80) && !c.share(c.application, 80)
	}
	return true
}

// applicationsBeside finds tables in which "Protocol" heads application
// protocols, and another column the transports.
func applicationsBeside(list []*column) {
	for _, c := range list {
		if c.given || c.field != FieldProtocol || c.protocol > 0 || c.filled == 0 {
			continue
		}
		for _, d := range list {
			if !d.given && d.field != FieldProtocol && d.share(d.protocol, 80) {
				c.field, d.field = FieldApplication, FieldProtocol
				return
			}
		}
	}
}

var sourceSide = []string{"送信", "発信", "送信側", "source", "src", "outgoing", "from", "送信元", "client"}

// sourceBeside finds the column of source ports beside one of listening ports:
// "待受" and "送信" with numbers below both.
func (r *reader) sourceBeside(list []*column, has func(Field) bool) {
	for _, c := range list {
		if c.given || c.field != FieldOther || !has(FieldPorts) || has(FieldSourcePorts) {
			continue
		}
		if slices.Contains(sourceSide, normalHeading(c.heading)) && c.filled > 0 && c.share(c.loose+c.dynamic, 80) {
			c.field = FieldSourcePorts
		}
	}
}

// measures are headings whose numbers are no ports.
var measures = regexp.MustCompile(`(?i)time|second|minute|size|count|version|vlan|priority|priorit|level|length|number of|bytes?|bits?|mbps|gbps|bandwidth|speed|year|date|page|step|rate|max|min\b|latency|memory|disk|cpu|ram|edition|build|rfc|秒|分|時間|サイズ|件数|バージョン|優先|回数|数量|台数|容量|帯域|年|月|日付|頁|ページ|版`)

// allows finds headings of columns that say whether a rule allows.
var allows = regexp.MustCompile(`allow|permit|許可`)

// small reports whether a column holds small numbers alone below a heading that
// says nothing of ports: classes and layers, and no ports.
func (c *column) small() bool { return c.heading != "" && c.most > 0 && c.most < 20 }

// byContent decides about a column whose heading says nothing.
func (c *column) byContent(has func(Field) bool) Field {
	switch {
	case c.counts && c.filled > 1 && (c.last-c.filled < 2 || has(FieldPorts)):
		return FieldCounter
	case c.share(c.arrow, 60) && !has(FieldSource) && !has(FieldEnds):
		return FieldEnds
	case c.share(c.direction, 80) && !has(FieldDirection):
		return FieldDirection
	case c.share(c.protocol, 80) && !has(FieldProtocol):
		return FieldProtocol
	case c.share(c.action, 90) && !has(FieldAction):
		return FieldAction
	case c.share(c.ports, 80) && !has(FieldPorts) && !measures.MatchString(c.heading) && !c.small(), c.share(c.bracketed, 60) && !has(FieldPorts):
		return FieldPorts
	case c.share(c.host, 60) && !has(FieldDestination):
		return FieldDestination
	case c.share(c.application, 80) && !has(FieldApplication):
		return FieldApplication
	}
	return FieldOther
}
