package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/outfile"
)

// fault is an error in the words of its reader: where it is made, their
// language need not be known.
type fault struct {
	phrase phrase.Phrase
	pairs  []any // each placeholder of the phrase, and its value
}

// failure makes a fault. A value is a text, a number, [quoted], another fault,
// or the error of a library.
func failure(p phrase.Phrase, pairs ...any) error { return fault{p, pairs} }

func (f fault) Error() string { return f.in(phrase.Words{}) }

func (f fault) in(w phrase.Words) string {
	var pairs []string
	for i := 0; i+1 < len(f.pairs); i += 2 {
		pairs = append(pairs, f.pairs[i].(string), wording(f.pairs[i+1], w))
	}
	return w.Fill(f.phrase, pairs...)
}

// Unwrap returns the errors among the values.
func (f fault) Unwrap() []error {
	var list []error
	for _, v := range f.pairs {
		if err, ok := v.(error); ok {
			list = append(list, err)
		}
	}
	return list
}

// quoted is a text that is shown in quotation marks.
type quoted string

// lines are errors that each begin a line.
type lines []error

// wording returns a value or an error in the words of its reader.
func wording(v any, w phrase.Words) string {
	switch v := v.(type) {
	case fault:
		return v.in(w)
	case findings:
		return v.in(w)
	case lines:
		var b strings.Builder
		for _, line := range v {
			b.WriteString("\n" + wording(line, w))
		}
		return b.String()
	case quoted:
		return strconv.Quote(string(v))
	case phrase.Phrase:
		return w.Fill(v)
	case *outfile.Error:
		return fault{phrase.ErrorCannotWrite, []any{"name", v.Name, "error", outputProblem(v.Err)}}.in(w)
	case error:
		return message(v)
	}
	return fmt.Sprint(v)
}

// outputProblem returns why a file cannot be written, as a value of a fault.
func outputProblem(err error) any {
	switch {
	case errors.Is(err, outfile.ErrFolder):
		return phrase.ErrorOutputFolder
	case errors.Is(err, outfile.ErrNoName):
		return phrase.ErrorOutputName
	}
	return err
}

// packages matches the names of the packages with which their errors begin.
var packages = regexp.MustCompile(`^((portbook|catalog|diagram|flowlog|sockets|audit|diff|firewall|i18n|nftables|iptables|aws|kubernetes|windows|report|ruleset|site): )+`)

// message returns the text of a library's error without the names of packages,
// which say nothing to those who type commands.
func message(err error) string { return packages.ReplaceAllLiteralString(err.Error(), "") }

// cause returns the error of a file without its name, which is said before it.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// findings is the error of a command that did its work and found something: what
// to print on standard error, if its output is not enough.
type findings struct{ said []error }

func (f findings) Error() string { return f.in(phrase.Words{}) }

func (f findings) in(w phrase.Words) string {
	var list []string
	for _, err := range f.said {
		list = append(list, wording(err, w))
	}
	return strings.Join(list, "; ")
}

// counted returns a number with its noun, as a value of a fault.
func counted(n int, one, many phrase.Phrase) error {
	if n == 1 {
		return failure(one)
	}
	return failure(many, "n", n)
}
