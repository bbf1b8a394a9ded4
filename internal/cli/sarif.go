package cli

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/sarif"
)

// sarifRules are the kinds of problems: one for each kind of file.
var sarifRules = []sarif.Rule{
	newSARIFRule("data", "Facts in data/*.yaml: fields, ids, references, ports and citations"),
	newSARIFRule("texts", "Texts in i18n/<language>/*.yaml: present where the data asks for them, and one line each"),
	newSARIFRule("published-ids", "Ids in data/ids.txt, which were published and must resolve permanently"),
	newSARIFRule("version", "The day of the version in data/version.txt"),
	newSARIFRule("folders", "Folders that lack files, or cannot be read"),
}

func newSARIFRule(id, about string) sarif.Rule {
	return sarif.Rule{ID: id, ShortDescription: sarif.NewMessage(about), DefaultConfiguration: sarif.Configuration{Level: sarif.Error}}
}

// sarifRuleOf returns the index of the rule for the problems of a file.
func sarifRuleOf(file string) int {
	const data, texts, publishedIDs, version, folders = 0, 1, 2, 3, 4
	switch name := path.Base(file); {
	case strings.Contains(name, "*"), path.Ext(name) == "":
		return folders
	case name == "ids.txt":
		return publishedIDs
	case name == "version.txt":
		return version
	case path.Base(path.Dir(file)) == "data":
		return data
	}
	return texts
}

func (v validation) sarif() sarif.Log {
	run := sarif.Run{Tool: sarif.Tool{Driver: sarif.Portbook(portbook.DataVersion, sarifRules)}, Results: []sarif.Result{}}
	invocation := sarif.Invocation{ExecutionSuccessful: len(v.unchecked) == 0}
	for _, remark := range v.remarks() {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, sarif.Notification{Level: sarif.Warning, Message: sarif.NewMessage(remark.Error())})
	}
	run.Invocations = []sarif.Invocation{invocation}
	for _, p := range v.problems {
		run.Results = append(run.Results, p.sarif())
	}
	return sarif.NewLog(run)
}

func (p problemRecord) sarif() sarif.Result {
	rule := sarifRuleOf(filepath.ToSlash(p.File))
	location := sarif.Location{PhysicalLocation: sarif.NewPhysicalLocation(p.File, p.Line)}
	text := p.Message
	if p.Entry != "" {
		location.LogicalLocations = []sarif.LogicalLocation{{FullyQualifiedName: p.Entry}}
		text = p.Entry + ": " + text
	}
	return sarif.Result{RuleID: sarifRules[rule].ID, RuleIndex: rule, Level: sarif.Error, Message: sarif.NewMessage(text), Locations: []sarif.Location{location}}
}
