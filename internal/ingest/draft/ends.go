package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
)

// pair is who talks to whom.
type pair struct {
	from, to  []string
	component string
	initiator string
	inferred  []string
	guesses   []string
}

// ends finds out who talks to whom: from the columns of source and
// destination, from arrows, from headings, or from the direction.
func (r *reading) ends() []pair {
	if pairs := r.arrowPairs(); len(pairs) > 0 {
		return pairs
	}
	from, to := r.endsOf(source.FieldSource), r.endsOf(source.FieldDestination)
	hasFrom, hasTo := hasColumn(r.row, source.FieldSource), hasColumn(r.row, source.FieldDestination)
	if len(to) > 0 && !hasFrom && r.parsed == portcell.Inbound && (r.peers() || r.reachedToo()) {
		from, to, hasFrom, hasTo = to, nil, true, false // a rule names the other end
	}
	if c := r.row.With(source.FieldSource); len(c) > 0 && c[0].Heading == "" && c[0].Field == source.FieldOther && len(from)+len(to) > 0 {
		r.guess(textByPlace)
	}
	if r.directedFrom != "" && len(from) == 0 {
		from, hasFrom = r.idsOf(r.directedFrom), true
	}
	if r.directedTo != "" && len(to) == 0 {
		to, hasTo = r.idsOf(r.directedTo), true
	}
	p := pair{from: from, to: to}
	subject := r.subject()
	var heading []string
	if len(subject) == 0 && !(hasFrom && hasTo) && (hasFrom || hasTo || r.context.from == "") {
		heading = r.headingSubject()
	}
	r.unnamed = !hasFrom && !hasTo && len(subject) == 0 && r.context.from == ""
	switch words := r.staysWithin(); {
	case !hasFrom && !hasTo && words != "" && len(subject)+len(heading) > 0:
		p.from = append(subject, heading...)
		p.to = p.from
		p.inferred = append(p.inferred, fieldFrom, fieldTo)
		r.say(Doubt, textOneHost, shorten(words))
	case !hasFrom && !hasTo:
		r.byDirection(&p, subject, heading)
	case !hasFrom:
		r.withoutSource(&p, subject, heading)
	case !hasTo:
		r.withoutDestination(&p, subject, heading)
	}
	r.endsInText(&p)
	p.from, p.to = orUnspecified(p.from), orUnspecified(p.to)
	if p.component == "" {
		p.component = r.component(p, subject)
	}
	r.infer(&p, hasFrom, hasTo)
	if p.from[0] == unspecified {
		r.say(Doubt, textNoSource)
	}
	if p.to[0] == unspecified {
		r.say(Doubt, textNoDestination)
	}
	return []pair{p}
}

var peerHeading = regexp.MustCompile(`(?i)cidr|\bpeer\b|\bremote\b|相手`)

// peers reports whether the column of destinations names the other end,
// whichever it is.
func (r *reading) peers() bool {
	return slices.ContainsFunc(r.row.With(source.FieldDestination), func(c source.Cell) bool { return peerHeading.MatchString(c.Heading) || source.EitherEnd(c.Heading) })
}

// reachedToo reports whether the destination of a row that comes in is also
// that of rows of its table that go out: the column names the other end.
func (r *reading) reachedToo() bool {
	own, _ := r.row.Field(source.FieldDestination)
	if r.builder.reached == nil {
		r.builder.reached = map[string]bool{}
		for _, row := range r.document.Rows {
			cell, _ := row.Field(source.FieldDirection)
			if d, err := portcell.ParseDirection(cell); err == nil && d == portcell.Outbound {
				to, _ := row.Field(source.FieldDestination)
				r.builder.reached[fmt.Sprint(row.Table, " ", to)] = true
			}
		}
	}
	return r.builder.reached[fmt.Sprint(r.row.Table, " ", own)]
}

func orUnspecified(list []string) []string {
	if len(list) == 0 {
		return []string{unspecified}
	}
	return list
}

// component returns the component that a row is about: the one that it names
// as such, or its destination, or its source.
func (r *reading) component(p pair, subject []string) string {
	own := func(list []string) string {
		for _, id := range list {
			if !strings.HasPrefix(id, "site/") {
				return id
			}
		}
		return ""
	}
	for _, list := range [][]string{subject, p.to, p.from} {
		if id := own(list); id != "" {
			return id
		}
	}
	if p.to[0] != unspecified {
		return p.to[0]
	}
	return p.from[0]
}

