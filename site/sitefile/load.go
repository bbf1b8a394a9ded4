// Package sitefile reads sites from YAML: see [Load]. Package site itself needs no
// YAML.
//
//	s, err := sitefile.Load(os.DirFS("."), "tokyo.yaml", portbook.Builtin())
//	var e *sitefile.Error // every problem, with file and line
//	if errors.As(err, &e) {
//		...
//	}
//
// [Questionnaire] writes a file to begin with, and [Schema] the JSON schema that
// editors check files with. A file can name catalogs of your own beside it.
package sitefile

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/site"
)

// Limits bound what [Load] reads of the site file, so that a hostile one can
// exhaust neither memory nor time: 4 MiB by default, which is about 20,000
// hosts. The zero value stands for the defaults. Catalogs that the file names
// are read within the limits of package catalog.
type Limits struct {
	FileSize int // bytes; 4 MiB by default
	Problems int // problems that are reported; 1,000 by default
}

// Option changes how [Load] works.
type Option func(*loading)

type loading struct {
	name    string
	limits  Limits
	options []site.Option
}

// WithLimits bounds what [Load] reads.
func WithLimits(limits Limits) Option { return func(l *loading) { l.limits = limits } }

// Named makes [Load] call the file by another name than that in its file system:
// see [site.Site.File].
func Named(name string) Option { return func(l *loading) { l.name = name } }

// AsOf makes [Load] refuse answers whose last day is before the day of t, as
// [site.AsOf] does.
func AsOf(t time.Time) Option {
	return func(l *loading) { l.options = append(l.options, site.AsOf(t)) }
}

// Load reads a site file: its hosts and answers, and the catalogs that it names
// over the given one, relative to its own folder. data/README.md of the
// repository describes the format, and data/schema/site.schema.json is its JSON
// Schema.
//
// An error is a *[Error] that lists every problem by file, line and entry.
func Load(fsys fs.FS, name string, c *portbook.Catalog, options ...Option) (*site.Site, error) {
	l := loading{name: name}
	for _, option := range options {
		option(&l)
	}
	r := reader{dataset.ReadSite(fsys, name, dataset.Limits{FileSize: max(l.limits.FileSize, 0), Problems: max(l.limits.Problems, 0)})}
	if r.file.Broken() {
		return nil, newError(r.file)
	}
	c, ok := r.catalogs(fsys, path.Dir(name), c)
	d := r.definition()
	d.File = l.name
	if !ok { // without its catalogs, most ids would be unknown
		return nil, newError(r.file)
	}
	s, err := site.New(c, d, l.options...)
	r.report(err)
	if r.file.Err() != nil {
		return nil, newError(r.file)
	}
	return s, nil
}

// reader turns a file into a definition.
type reader struct{ file *dataset.SiteFile }

// mostCatalogs is how many catalogs a file can name.
const mostCatalogs = 100

