// Package sarif has what Portbook uses of SARIF 2.1.0, the form in which
// services of continuous integration take the results of tools.
package sarif

import (
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// Log is a file of SARIF.
type Log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []Run  `json:"runs"`
}

// NewLog returns a log of one run.
func NewLog(r Run) Log {
	return Log{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []Run{r}}
}

// Run is what a tool did.
type Run struct {
	Tool              Tool               `json:"tool"`
	Translations      []Component        `json:"translations,omitempty"` // of the rules
	Language          string             `json:"language,omitempty"`
	AutomationDetails *AutomationDetails `json:"automationDetails,omitempty"`
	Invocations       []Invocation       `json:"invocations,omitempty"`
	Results           []Result           `json:"results"` // null would mean that nothing was looked at
	Properties        Properties         `json:"properties,omitempty"`
}

// Tool is what made the results.
type Tool struct {
	Driver Component `json:"driver"`
}

// Component has the rules of a tool, in one language.
type Component struct {
	Name           string   `json:"name"`
	Version        string   `json:"version,omitempty"`
	InformationURI string   `json:"informationUri,omitempty"`
	Language       string   `json:"language,omitempty"`
	Contents       []string `json:"contents,omitempty"`
	Rules          []Rule   `json:"rules"`
}

// Portbook returns the component of this program, with rules for a version of
// the data.
func Portbook(version string, rules []Rule) Component {
	return Component{Name: "portbook", Version: version, InformationURI: "https://github.com/portbook/portbook", Rules: rules}
}

// Rule is a kind of results, by which a service can group and mute them.
type Rule struct {
	ID                   string        `json:"id"`
	Name                 string        `json:"name,omitempty"`
	ShortDescription     Message       `json:"shortDescription"`
	FullDescription      *Message      `json:"fullDescription,omitempty"`
	DefaultConfiguration Configuration `json:"defaultConfiguration"`
}

// Configuration is how a rule applies.
type Configuration struct {
	Level Level `json:"level"`
}

// Level is how much a result matters.
type Level string

// The levels.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Note    Level = "note"
	None    Level = "none"
)

// AutomationDetails tell runs apart that are of different things.
type AutomationDetails struct {
	ID string `json:"id"`
}

// Invocation is how the run went.
type Invocation struct {
	ExecutionSuccessful        bool           `json:"executionSuccessful"`
	ToolExecutionNotifications []Notification `json:"toolExecutionNotifications,omitempty"`
}

// Notification is a remark on the run.
type Notification struct {
	Level   Level   `json:"level"`
	Message Message `json:"message"`
}

// Result is one thing that was found.
type Result struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           int               `json:"ruleIndex"`
	Level               Level             `json:"level"`
	Message             Message           `json:"message"`
	Locations           []Location        `json:"locations"`
	RelatedLocations    []Location        `json:"relatedLocations,omitempty"`
	PartialFingerprints map[string]string `json:"partialFingerprints,omitempty"`
	OccurrenceCount     uint64            `json:"occurrenceCount,omitempty"`
	Properties          Properties        `json:"properties,omitempty"`
}

// Message is a text for people.
type Message struct {
	Text string `json:"text"`
}

// NewMessage returns a message with a text in which nothing is a placeholder or
// a link.
func NewMessage(s string) Message {
	s = strings.NewReplacer("{", "{{", "}", "}}").Replace(s)
	if strings.Contains(s, "](") {
		s = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(s)
	}
	return Message{s}
}

// Location is where a result is: in a file, or in something with a name.
type Location struct {
	PhysicalLocation *PhysicalLocation `json:"physicalLocation,omitempty"`
	LogicalLocations []LogicalLocation `json:"logicalLocations,omitempty"`
}

// PhysicalLocation is a place in a file.
type PhysicalLocation struct {
	ArtifactLocation Artifact `json:"artifactLocation"`
	Region           *Region  `json:"region,omitempty"`
}

// NewPhysicalLocation returns a line of a file, or the file where line is 0.
func NewPhysicalLocation(file string, line int) *PhysicalLocation {
	p := &PhysicalLocation{ArtifactLocation: newArtifact(file)}
	if line > 0 {
		p.Region = &Region{line}
	}
	return p
}

// Artifact is a file.
type Artifact struct {
	URI       string `json:"uri"`
	URIBaseID string `json:"uriBaseId,omitempty"`
}

// Region is part of a file.
type Region struct {
	StartLine int `json:"startLine"`
}

// LogicalLocation is a place by name.
type LogicalLocation struct {
	Name               string `json:"name,omitempty"`
	FullyQualifiedName string `json:"fullyQualifiedName"`
}

// Properties are facts that SARIF has no field for.
type Properties map[string]any

// AddTime adds a time unless it is zero.
func (p Properties) AddTime(key string, t time.Time) {
	if !t.IsZero() {
		p[key] = t
	}
}

// newArtifact returns the place of a file: below the working folder relative to
// it, which services take for the root of the repository, elsewhere as an
// absolute address. For files that are missing it is their folder.
func newArtifact(file string) Artifact {
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
		return Artifact{URI: (&url.URL{Path: filepath.ToSlash(relative)}).String(), URIBaseID: "%SRCROOT%"}
	}
	absolute = "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/") // C:/network begins with none
	return Artifact{URI: (&url.URL{Scheme: "file", Path: absolute}).String()}
}