// infer marks the ends that no cell states.
func (r *reading) infer(p *pair, hasFrom, hasTo bool) {
	if p.from[0] == unspecified || !hasFrom && hasTo {
		p.inferred = append(p.inferred, fieldFrom)
	}
	if p.to[0] == unspecified || !hasTo && r.parsed != portcell.Inbound {
		p.inferred = append(p.inferred, fieldTo)
	}
}

// byDirection fills in the ends of a row that names neither.
func (r *reading) byDirection(p *pair, subject, heading []string) {
	if c := r.context; c.from != "" {
		p.from, p.to = []string{r.named(c.from)}, []string{r.named(c.to)}
		if c.either {
			p.initiator = initiatorEither
		}
		r.guess(textFromHeading, c.from+" → "+c.to, c.endsLine.Text, place(c.endsLine.Position))
		p.inferred = append(p.inferred, fieldFrom, fieldTo)
		return
	}
	if len(subject) == 0 {
		subject = heading
	}
	switch r.parsed {
	case portcell.Outbound:
		p.from = subject
		p.to = r.siteByPort()
	case portcell.Both:
		p.to = subject
	default:
		p.to = subject
	}
	if len(subject) > 0 {
		p.component = subject[0]
	} else if r.parsed == portcell.Outbound {
		p.component = unspecified // the sender, whatever it reaches
	}
}

// withoutSource fills in the source of a row that has a destination: what the
// row is about, unless the connection comes in.
func (r *reading) withoutSource(p *pair, subject, heading []string) {
	if r.cloudNames() {
		p.from = heading
		return // the named component is the destination
	}
	if r.parsed == portcell.Inbound {
		return
	}
	if p.from = subject; len(subject) == 0 {
		p.from = heading
	}
	if len(p.from) > 0 {
		p.component = p.from[0]
	} else if r.parsed == portcell.Outbound {
		p.component = unspecified
	}
	if len(p.to) == 0 {
		p.to = r.siteByPort()
	}
}

// withoutDestination fills in the destination of a row that has a source.
func (r *reading) withoutDestination(p *pair, subject, heading []string) {
	if p.to = subject; len(subject) == 0 {
		p.to = heading
	}
	if r.parsed == portcell.Outbound {
		p.from, p.to = orUnspecified(p.to), p.from // "used by" of an outbound port
	}
}

// siteByPort guesses the server of your own infrastructure that an outbound
// port reaches.
func (r *reading) siteByPort() []string {
	if len(r.cells.Items) == 0 {
		return nil
	}
	for _, x := range r.cells.Items {
		id := sitePorts[x.Text]
		if x.First != x.Last || id == "" || id != sitePorts[r.cells.Items[0].Text] {
			return nil
		}
	}
	id := sitePorts[r.cells.Items[0].Text]
	r.guess(textSitePort, r.cells.Items[0].Text, id)
	return []string{id}
}

// subject returns the components that a row names as those that it is about.
func (r *reading) subject() []string {
	if r.cloudNames() {
		return nil
	}
	if list := r.endsOf(source.FieldComponent); len(list) > 0 {
		return list
	}
	if r.row.Shape == source.ShapeList {
		return nil
	}
	return nil
}

// usedBy finds the names at the beginning of a description: "Used by the Kiln
// and the Oven."
var usedBy = regexp.MustCompile(`(?i:^(?:(?:the |this )?ports? (?:is )?)?used by )(?i:the )?(` + capitals + `(?:(?:,? and |, )(?i:the )?` + capitals + `)*)`)

// whoUses goes on with who connects to a port: "used by Kiln clients".
var whoUses = regexp.MustCompile(`(?i)^ (?:clients?|users?|browsers?|consumers?|peers?)\b`)

const capitals = `[A-Z][\w-]*(?: [A-Z][\w-]*)*`

// portsTitle is a line above a list that says what the list is about, and not
// one entry of it.
var portsTitle = regexp.MustCompile(`(?i)\bports\b.*:$`)

// headingSubject returns the component that the headings above a row name, or
// the title of an entry.
func (r *reading) headingSubject() []string {
	if title, _ := r.row.Field(source.FieldTitle); portsTitle.MatchString(title) {
		if name := subjectOf(cleanHeading(title)); name != "" {
			return r.idsOf(name)
		}
	} else if titles := r.endsOf(source.FieldTitle); len(titles) > 0 {
		return titles
	}
	if m := usedBy.FindStringSubmatch(r.text); m != nil && !whoUses.MatchString(r.text[len(m[0]):]) {
		ids := r.idsOf(m[1])
		r.guess(textUsedBy, strings.Join(ids, ", "), shorten(m[0]))
		return ids
	}
	c := r.context
	if c.subject == "" {
		return r.product()
	}
	id := r.named(c.subject)
	r.guess(textFromHeading, id, c.subjectLine.Text, place(c.subjectLine.Position))
	return []string{id}
}

