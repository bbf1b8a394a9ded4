package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/sarif"
	"github.com/spf13/cobra"
)

func (a *app) validateCommand() *cobra.Command {
	formats := []report.Format{report.Text, report.JSON, sarif.Format}
	cmd := &cobra.Command{
		Use:   "validate DIR...",
		Short: a.say(phrase.HelpValidate),
		Long:  a.paragraphs(phrase.HelpValidate, phrase.AboutValidate, phrase.AboutValidateStatus, phrase.AboutJSON),
		Args:  a.arguments(1, -1),
		RunE: func(cmd *cobra.Command, dirs []string) error {
			o, err := a.options(formats)
			if err != nil {
				return err
			}
			base, err := a.catalogWithout(dirs)
			if err != nil {
				return err
			}
			v, err := validate(base, dirs)
			if err != nil {
				return err
			}
			if err := a.emit(cmd, func(w io.Writer) error { return v.write(w, o.Format, a.words) }); err != nil {
				return err
			}
			return v.err()
		},
	}
	a.addFormats(cmd, formats)
	a.addJSON(cmd, records{"", nil, fieldsOf(problemRecord{Line: 1, Entry: "x"})})
	return cmd
}

// validation is what was found in folders.
type validation struct {
	valid     []error // a line for each folder without problems
	invalid   string  // the folder that has problems; "" for none
	alone     bool    // it was read alone
	problems  []problemRecord
	more      int      // problems beyond those that are listed
	unchecked []string // folders after the invalid one: they are read over it
}

// problemRecord is a problem, with the folder in front of its file.
type problemRecord struct {
	Folder  string `json:"folder"`
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Entry   string `json:"entry,omitempty"`
	Message string `json:"message"`
}

// validate reads folders one over the other until one has problems. What refers
// to that one cannot be told from what is wrong.
func validate(base *portbook.Catalog, dirs []string) (validation, error) {
	var v validation
	for i, dir := range dirs {
		if containsFolder(dirs[:i], dir) {
			continue
		}
		c, err := loadFolder(base, dir)
		var e *catalog.Error
		switch {
		case errors.As(err, &e):
			v.invalid, v.problems, v.more, v.unchecked = dir, problemRecords(dir, e), e.More(), dirs[i+1:]
			v.alone = isAlone(base, dir)
			return v, nil
		case err != nil:
			return v, err
		}
		flows := c.Flows().Len()
		if !isAlone(base, dir) {
			flows -= base.Flows().Len()
		}
		v.valid = append(v.valid, failure(phrase.SayValid, "name", dir, "n", counted(flows, phrase.CountFlow, phrase.CountFlows)))
		base = c
	}
	return v, nil
}

func problemRecords(dir string, e *catalog.Error) []problemRecord {
	var list []problemRecord
	for _, p := range e.Problems() {
		list = append(list, problemRecord{dir, filepath.Join(dir, filepath.FromSlash(p.File)), p.Line, p.Entry, p.Message})
	}
	return list
}

func (p problemRecord) String() string {
	return catalog.Problem{File: p.File, Line: p.Line, Entry: p.Entry, Message: p.Message}.String()
}

func (v validation) write(w io.Writer, format report.Format, words phrase.Words) error {
	switch format {
	case report.JSON:
		return writeJSON(w, append([]problemRecord{}, v.problems...)) // [] where there are none
	case sarif.Format:
		return writeJSON(w, v.sarif())
	}
	for _, line := range v.valid {
		if _, err := fmt.Fprintln(w, wording(line, words)); err != nil {
			return err
		}
	}
	for _, line := range problemLines(v.problems) {
		if _, err := fmt.Fprintln(w, wording(line, words)); err != nil {
			return err
		}
	}
	return nil
}

// sameProblems is the number of problems of a file with one message that are
// listed.
const sameProblems = 3

// problemLines lists problems for people: of those in one file with the same
// message the first few, and how many follow. A mistake that every entry has
// would else bury the others.
func problemLines(problems []problemRecord) []error {
	type kind struct{ file, message string }
	total, listed := map[kind]int{}, map[kind]int{}
	for _, p := range problems {
		total[kind{p.File, p.Message}]++
	}
	var list []error
	for _, p := range problems {
		k := kind{p.File, p.Message}
		listed[k]++
		switch more := total[k] - sameProblems; {
		case listed[k] < sameProblems, more <= 0:
			list = append(list, errors.New(p.String()))
		case listed[k] == sameProblems:
			list = append(list, failure(phrase.ErrorAndMore, "problem", p.String(), "n", more))
		}
	}
	return list
}

// err returns an error that sums up, or nil when all folders are valid.
func (v validation) err() error {
	if v.invalid == "" {
		return nil
	}
	n := counted(len(v.problems)+v.more, phrase.CountProblem, phrase.CountProblems)
	return findings{append([]error{failure(phrase.ErrorProblems, "n", n, "name", v.invalid)}, v.remarks()...)}
}

// remarks say what the list of problems does not.
func (v validation) remarks() []error {
	var list []error
	if v.alone {
		list = append(list, failure(phrase.ErrorAlone))
	}
	if v.more > 0 {
		list = append(list, failure(phrase.ErrorOnlyFirst, "n", len(v.problems)))
	}
	if len(v.unchecked) > 0 {
		list = append(list, failure(phrase.ErrorUnchecked, "names", strings.Join(v.unchecked, ", ")))
	}
	return list
}
