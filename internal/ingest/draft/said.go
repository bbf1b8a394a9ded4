package draft

import (
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
)

// Ends that only the description of a row states: "requests from the Oven",
// "connections to the Ledger", 棚から窯への通信. They are guesses, and taken
// where no column and no heading names the end.

const (
	article   = `(?i:(?:the|your|an?|any|other|all|remote|each)\s+)*`
	someNames = `(` + capitals + `(?: (?:servers?|agents?|nodes?|clients?|consoles?|hosts?|appliances?))?(?:(?:,? and |, )` + article + capitals + `)*` +
		`|(?:web )?browsers?|end users?|users|(?:\w+ )?clients|(?:\w+ )?agents|(?:\w+ )?administrators?|operators|(?:\w+ )?nodes|(?:\w+ )?devices|(?:\w+ )?endpoints|(?:\w+ )?servers?)\b`
)

// roleNames are names that end in what their bearer does: "Kiln for Potters
// console", "the installer".
const roleNames = `((?:[A-Z][\w-]* (?:(?:for|of) )?){0,5}(?:[a-z]+ )?(?:installer|console|connector|agent|appliance|sensor|gateway|controller|collector|scanner|manager|proxy|server|client|service|host|node|browser|application)s?)`

var (
	fromInText = regexp.MustCompile(`\b(?i:from|(?:used|opened|initiated|accessed|called|contacted) by)\s+` + article + someNames)
	toInText   = regexp.MustCompile(`\b(?i:to|towards|contacts?|reach(?:es)?|(?:communicat\w+|connect\w*) with)\s+` + article + someNames)
	// communication with the Oven, of a connection that comes in
	withInText = regexp.MustCompile(`\b(?i:communicat\w+|connections?|traffic) with\s+` + article + someNames)
	// The Kiln must be able to reach ...
	whoInText = regexp.MustCompile(`(?:^|[.;,:]\s+)(?i:the |each |every |all |your )?(?:` + someNames + `|` + roleNames + `)\s+(?:(?:must|should|may|can|will|needs? to|has to|have to|is able to|be able to|also)\s+)*` +
		`(?:connects?|contacts?|reach(?:es)?|access(?:es)?|communicates?|talks?|sends?|quer(?:y|ies)|polls?|downloads?|uploads?|retrieves?|forwards?)\b`)
	// Oven over LDAP, port 389
	overInText = regexp.MustCompile(`^\W*(?i:the |each |all )?` + someNames + `\s+(?:over|via|using|on|at|through)\s+(?:[A-Z]{2,}|port|TCP|UDP)`)
	// 窯は棚のポート4100に接続
	noPortInText = regexp.MustCompile(`(?:^|[、。])\s*([^、。]{1,30}?)(?:は|が)(?:すべての|全ての|各)?\s*([^、。]{1,30}?)の\s*(?:TCP|UDP)?\s*ポート(?:番号)?\s*\d+[^、。]{0,20}?(?:に|へ|と)(?:アクセス|接続|通信|送信)`)

	// 窯のポートは4100
	ofPortInText = regexp.MustCompile(`(?:^|[、。])\s*([^、。のはが]{1,20})のポート(?:番号)?は`)

	karaInText = regexp.MustCompile(`(?:^|[、。]|\s)([^、。\s]{1,30}?)から([^、。\s]{1,30}?)(?:へ|に(?:対して|接続|アクセス|通信|送信))`)
	// 端末から棚サーバー, and no more
	karaRole = regexp.MustCompile(`(?m)(?:^|[、。]|\s)([^、。\s]{1,30}?)から([^、。\s]{0,20}?(?:サーバー?|端末|装置|機器|ホスト|クライアント|ノード|エージェント|コンソール|マネージャー?|コントローラー?|ゲートウェイ|データベース|プロキシ|ブラウザー?|コンピューター?))\s*(?:[(（][^()（）]*[)）])?$`)
	gaInText = regexp.MustCompile(`(?:^|[、。]|\s)([^、。\s]{1,20}?)(?:によって|が)(?:使用|利用)`)

	withinText = regexp.MustCompile(`(?i)\bonly\b[^.]{0,60}\b(?:localhost|loopback|local (?:host|machine|computer|interface))|\bloopback\b[^.]{0,20}\b(?:only|interface|address)|[(]loopback[)]|` +
		`\binternal use only\b|内部専用|内部処理|プロセス間通信|同一(?:ホスト|マシン|サーバー?|機器)内|ループバック`)
	withinHeading = regexp.MustCompile(`(?i)\bloop-?back\b|\blocalhost\b|ループバック|同一(?:ホスト|マシン|サーバー?|機器)内`)
)