// product returns the component that is the product itself, for documents with
// text above their rows: where it names nobody, the page is about the product.
func (r *reading) product() []string {
	b := r.builder
	if !b.introduced {
		return nil
	}
	id := b.options.Product + "/" + b.options.Product
	if b.components[id] == "" {
		b.components[id] = b.unique("component:", id)
		b.data.Components = append(b.data.Components, dataComponent{ID: b.components[id]})
	}
	r.guess(textProduct, b.components[id])
	return []string{b.components[id]}
}

// cloudNames reports whether the column of components names services that are
// the destinations: a heading "Service" beside a column of hosts.
func (r *reading) cloudNames() bool {
	return slices.ContainsFunc(r.row.Cells, func(c source.Cell) bool {
		return c.Field == source.FieldService && c.Meaning == source.FieldComponent
	}) && hasColumn(r.row, source.FieldDestination)
}

// endsOf returns the components that the cells of a field name.
func (r *reading) endsOf(field source.Field) []string {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, c := range r.row.With(field) {
		ends := r.namesOf(c, field)
		var hosts end
		if len(c.Lines) > 1 {
			hosts, ends = hostList(ends)
		}
		for _, e := range ends {
			switch {
			case e.name == "" && len(e.hosts)+len(e.odd) > 0:
				hosts.hosts = append(hosts.hosts, e.hosts...)
				hosts.odd = append(hosts.odd, e.odd...)
				if e.rest != "" && !ifAny.MatchString(strings.Trim(e.rest, "()（）")) {
					hosts.rest = strings.TrimSpace(hosts.rest + " " + e.rest)
				}
			case field == source.FieldSource && len(e.hosts) == 0 && portcell.Transports(e.name) != nil:
				r.say(Doubt, textProtocolEnd, e.name, c.Heading)
				r.headed = append(r.headed, e.name)
			case e.name != "" || len(e.hosts) > 0:
				add(r.endID(e))
			}
		}
		for _, h := range hosts.odd {
			r.say(Doubt, textHost, h)
		}
		if len(hosts.hosts)+len(hosts.odd) > 0 {
			if hosts.name == "" && field == source.FieldDestination && r.cloudNames() {
				if names := r.row.With(source.FieldComponent); len(names) > 0 && !isNothing(names[0].Text) {
					if e := nameOf(names[0].Text); e.name != "" && !e.prose {
						hosts.name, hosts.alias = e.name, e.alias
					}
				}
			}
			if hosts.rest != "" {
				r.say(Doubt, textBesideHosts, field, shorten(hosts.rest))
			}
			add(r.endID(hosts))
		}
	}
	return ids
}

// hostList reads a cell that lists hosts on lines, below the name of what has
// them and with labels between them, as of regions: one end. Cells without
// hosts, or with one line of them, are left as they are.
func hostList(ends []end) (list end, rest []end) {
	n := 0
	for _, e := range ends {
		if len(e.hosts)+len(e.odd) > 0 {
			n++
		}
	}
	if n == 0 || n == len(ends) || n < 2 && len(ends) < 3 {
		return end{}, ends
	}
	var beside []string
	for i, e := range ends {
		list.hosts, list.odd = append(list.hosts, e.hosts...), append(list.odd, e.odd...)
		switch name := strings.TrimSpace(e.name); {
		case name == "" || len(e.hosts) > 0 || strings.HasPrefix(name, ":::"):
		case i == 0 && !strings.HasSuffix(name, ":") && !strings.HasSuffix(name, "：") && !e.prose:
			list.name, list.alias = name, e.alias
		default:
			beside = append(beside, name)
		}
		if e.rest != "" {
			beside = append(beside, e.rest)
		}
	}
	list.rest = strings.Join(beside, ", ")
	return list, nil
}

// namesOf reads the names of a cell.
func (r *reading) namesOf(c source.Cell, field source.Field) []end {
	list := c.Lines
	if len(list) == 0 {
		list = []string{c.Text}
	}
	var joined []string // lines that end with a comma go on
	for i, line := range list {
		if strings.HasPrefix(line, ":::") { // a note of MDX
			continue
		}
		if i > 0 && len(joined) > 0 && goesOn.MatchString(list[i-1]) {
			joined[len(joined)-1] += " " + line
		} else {
			joined = append(joined, line)
		}
	}
	var ends []end
	for i, line := range joined {
		line = r.withoutCondition(line)
		pieces := splitNames(line)
		if i > 0 && len(ends) > 0 && ends[0].name != "" && describes(line, pieces) {
			r.say(Doubt, textFirstLine, field, shorten(c.Text))
			break
		}
		for _, p := range pieces {
			if e := nameOf(p); e.name != "" || len(e.hosts)+len(e.odd) > 0 {
				ends = append(ends, e)
			}
		}
	}
	return ends
}

