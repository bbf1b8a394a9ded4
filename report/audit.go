package report

import (
	"bufio"
	"io"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/ruleset"
)

// WriteFindings writes what an audit found, as Text, Markdown, CSV, JSON,
// html.Format, xlsx.Format or sarif.Format. CSV holds one row for each finding. Of the options
// it heeds those that [WritePlan] does. Errors are those of [Write].
func WriteFindings(w io.Writer, f audit.Findings, o Options) error {
	o = Options{
		Languages: o.Languages, Format: o.Format, Title: o.Title, Date: o.Date, Encoding: o.Encoding, AmbiguousWidth: o.AmbiguousWidth, Width: o.Width, Emphasis: o.Emphasis,
		Progress: o.Progress,
	}
	content.SetDefault[Format](&o.Format, Text)
	r, err := o.renderer("html", "xlsx", "sarif")
	if err != nil {
		return err
	}
	t, ok := r.(content.TablesWriter)
	if !ok {
		return &OptionError{"format of findings", o.Format.Name(), []string{"text", "markdown", "html", "xlsx", "csv", "json", "sarif"}}
	}
	return flush(w, func(b *bufio.Writer) error {
		return t.WriteTables(b, content.NewFindings(f, o.content(r, false)))
	})
}

// jsonFindings is what an audit found, in JSON.
type jsonFindings struct {
	Site        string        `json:"site"`
	DataVersion string        `json:"dataVersion"`
	Language    string        `json:"language"`
	Date        string        `json:"date,omitempty"`
	Records     uint64        `json:"records"`
	Dropped     uint64        `json:"dropped"` // records in no finding
	First       *time.Time    `json:"first,omitempty"`
	Last        *time.Time    `json:"last,omitempty"`
	Vantages    []string      `json:"vantages,omitempty"`
	Sampled     bool          `json:"sampled,omitempty"`
	Findings    []jsonFinding `json:"findings"`
}

type jsonFinding struct {
	Verdict   audit.Verdict      `json:"verdict"`
	From      string             `json:"from"` // the name of a host, or the id of a component in a cloud; "" for other addresses
	To        string             `json:"to"`
	Ends      int                `json:"ends,omitempty"` // of a scan
	Ports     portbook.PortSet   `json:"ports"`
	MorePorts bool               `json:"morePorts,omitempty"`
	Flow      portbook.FlowID    `json:"flow,omitempty"` // that is needed
	Options   []portbook.PortSet `json:"options,omitempty"`
	Reason    audit.Reason       `json:"reason,omitempty"`
	Flows     []portbook.FlowID  `json:"flows,omitempty"` // that it looks like
	Program   string             `json:"program,omitempty"`
	Answers   []string           `json:"answers,omitempty"`
	Records   uint64             `json:"records"`
	First     *time.Time         `json:"first,omitempty"`
	Last      *time.Time         `json:"last,omitempty"`
	Vantages  []string           `json:"vantages,omitempty"`
	Sampled   bool               `json:"sampled,omitempty"`
	Examples  []jsonPair         `json:"examples,omitempty"`
	// Permission is what rule sets would do.
	Permission audit.Permission `json:"permission,omitempty"`
	// What follows is about a rule set.
	Firewall   string            `json:"firewall,omitempty"`
	Direction  ruleset.Direction `json:"direction,omitempty"`
	Places     []jsonPlace       `json:"places,omitempty"` // of the rule, or of those that deny
	What       string            `json:"what,omitempty"`   // what was not read
	Pieces     []jsonPiece       `json:"pieces,omitempty"`
	MorePieces bool              `json:"morePieces,omitempty"`
}

// jsonPlace is where a rule is written.
type jsonPlace struct {
	Line int    `json:"line,omitempty"`
	Name string `json:"name,omitempty"`
}

// jsonPiece is connections from any point of a side to any of another one.
type jsonPiece struct {
	From  jsonSide         `json:"from"`
	To    jsonSide         `json:"to"`
	Ports portbook.PortSet `json:"ports"`
}

type jsonSide struct {
	Addresses []string `json:"addresses,omitempty"` // prefixes, ranges and single ones
	Ends      []string `json:"ends,omitempty"`      // that have any of them
	Others    bool     `json:"others,omitempty"`    // some are those of no end
}

func newJSONSide(s ruleset.Side) (j jsonSide) {
	j.Others = s.Others
	j.Addresses = content.AddressTexts(s)
	for _, e := range s.Ends {
		j.Ends = append(j.Ends, e.Name())
	}
	return j
}

type jsonPair struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func writeJSONFindings(w *bufio.Writer, c *content.Findings) error {
	f := c.Findings
	r := jsonFindings{
		Site: f.Plan.Site().Name(), DataVersion: c.Catalog.Version(), Language: c.Document().Localizer.Language().String(),
		Records: f.Records, Dropped: f.Dropped, First: jsonTime(f.First), Last: jsonTime(f.Last), Vantages: f.Vantages, Sampled: f.Sampled, Findings: []jsonFinding{},
	}
	if !c.Date.IsZero() {
		r.Date = c.Date.Format("2006-01-02")
	}
	for _, x := range f.List {
		r.Findings = append(r.Findings, newJSONFinding(x))
	}
	b, err := marshal(r, "")
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

func newJSONFinding(x audit.Finding) jsonFinding {
	f := jsonFinding{
		Verdict: x.Verdict, From: x.From.Name(), To: x.To.Name(), Ends: x.Ends, Ports: x.Ports, MorePorts: x.MorePorts,
		Options: x.Need.Options, Reason: x.Reason, Program: x.Program, Answers: x.Answers(), Records: x.Records, First: jsonTime(x.First), Last: jsonTime(x.Last), Vantages: x.Vantages, Sampled: x.Sampled,
	}
	if !x.Need.Flow.IsZero() {
		f.Flow = x.Need.Flow.ID()
	}
	for _, y := range x.Flows {
		f.Flows = append(f.Flows, y.ID())
	}
	for _, y := range x.Examples {
		f.Examples = append(f.Examples, jsonPair{y.From.String(), y.To.String()})
	}
	if f.Permission = x.Permission; x.Rule != nil {
		f.Firewall, f.Direction, f.What, f.MorePieces = x.Rule.Firewall, x.Rule.Direction, x.Rule.What, x.Rule.MorePieces
		for _, y := range x.Rule.Places {
			f.Places = append(f.Places, jsonPlace{y.Line, y.Name})
		}
		for _, y := range x.Rule.Pieces {
			f.Pieces = append(f.Pieces, jsonPiece{newJSONSide(y.From), newJSONSide(y.To), y.Ports})
		}
	}
	return f
}

// jsonTime leaves out times that are not known.
func jsonTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
