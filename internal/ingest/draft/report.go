package draft

import (
	"fmt"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
)

// Kind is what a message is about.
type Kind string

// The kinds of messages.
const (
	Refused  Kind = "refused"  // a row that is not a flow, and why
	Excluded Kind = "excluded" // a row that is meant to be none, such as one that denies
	Doubt    Kind = "doubt"    // what was read in one of several ways, or had to be assumed
	Guess    Kind = "guess"    // what the row does not say, and where it is taken from
	Unread   Kind = "unread"   // numbers that could be ports and are in no row, or a part that could not be read
	Column   Kind = "column"   // a column that no field was taken from
)

// Message is something to know about a draft: equal ones are one message, with
// all of its places.
type Message struct {
	Kind  Kind     `json:"kind"`
	Text  string   `json:"text"`
	Rows  []int    `json:"rows,omitempty"`  // counted from 1
	Lines []string `json:"lines,omitempty"` // places: a line, or a row of a sheet
	Count int      `json:"count"`
}

// Report is what came of a document.
type Report struct {
	File     string    `json:"file"`
	Rows     int       `json:"rows"`
	Flows    int       `json:"flows"`
	Whole    int       `json:"whole"`    // rows of which every field that a flow has is stated
	Doubtful int       `json:"doubtful"` // rows with doubts or guesses
	Refused  int       `json:"refused"`
	Excluded int       `json:"excluded"`
	Messages []Message `json:"messages"`
}

// place returns how a message names a position: a line, or a row of a sheet.
func place(at source.Position) string {
	if at.Sheet != "" {
		return fmt.Sprintf("%s:%d", at.Sheet, at.Line)
	}
	return fmt.Sprint(at.Line)
}

// say adds a message about a row or, with row 0, about a place.
func (b *builder) say(kind Kind, at source.Position, row int, t text, args ...any) {
	message := fmt.Sprintf(say(b.options.ReportLanguage, t), args...)
	key := string(kind) + "\x00" + message
	i, ok := b.messages[key]
	if !ok {
		i = len(b.report.Messages)
		b.messages[key] = i
		b.report.Messages = append(b.report.Messages, Message{Kind: kind, Text: message})
	}
	m := &b.report.Messages[i]
	m.Count++
	if line := place(at); len(m.Lines) == 0 || m.Lines[len(m.Lines)-1] != line {
		m.Lines = append(m.Lines, line)
	}
	if row == 0 {
		return
	}
	if len(m.Rows) == 0 || m.Rows[len(m.Rows)-1] != row {
		m.Rows = append(m.Rows, row)
	}
	if kind == Doubt || kind == Guess {
		b.doubtful[row] = true
	}
}

// Line returns the message on a line, with its kind and its places. The
// language is that of the report.
func (m Message) Line(language string) string {
	line := m.Text
	if len(m.Lines) > 0 {
		const most = 12
		lines := strings.Join(m.Lines[:min(most, len(m.Lines))], ", ")
		if len(m.Lines) > most {
			lines += fmt.Sprintf(", ... (%d)", len(m.Lines))
		}
		if strings.Contains(m.Lines[0], ":") { // rows of sheets
			line = lines + ": " + m.Text
		} else {
			line = fmt.Sprintf(say(language, textPlaces), lines, m.Text)
		}
	}
	return say(language, kinds[m.Kind]) + ": " + line
}