// conditionInCell finds the condition behind a name, or in place of one:
// "Kiln. Required when ...". Without a mark before it, it is in small letters:
// "What If Console" is a name.
var conditionInCell = regexp.MustCompile(`(?:^|[.,;:]\s+)(?i:` + conditionWords + `)\s.*$|\s(?:` + conditionWords + `)\s.*$`)

const conditionWords = `(?:(?:is\s+|are\s+)?(?:only\s+)?(?:required|needed|necessary|used)\s+)?(?:only\s+)?(?:when|if|unless|in case)`

// plainRequired finds what a cell adds to a name, and means nothing more.
var plainRequired = regexp.MustCompile(`(?i)(?:^|[.,;:]\s+)(?:is\s+)?(?:required|mandatory)\.?$`)

// withoutCondition takes the condition off a cell of names, and leaves it to
// what says whether the communication is needed.
func (r *reading) withoutCondition(line string) string {
	line = plainRequired.ReplaceAllString(line, "")
	at := conditionInCell.FindStringIndex(line)
	if at == nil {
		return line
	}
	r.condition = strings.TrimLeft(line[at[0]:], " .,;:")
	return line[:at[0]]
}

// describes reports whether a line below a name is not a further name.
func describes(line string, pieces []string) bool {
	if len(pieces) == 1 && (lowerWord.MatchString(line) || strings.HasSuffix(line, ".") || strings.HasSuffix(line, "。")) {
		return len(splitHosts(line).hosts) == 0
	}
	return len(pieces) == 1 && nameOf(pieces[0]).prose
}

// named returns the component of a name that is not a cell.
func (r *reading) named(name string) string {
	return r.endID(nameOf(name))
}

// endID returns the id for an end, and keeps its name and its hosts.
func (r *reading) endID(e end) string {
	b := r.builder
	if e.name != "" && len(e.hosts) == 0 {
		if id, ok := siteComponent(e.name); ok {
			r.say(Guess, textSite, e.name, id)
			return id
		}
	}
	key := e.key()
	if key == "" || key == "hosts:" && len(e.odd) == 0 {
		return unspecified
	}
	if id, ok := b.components[key]; ok {
		b.addHosts(id, e.hosts)
		return id
	}
	name := e.name
	if name == "" {
		name = slices.Concat(e.hosts, e.odd)[0]
	}
	last := slug(name, "")
	if last == "" && e.alias != "" && isASCII(e.alias) {
		last = slug(e.alias, "") // the reading or translation that the document gives
	}
	id := b.unique("component:", b.options.Product+"/"+or(last, "component"))
	b.components[key] = id
	c := dataComponent{ID: id, Hosts: e.hosts, name: e.name}
	if slices.ContainsFunc(e.hosts, isPublic) {
		c.Hosting = cloud
		r.guess(textCloud)
	}
	switch {
	case e.prose:
		r.say(Doubt, textDescribes, id, shorten(e.name))
		c.name = ""
	case e.name != "":
		c.Aliases = append(c.Aliases, e.name)
		if e.alias != "" && e.alias != e.name {
			c.Aliases = append(c.Aliases, e.alias)
		}
	default:
		c.Aliases = append(c.Aliases, e.odd...)
	}
	b.data.Components = append(b.data.Components, c)
	return id
}

func (b *builder) addHosts(id string, hosts []string) {
	for i := range b.data.Components {
		if b.data.Components[i].ID != id {
			continue
		}
		for _, h := range hosts {
			if !slices.Contains(b.data.Components[i].Hosts, h) {
				b.data.Components[i].Hosts = append(b.data.Components[i].Hosts, h)
			}
		}
	}
}

func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

var arrowInCell = regexp.MustCompile(`\s*(<-+>|<=+>|←\s*→|⇔|↔|⇄|⇆|-+>|=+>|→|⇒|➔|<-+|<=+|←|⇐)\s*`)

