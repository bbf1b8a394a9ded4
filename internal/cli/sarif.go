package cli

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/portbook/portbook"
)

// The parts of SARIF 2.1.0 that a list of problems needs.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		ShortDescription     sarifMessage       `json:"shortDescription"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifInvocation struct {
		ExecutionSuccessful        bool                `json:"executionSuccessful"`
		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string       `json:"level"`
		Message sarifMessage `json:"message"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysicalLocation  `json:"physicalLocation"`
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations,omitempty"`
	}
	sarifPhysicalLocation struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogicalLocation struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

// sarifRules are the kinds of problems: one for each kind of file, by which a
// service can group and mute them.
var sarifRules = []sarifRule{
	newSARIFRule("data", "Facts in data/*.yaml: fields, ids, references, ports and citations"),
	newSARIFRule("texts", "Texts in i18n/<language>/*.yaml: present where the data asks for them, and one line each"),
	newSARIFRule("published-ids", "Ids in data/ids.txt, which were published and must resolve for ever"),
	newSARIFRule("version", "The day of the version in data/version.txt"),
	newSARIFRule("folders", "Folders that lack files, or cannot be read"),
}

func newSARIFRule(id, about string) sarifRule {
	return sarifRule{ID: id, ShortDescription: sarifMessage{about}, DefaultConfiguration: sarifConfiguration{"error"}}
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

func (v validation) sarif() sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "portbook", Version: portbook.DataVersion, InformationURI: "https://github.com/portbook/portbook", Rules: sarifRules,
		}},
		Results: []sarifResult{}, // null would mean that nothing was looked at
	}
	invocation := sarifInvocation{ExecutionSuccessful: len(v.unchecked) == 0}
	for _, remark := range v.remarks() {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, sarifNotification{"warning", sarifMessage{remark.Error()}})
	}
	run.Invocations = []sarifInvocation{invocation}
	for _, p := range v.problems {
		run.Results = append(run.Results, p.sarif())
	}
	return sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}}
}

func (p problemRecord) sarif() sarifResult {
	rule := sarifRuleOf(filepath.ToSlash(p.File))
	location := sarifLocation{PhysicalLocation: sarifPhysicalLocation{ArtifactLocation: newSARIFArtifact(p.File)}}
	if p.Line > 0 {
		location.PhysicalLocation.Region = &sarifRegion{p.Line}
	}
	text := p.Message
	if p.Entry != "" {
		location.LogicalLocations = []sarifLogicalLocation{{p.Entry}}
		text = p.Entry + ": " + text
	}
	return sarifResult{sarifRules[rule].ID, rule, "error", sarifMessage{text}, []sarifLocation{location}}
}

// newSARIFArtifact returns the place of a file: below the working folder
// relative to it, which services take for the root of the repository, elsewhere
// as an absolute address. For files that are missing it is their folder.
func newSARIFArtifact(file string) sarifArtifact {
	if dir, name := filepath.Split(file); strings.Contains(name, "*") {
		file = filepath.Clean(dir)
	}
	absolute, err := filepath.Abs(file)
	relative := file
	if here, err := filepath.Abs("."); err == nil {
		if r, err := filepath.Rel(here, absolute); err == nil {
			relative = r
		}
	}
	if filepath.IsLocal(relative) || err != nil {
		return sarifArtifact{URI: (&url.URL{Path: filepath.ToSlash(relative)}).String(), URIBaseID: "%SRCROOT%"}
	}
	absolute = "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/") // C:/network begins with none
	return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: absolute}).String()}
}
