package sitefile

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/site"
)

// Schema returns the JSON Schema of site files, which [Questionnaire] and
// editors expect as site.schema.json beside the file.
func Schema() ([]byte, error) { return dataset.SiteSchema() }

// Questionnaire returns a site file to fill in for some products, in the
// language of a localizer: every role that takes part in their flows, and every
// question that their documents leave open with an answer, all as comments. It
// is a valid file as it stands.
func Questionnaire(c *portbook.Catalog, l i18n.Localizer, products ...portbook.Product) ([]byte, error) {
	roles := rolesOf(c, products)
	d := site.Definition{Name: "questionnaire"}
	for i, x := range roles {
		d.Hosts = append(d.Hosts, site.Host{Name: hostName(d.Hosts, x), Addresses: []portbook.Host{exampleAddress(i)}, Roles: []portbook.Component{x}})
	}
	s, err := site.New(c, d)
	if err != nil {
		return nil, err
	}
	w := questionnaire{catalog: c, localizer: l, words: label.In(l)}
	w.head()
	w.hosts(d.Hosts)
	w.questions(s.Plan().Questions(), products)
	return w.b.Bytes(), nil
}

// rolesOf returns the components that take part in the flows of products and
// run on hosts of the customer, those of the products first.
func rolesOf(c *portbook.Catalog, products []portbook.Product) []portbook.Component {
	part := map[portbook.Component]bool{}
	for _, p := range products {
		for f := range c.Flows().DocumentedBy(p).All() {
			for _, x := range slices.Concat(f.From(), f.To()) {
				part[x] = true
			}
		}
	}
	var own, others []portbook.Component
	for _, x := range c.Components() {
		info, _ := c.Component(x)
		switch {
		case !part[x] || x == portbook.ComponentSiteUnspecified || info.Hosting == portbook.HostingCloud && len(info.Hosts) > 0:
		case slices.Contains(products, info.Product):
			own = append(own, x)
		default:
			others = append(others, x)
		}
	}
	return append(own, others...)
}

// hostName returns a name for a host that plays a role.
func hostName(hosts []site.Host, role portbook.Component) string {
	name := strings.ReplaceAll(strings.TrimPrefix(string(role), "site/"), "/", "-")
	if len(name) > 60 {
		name = strings.TrimRight(name[:60], "-")
	}
	for n, base := 2, name; slices.ContainsFunc(hosts, func(h site.Host) bool { return h.Name == name }); n++ {
		name = fmt.Sprint(base, n)
	}
	return name
}

// exampleAddress returns an address for documentation.
func exampleAddress(i int) portbook.Host {
	return portbook.MustParseHost(fmt.Sprintf("192.0.2.%d", i%254+1))
}

// questionnaire writes a site file.
type questionnaire struct {
	b         bytes.Buffer
	catalog   *portbook.Catalog
	localizer i18n.Localizer
	words     label.Words
}

// comment writes a line that readers of YAML skip.
func (w *questionnaire) comment(indent, text string) {
	w.b.WriteString(strings.TrimRight(indent+"# "+printable.Line(text), " ") + "\n")
}

var versionDay = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)

func (w *questionnaire) head() {
	w.b.WriteString(dataset.SiteModeline)
	w.comment("", w.words.Text(label.SiteFileIntro))
	w.b.WriteString("site: my-site\n")
	if day := versionDay.FindString(w.catalog.Version()); day != "" {
		fmt.Fprintf(&w.b, "answeredFor: %q\n", day)
	}
}

func (w *questionnaire) hosts(hosts []site.Host) {
	w.b.WriteByte('\n')
	w.comment("", w.words.Text(label.SiteFileHosts))
	w.b.WriteString("hosts:\n")
	last := portbook.Product("")
	for _, h := range hosts {
		info, _ := w.catalog.Component(h.Roles[0])
		if info.Product != last {
			last = info.Product
			p, _ := w.catalog.Product(last)
			w.b.WriteByte('\n')
			w.comment("  ", "== "+w.localizer.Text(p.Name)+" ==")
		}
		w.b.WriteByte('\n')
		w.comment("  ", w.localizer.Text(info.Name)+": "+w.localizer.Text(info.Role))
		w.comment("  ", fmt.Sprintf("%s: {addresses: %s, roles: [%s]}", h.Name, h.Addresses[0], h.Roles[0]))
	}
}

// questions writes the questions about flows of the products.
func (w *questionnaire) questions(list []site.Question, products []portbook.Product) {
	w.b.WriteByte('\n')
	w.comment("", w.words.Text(label.SiteFileAnswers))
	w.b.WriteString("answers:\n")
	for _, q := range list {
		if !slices.ContainsFunc(q.Flows(), func(f portbook.Flow) bool { return slices.Contains(products, f.Product()) }) {
			continue
		}
		w.b.WriteByte('\n')
		w.comment("  ", q.Text(w.localizer))
		w.comment("  ", "- "+q.Answer())
	}
}
