package cli

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/text/wrap"
	"golang.org/x/term"
)

// usualWidth is that of terminals that do not say, and of help in files.
const usualWidth = 80

// screen is where standard output goes. The zero value is not a terminal.
type screen struct {
	width    int  // in columns
	emphasis bool // headings may be bold
}

// screenOf looks at a terminal: COLUMNS overrules its width, and NO_COLOR and
// TERM=dumb keep out escape sequences.
func screenOf(w io.Writer, getenv func(string) string) screen {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return screen{}
	}
	width, _, _ := term.GetSize(int(f.Fd()))
	if n, err := strconv.Atoi(getenv("COLUMNS")); err == nil && n > 0 {
		width = n
	}
	known := getenv("WT_SESSION") != "" || getenv("TERM") != "" // Windows Terminal sets the former
	return screen{max(20, cmp.Or(width, usualWidth)), known && getenv("TERM") != "dumb" && getenv("NO_COLOR") == ""}
}

// bold returns a heading, emphasized where that shows.
func (s screen) bold(text string) string {
	if !s.emphasis {
		return text
	}
	return "\x1b[1m" + text + "\x1b[22m"
}

// folder breaks the lines of a text that are wider than the terminal, each
// below its own indentation. Lines with escape sequences are those of tables,
// which fit.
type folder struct {
	w                io.Writer
	width, ambiguous int
	line             []byte // begun, and not written yet
}

func (f *folder) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		f.line = append(f.line, line...)
		rest = after
		if found {
			if err := f.flush("\n"); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// flush writes the line that is begun.
func (f *folder) flush(end string) error {
	s := string(f.line)
	f.line = f.line[:0]
	if wrap.Columns(s, f.ambiguous) > f.width && !strings.Contains(s, "\x1b") {
		text := strings.TrimLeft(s, " ")
		indent := s[:min(len(s)-len(text), f.width/2)]
		s = indent + strings.Join(wrap.Fill(text, f.width-len(indent), f.ambiguous), "\n"+indent)
	}
	_, err := io.WriteString(f.w, s+end)
	return err
}

// meter shows the progress of something long on a terminal: nothing for the
// first second, and nothing at all where nobody looks.
type meter struct {
	w     io.Writer // nil when it is not a terminal
	width int
	words phrase.Words
	start time.Time
	last  time.Time
}

// newMeter returns a meter for standard error. NO_COLOR, CI and TERM=dumb keep
// it silent.
func (a *app) newMeter() *meter {
	m := &meter{words: a.words, start: time.Now()}
	f, ok := a.stderr.(*os.File)
	if ok && term.IsTerminal(int(f.Fd())) && a.getenv("TERM") != "dumb" && a.getenv("NO_COLOR") == "" && a.getenv("CI") == "" {
		m.w = a.stderr
		m.width, _, _ = term.GetSize(int(f.Fd()))
	}
	return m
}

// show says how many rows of all are written, a few times a second.
func (m *meter) show(done, total int) {
	if m.isDue() {
		m.say(m.words.Fill(phrase.SayProgress, "done", strconv.Itoa(done), "total", strconv.Itoa(total)))
	}
}

func (m *meter) isDue() bool {
	now := time.Now()
	return m.w != nil && now.Sub(m.start) >= time.Second && now.Sub(m.last) >= 200*time.Millisecond
}

// say replaces the line, unless the new one would be wider than the terminal.
func (m *meter) say(text string) {
	text = "portbook: " + text
	if m.width > 0 && wrap.Columns(text, 1) >= m.width {
		return
	}
	m.last = time.Now()
	io.WriteString(m.w, "\r\x1b[K"+text)
}

// clear removes the line.
func (m *meter) clear() {
	if !m.last.IsZero() {
		io.WriteString(m.w, "\r\x1b[K")
	}
}
