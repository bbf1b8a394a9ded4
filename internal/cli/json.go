package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/itchyny/gojq"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/spf13/cobra"
)

// records describes the records of a command's JSON, of which --json chooses
// fields.
type records struct {
	flags  string   // that give these records; "" for the usual ones
	lists  []string // members of the document that hold them; none where the document is a list or a record itself
	fields []string
}

// The records of flows, hosts, changes, and of plans. Fields that are not those
// of a type of this package are held against what reports write by a test.
var (
	hostRecords     = records{"--view ports, --view collisions", []string{"hosts"}, []string{"components", "heirs", "name", "listeners"}}
	needRecords     = records{"", []string{"needs"}, []string{"flow", "from", "to", "options", "local", "needsRule", "answers", "inferred"}}
	questionRecords = records{"--questions", []string{"questions"}, []string{"kind", "flows", "about", "subject", "text", "answer"}}
)

func flowRecords(flags string, lists ...string) records {
	return records{flags, lists, fieldsOf(portbook.FlowRecord{Regions: map[portbook.Region][]portbook.Host{"": nil}})}
}

func changeRecords(flags string) records {
	return records{flags, []string{"changes"}, fieldsOf(diff.Change{FormerID: "x", RenameInferred: true})}
}

// fieldsOf returns the names of the fields of a record in JSON, in their order.
func fieldsOf(record any) []string {
	b, err := json.Marshal(record)
	if err != nil {
		panic(err) // the records of this program are data
	}
	var fields []string
	d := json.NewDecoder(bytes.NewReader(b))
	d.Token() // {
	for d.More() {
		name, _ := d.Token()
		fields = append(fields, name.(string))
		var value json.RawMessage
		d.Decode(&value)
	}
	return fields
}

// addJSON adds --json and --jq to a command, whose records are the first of
// those given unless it says otherwise.
func (a *app) addJSON(cmd *cobra.Command, given ...records) {
	cmd.Flags().StringSliceVar(&a.fields, "json", nil, a.say(phrase.FlagJSON))
	cmd.Flags().StringVar(&a.filter, "jq", "", a.say(phrase.FlagJQ))
	complete(cmd, "json", func() []string { return given[0].fields })
	a.records[cmd] = given
	before := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		a.chosen = given[0]
		if before != nil {
			return before(cmd, args)
		}
		return nil
	}
}

// choosesJSON reports whether --json or --jq is used, and which.
func (a *app) choosesJSON() (flag string, ok bool) {
	switch {
	case a.fields != nil:
		return "--json", true
	case a.filter != "":
		return "--jq", true
	}
	return "", false
}

// project writes what --json and --jq choose of a document.
func (a *app) project(w io.Writer, document []byte) error {
	if a.fields != nil {
		if len(a.fields) == 0 {
			return unknown(phrase.KindField, "", a.chosen.fields)
		}
		fields, err := choices(phrase.KindField, a.fields, a.chosen.fields)
		if err != nil {
			return err
		}
		if document, err = selectFields(document, a.chosen.lists, fields); err != nil {
			return err
		}
	}
	if a.filter != "" {
		return runFilter(w, a.filter, document)
	}
	_, err := w.Write(document)
	return err
}

// selectFields keeps some fields of the records of a document, in the order in
// which they are asked for. Of a document with one list of records, that list
// is left; of one with several, an object of them.
func selectFields(document []byte, lists, fields []string) ([]byte, error) {
	if len(lists) == 0 {
		return indented(pick(document, fields))
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(document, &object); err != nil {
		return nil, err
	}
	for _, name := range lists {
		picked, err := pick(object[name], fields)
		if err != nil {
			return nil, err
		}
		object[name] = picked
	}
	if len(lists) == 1 {
		return indented(object[lists[0]], nil)
	}
	return indented(members(object, lists), nil)
}

// pick keeps some fields of a record, or of each record of a list.
func pick(value json.RawMessage, fields []string) (json.RawMessage, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("[")) {
		var record map[string]json.RawMessage
		err := json.Unmarshal(value, &record)
		return members(record, fields), err
	}
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(value, &list); err != nil {
		return nil, err
	}
	var picked [][]byte
	for _, record := range list {
		picked = append(picked, members(record, fields))
	}
	return slices.Concat([]byte("["), bytes.Join(picked, []byte(",")), []byte("]")), nil
}

// members returns an object of some members of another, null for those that it
// lacks.
func members(object map[string]json.RawMessage, names []string) json.RawMessage {
	var list []string
	for _, name := range names {
		value := object[name]
		if value == nil {
			value = json.RawMessage("null")
		}
		list = append(list, `"`+name+`":`+string(value))
	}
	return json.RawMessage("{" + strings.Join(list, ",") + "}")
}

func indented(value json.RawMessage, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, value, "", "  ")
	b.WriteByte('\n')
	return b.Bytes(), err
}

// runFilter writes the results of a jq filter, one on each line: strings
// without quotes, others as JSON.
func runFilter(w io.Writer, filter string, document []byte) error {
	query, err := gojq.Parse(filter)
	if err != nil {
		return failure(phrase.ErrorJQ, "filter", quoted(filter), "error", err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return failure(phrase.ErrorJQ, "filter", quoted(filter), "error", err)
	}
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		return err
	}
	for results := code.Run(value); ; {
		result, ok := results.Next()
		if !ok {
			return nil
		}
		if err, ok := result.(error); ok {
			if halt := (*gojq.HaltError)(nil); errors.As(err, &halt) && halt.Value() == nil {
				return nil
			}
			return failure(phrase.ErrorJQRun, "filter", quoted(filter), "error", err)
		}
		line, ok := result.(string)
		if !ok {
			b, err := gojq.Marshal(result)
			if err != nil {
				return err
			}
			line = string(b)
		}
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			return err
		}
	}
}