// endsInText fills in the ends that are missing and that the description
// names.
func (r *reading) endsInText(p *pair) {
	defer func(from, to int) {
		if len(p.from) > from {
			p.inferred = append(p.inferred, fieldFrom)
		}
		if len(p.to) > to {
			p.inferred = append(p.inferred, fieldTo)
		}
	}(len(p.from), len(p.to))
	m := karaInText.FindStringSubmatch(r.text)
	if m == nil {
		m = karaRole.FindStringSubmatch(r.text)
	}
	if m != nil && (len(p.from) == 0 || len(p.to) == 0) {
		if from, to := r.saidNames(m[1], nil), r.saidNames(m[2], nil); len(from) > 0 && len(to) > 0 && (len(p.from)+len(p.to) == 0 || r.ownProduct(*p) || r.unnamed) {
			p.from, p.to, p.component = from, to, ""
			r.guess(textSaid, strings.Join(slices.Concat(from, to), ", "), shorten(strings.TrimLeft(m[0], "、。 ")))
			return
		}
	}
	if m := noPortInText.FindStringSubmatch(r.text); m != nil && r.mayBeSaid(*p) {
		if from, to := r.saidNames(m[1], nil), r.saidNames(m[2], nil); len(from) > 0 && len(to) > 0 {
			p.from, p.to, p.component = from, to, ""
			r.guess(textSaid, strings.Join(slices.Concat(from, to), ", "), shorten(strings.TrimLeft(m[0], "、。 ")))
			return
		}
	}
	if m := ofPortInText.FindStringSubmatch(r.text); m != nil && r.mayBeSaid(*p) {
		if to := r.saidNames(m[1], nil); len(to) > 0 {
			p.to, p.component = to, ""
			r.guess(textSaid, strings.Join(to, ", "), shorten(m[0]))
		}
	}
	if r.parsed == portcell.Inbound && len(p.from) == 0 {
		p.from = r.said(withInText, p.to)
	}
	if r.parsed == portcell.DirectionUnstated && len(p.from) == 0 && r.mayBeSaid(*p) {
		r.whoReaches(p)
	}
	if len(p.to) == 0 && (r.parsed == portcell.Outbound || len(p.from) > 0) {
		p.to = r.said(toInText, p.from)
		if len(p.to) == 0 {
			p.to = r.hostsInText()
		}
	}
	if len(p.from) == 0 && r.parsed != portcell.Both {
		for _, pattern := range []*regexp.Regexp{fromInText, gaInText} {
			if len(p.from) == 0 {
				p.from = r.said(pattern, p.to)
			}
		}
	}
}

// whoReaches fills in both ends where the text says who opens the connection:
// the row itself, or the line above its list.
func (r *reading) whoReaches(p *pair) {
	from := r.said(whoInText, nil)
	if len(from) == 0 {
		return
	}
	p.from, p.component = from, ""
	if to := r.said(overInText, from); len(to) > 0 {
		p.to = to
	} else if to := r.said(toInText, from); len(to) > 0 {
		p.to = to
	} else {
		p.to = nil
		p.component = from[0]
	}
}

// mayBeSaid reports whether the text may name both ends: nothing does but a
// heading above a sentence.
func (r *reading) mayBeSaid(p pair) bool {
	return r.row.Shape == source.ShapeSentence || r.ownProduct(p)
}