// catalogs loads the catalogs that the file names, each over those before it.
func (r *reader) catalogs(fsys fs.FS, dir string, c *portbook.Catalog) (*portbook.Catalog, bool) {
	if n := len(r.file.Catalogs); n > mostCatalogs {
		r.file.Add(r.file.Line("catalogs"), "", fmt.Sprintf("names %d catalogs; expected: at most %d", n, mostCatalogs))
		return nil, false
	}
	for _, x := range r.file.Catalogs {
		folder := path.Join(dir, x.Text)
		if path.IsAbs(x.Text) || !fs.ValidPath(folder) || strings.Contains(x.Text, `\`) {
			r.file.Add(x.Line, "", fmt.Sprintf("catalog %q cannot be reached; expected: a path relative to the folder of this file, with slashes", x.Text))
			return nil, false
		}
		if info, err := fs.Stat(fsys, folder); err != nil || !info.IsDir() {
			r.file.Add(x.Line, "", fmt.Sprintf("catalog %q is not a folder; expected: a folder that has data/ and i18n/", x.Text))
			return nil, false
		}
		sub, err := fs.Sub(fsys, folder)
		if err == nil {
			c, err = catalog.Load(sub, catalog.Extending(c))
		}
		if err != nil {
			r.reportCatalog(x, folder, err)
			return nil, false
		}
	}
	return c, true
}

// reportCatalog reports what is wrong with a catalog, under the path of the
// site file's own file system.
func (r *reader) reportCatalog(x dataset.SiteValue, folder string, err error) {
	var e *catalog.Error
	if !errors.As(err, &e) {
		r.file.Add(x.Line, "", fmt.Sprintf("catalog %q cannot be read: %v", x.Text, err))
		return
	}
	for _, p := range e.Problems() {
		q := dataset.Problem(p)
		q.File = path.Join(folder, p.File)
		r.file.AddProblem(q)
	}
}

// definition turns the file into a definition, as far as its values can be read.
func (r *reader) definition() site.Definition {
	d := site.Definition{Name: r.file.Site, AnsweredFor: r.file.AnsweredFor}
	for i := range r.file.Hosts {
		d.Hosts = append(d.Hosts, r.host(&r.file.Hosts[i]))
	}
	for i := range r.file.Answers {
		d.Answers = append(d.Answers, r.answer(i))
	}
	return d
}

func (r *reader) host(h *dataset.SiteHost) site.Host {
	entry := "host " + h.Name
	return site.Host{
		Name: h.Name, Addresses: r.places(entry, "addresses", h.Addresses), Names: r.places(entry, "names", h.Names),
		Kubernetes: site.Kubernetes{Namespace: h.Namespace, Labels: h.Labels}, SecurityGroup: h.SecurityGroup,
		Roles: texts[portbook.Component](h.Roles), Zone: h.Zone, Serves: texts[string](h.Serves), Group: choice(h.Group), Line: h.Line(""),
	}
}

// places reads addresses or names.
func (r *reader) places(entry, field string, values []dataset.SiteValue) []portbook.Host {
	var list []portbook.Host
	for _, v := range values {
		h, err := portbook.ParseHost(v.Text)
		if err != nil {
			r.file.Add(v.Line, entry, fmt.Sprintf("field %q: %s", field, strings.TrimPrefix(err.Error(), "portbook: ")))
			continue
		}
		list = append(list, h)
	}
	return list
}

func (r *reader) answer(i int) site.Answer {
	a := &r.file.Answers[i]
	entry := fmt.Sprintf("answer %d", i+1)
	x := site.Answer{
		Flow: portbook.FlowID(a.Flow), Condition: portbook.ConditionID(a.Condition), Setting: portbook.SettingID(a.Setting),
		Component: portbook.Component(a.Component), Product: portbook.Product(a.Product),
		Use: choice(a.Use), Holds: choice(a.Holds), Initiator: site.Initiator(a.Initiator), From: texts[string](a.From), To: texts[string](a.To),
		Absent: a.Absent == "yes", Region: portbook.Region(a.Region), Why: a.Why,
	}
	if a.Absent == "no" {
		r.file.Add(a.Line("absent"), entry, `field "absent" is no; expected: yes, or no such field`)
	}
	if a.Ports != "" {
		ports, err := portbook.ParsePortSet(a.Ports)
		if err != nil {
			r.file.Add(a.Line("ports"), entry, `field "ports": `+strings.TrimPrefix(err.Error(), "portbook: "))
		}
		x.Ports = ports
	}
	if a.Until != "" {
		day, err := time.Parse(time.DateOnly, a.Until)
		if err != nil {
			r.file.Add(a.Line("until"), entry, fmt.Sprintf(`field "until" is %q, which is not a day; expected: a day such as 2027-03-31`, a.Until))
		}
		x.Until = day
	}
	return x
}

func choice(s string) site.Choice {
	switch s {
	case "yes":
		return site.Yes
	case "no":
		return site.No
	}
	return site.Unanswered
}

func texts[T ~string](values []dataset.SiteValue) []T {
	var list []T
	for _, v := range values {
		list = append(list, T(v.Text))
	}
	return list
}

// report gives the problems of a definition their lines. Entries that could not
// be read are not reported a second time for what they lack.
func (r *reader) report(err error) {
	var e *site.Error
	if !errors.As(err, &e) {
		return
	}
	var kept []site.Problem
	for _, p := range e.Problems() {
		if p.Field == "" && p.Entry() != "" && r.file.HasProblem(p.Entry()) || p.Field == "site" && r.file.Site == "" {
			continue
		}
		kept = append(kept, p)
	}
	hosts := map[string]*dataset.SiteHost{}
	for i := range r.file.Hosts {
		hosts[r.file.Hosts[i].Name] = &r.file.Hosts[i]
	}
	for _, p := range kept {
		at := r.file.SiteEntry
		if h := hosts[p.Host]; h != nil {
			at = h.SiteEntry
		}
		if p.Answer > 0 {
			at = r.file.Answers[p.Answer-1].SiteEntry
		}
		r.file.Add(at.Line(p.Field), p.Entry(), p.Message)
	}
}

// Error lists everything that is wrong with a site file.
type Error struct {
	problems []Problem
	more     int
	text     string
}

// Problem is one thing that is wrong: where, and what is expected.
type Problem struct {
	File    string // path in the file system
	Line    int    // 0 where the problem has no line
	Entry   string // "host central", "answer 3"; "" where it is about the file
	Message string // what is wrong, and what is expected
}

// String returns the problem as a line: "tokyo.yaml:12: answer 3: ...".
func (p Problem) String() string { return dataset.Problem(p).String() }

// Problems returns the problems sorted by file and line.
func (e *Error) Problems() []Problem { return append([]Problem(nil), e.problems...) }

// More returns the number of problems beyond those that are listed.
func (e *Error) More() int { return e.more }

// Error returns the problems, one a line.
func (e *Error) Error() string { return e.text }

func newError(f *dataset.SiteFile) *Error {
	list, more := f.Problems()
	e := &Error{more: more, text: f.Err().Error()}
	for _, p := range list {
		e.problems = append(e.problems, Problem(p))
	}
	return e
}