// arrowPairs reads cells that say with arrows who talks to whom: one pair a
// line, or several on one.
func (r *reading) arrowPairs() []pair {
	var pairs []pair
	for _, c := range r.row.With(source.FieldEnds) {
		list := c.Lines
		if len(list) == 0 {
			list = []string{c.Text}
		}
		var joined []string
		for _, line := range list {
			switch last := len(joined) - 1; {
			case joinsPairs.MatchString(line):
			case last >= 0 && goesOnWith(joined[last], line):
				joined[last] += " " + line
			default:
				joined = append(joined, line)
			}
		}
		for _, line := range joined {
			pairs = append(pairs, r.arrowLine(line)...)
		}
		if len(pairs) == 0 && c.Text != "" {
			pairs = r.withinHost(c.Text)
		}
	}
	return pairs
}

// joinsPairs are lines between two pairs.
var joinsPairs = regexp.MustCompile(`(?i)^(?:または|又は|もしくは|および|及び|or|and|and/or)$`)

// goesOnWith reports whether a pair goes on with a line: it has no arrow of its
// own, begins with one, or the line above ends with one.
func goesOnWith(above, line string) bool {
	at := arrowInCell.FindStringIndex(line)
	parts := arrowInCell.Split(above, -1)
	return at == nil || at[0] == 0 || strings.TrimSpace(parts[len(parts)-1]) == ""
}

// withinHost makes a flow from and to what the row is about, where the cell
// says that it does not leave the host.
func (r *reading) withinHost(text string) []pair {
	subject := r.subject()
	if services, _ := r.row.Field(source.FieldService); len(subject) == 0 && !isNothing(services) {
		subject = []string{r.named(services)}
	}
	if len(subject) == 0 {
		subject = r.headingSubject()
	}
	ids := orUnspecified(subject)
	if oneHost.MatchString(text) {
		r.say(Doubt, textOneHost, shorten(text))
		return []pair{{from: ids, to: ids, component: ids[0]}}
	}
	r.say(Doubt, textPairs, shorten(text))
	return []pair{{from: []string{unspecified}, to: ids, component: ids[0], inferred: []string{fieldFrom, fieldTo}}}
}

// arrowLine reads the pairs of a line.
func (r *reading) arrowLine(line string) []pair {
	parts := arrowInCell.Split(line, -1)
	arrows := arrowInCell.FindAllString(line, -1)
	if len(arrows) == 0 {
		return nil
	}
	known := r.knownNames(parts)
	var pairs []pair
	left := parts[0]
	for i, arrow := range arrows {
		right, next := parts[i+1], ""
		if i+1 < len(arrows) {
			var ok bool
			if right, next, ok = splitBetween(parts[i+1], known); !ok {
				r.say(Doubt, textPairs, shorten(line))
				return pairs
			}
		}
		arrow = strings.Join(strings.Fields(arrow), "")
		from, to := r.idsOf(left), r.idsOf(right)
		if strings.ContainsAny(arrow, "←⇐") && !isTwoWay(arrow) || strings.HasPrefix(arrow, "<") && !strings.HasSuffix(arrow, ">") {
			from, to = to, from
		}
		p := pair{from: orUnspecified(from), to: orUnspecified(to)}
		if isTwoWay(arrow) {
			p.initiator = initiatorEither
		}
		p.component = r.component(p, nil)
		pairs = append(pairs, p)
		left = next
	}
	return pairs
}

func (r *reading) idsOf(text string) []string {
	var ids []string
	for _, e := range r.namesOf(source.Cell{Text: text}, source.FieldEnds) {
		if id := r.endID(e); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// knownNames returns the names that a line of several pairs may be made of:
// its first and last ones, and those of the row.
func (r *reading) knownNames(parts []string) []string {
	known := []string{parts[0], parts[len(parts)-1]}
	for _, c := range r.row.With(source.FieldComponent) {
		known = append(known, splitNames(c.Text)...)
	}
	for i, s := range known {
		known[i] = nameOf(s).name
	}
	return slices.DeleteFunc(known, func(s string) bool { return s == "" })
}

// splitBetween cuts the text between two arrows: the end of one pair, and the
// beginning of the next.
func splitBetween(text string, known []string) (end, next string, ok bool) {
	words := strings.Fields(text)
	for cut := 1; cut < len(words); cut++ {
		a, b := strings.Join(words[:cut], " "), strings.Join(words[cut:], " ")
		if a == b || slices.Contains(known, nameOf(a).name) && slices.Contains(known, nameOf(b).name) {
			return a, b, true
		}
	}
	for cut := 1; cut < len(words); cut++ {
		a, b := strings.Join(words[:cut], " "), strings.Join(words[cut:], " ")
		if slices.Contains(known, nameOf(a).name) || slices.Contains(known, nameOf(b).name) {
			return a, b, true
		}
	}
	if len(words) == 2 {
		return words[0], words[1], true
	}
	return "", "", false
}