// ownProduct reports whether a pair names no more than the product itself,
// since the row names nobody.
func (r *reading) ownProduct(p pair) bool {
	own := r.options.Product + "/" + r.options.Product
	return !slices.ContainsFunc(slices.Concat(p.from, p.to), func(id string) bool { return id != own && id != unspecified })
}

// said returns the components that the first words of a kind name, but for
// those of the other end.
func (r *reading) said(pattern *regexp.Regexp, other []string) []string {
	for i, text := range []string{r.text, r.context.intro} {
		for _, m := range pattern.FindAllStringSubmatch(text, 4) {
			if i > 0 && ownPorts.MatchString(m[0]) {
				continue // "ports used by the Kiln" are those of the Kiln
			}
			name := m[1]
			if name == "" && len(m) > 2 {
				name = m[2]
			}
			if ids := r.saidNames(name, other); len(ids) > 0 {
				r.guess(textSaid, strings.Join(ids, ", "), shorten(strings.TrimLeft(m[0], "、。 ")))
				return ids
			}
		}
	}
	return nil
}

// ownPorts begins the words of an introduction that name whose ports follow.
var ownPorts = regexp.MustCompile(`(?i)^\W*(?:used|opened) by\b`)

// saidNames returns the components of names in a text. Protocols are none, and
// neither are the ends that are known.
func (r *reading) saidNames(text string, other []string) []string {
	var ids []string
	for _, e := range r.namesOf(source.Cell{Text: text}, source.FieldEnds) {
		if e.name == "" || e.prose || portcell.Transports(e.name) != nil || aboutPorts.MatchString(e.name) || statedWord.MatchString(e.name) {
			return nil
		}
		same := func(id string) bool { // "from the server", of the Kiln server
			return id == r.builder.components[e.key()] || strings.HasSuffix(lastPart(id), slug(e.name, "\x00"))
		}
		if slices.ContainsFunc(other, same) {
			return nil
		}
		ids = append(ids, r.endID(e))
	}
	return ids
}

// statedWord are words with a capital, or before から, that name nobody.
var statedWord = regexp.MustCompile(`(?i)^(?:tcp|udp|icmp|ip|url|ui|gui|api|rest|web|internet|default|optional|note|this|it|port|yes|no|to|you|we|they|these|those|that|which|who|when|if|for|all|each|every|both|the|make|ensure|allow|open|in|on|also|and|or|ここ|これ|こ|そ|その他|各|それ|外部|内部|こちら|以下|上記)$`)

// hostsInText returns the component with the hosts that the description names.
func (r *reading) hostsInText() []string {
	var all end
	for _, word := range strings.FieldsFunc(r.text, func(c rune) bool { return strings.ContainsRune(" \n、。，,()（）「」", c) }) {
		for _, h := range splitHosts(word).hosts {
			if isPublic(h) && !slices.Contains(all.hosts, h) {
				all.hosts = append(all.hosts, h)
			}
		}
	}
	if len(all.hosts) == 0 {
		return nil
	}
	id := r.endID(all)
	r.guess(textSaid, id, shorten(strings.Join(all.hosts, ", ")))
	return []string{id}
}

// staysWithin returns the words by which a row or its section says that its
// ports are not reached from other computers.
func (r *reading) staysWithin() string {
	if m := withinText.FindString(r.text); m != "" {
		return m
	}
	return r.context.within
}

// withinSection returns the words that say the same of the rows below
// headings: those of a heading, or of the text below the innermost one.
func (b *builder) withinSection(path []source.Line) string {
	var inner source.Line
	for _, h := range path {
		if withinHeading.MatchString(h.Text) {
			return h.Text
		}
		if h.Heading < titleLevel {
			inner = h
		}
	}
	if inner.Text == "" {
		return ""
	}
	prose := b.document.Prose
	at := slices.IndexFunc(prose, func(l source.Line) bool { return l.Heading > 0 && l.Position == inner.Position })
	for k := at + 1; at >= 0 && k < len(prose) && prose[k].Heading == 0; k++ {
		if m := withinText.FindString(prose[k].Text); m != "" {
			return m
		}
	}
	return ""
}

// titleLevel is the level of the titles of tables, below all headings.
const titleLevel = 7
