package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError puts errors of flags in the words of the reader, with the nearest
// flags where one is not known.
func flagError(cmd *cobra.Command, err error) error {
	var (
		missing  *pflag.NotExistError
		empty    *pflag.ValueRequiredError
		invalid  *pflag.InvalidValueError
		unformed *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &missing):
		return unknownFlag(cmd, missing)
	case errors.As(err, &empty):
		usage := empty.GetFlag().Usage
		return failure(phrase.ErrorFlagWithoutValue, "flag", empty.GetFlag().Name, "usage", usage)
	case errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "bool":
		return failure(phrase.ErrorFlagBoolean, "flag", invalid.GetFlag().Name, "value", quoted(invalid.GetValue()))
	case errors.As(err, &invalid):
		return failure(phrase.ErrorFlagValue, "flag", invalid.GetFlag().Name, "value", quoted(invalid.GetValue()), "error", errors.Unwrap(invalid), "usage", invalid.GetFlag().Usage)
	case errors.As(err, &unformed):
		return failure(phrase.ErrorFlagSyntax, "argument", quoted(unformed.GetSpecifiedFlag()))
	}
	return err
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	if group := e.GetSpecifiedShortnames(); group != "" {
		return failure(phrase.ErrorUnknownShorthand, "flag", e.GetSpecifiedName(), "argument", "-"+group, "command", cmd.CommandPath())
	}
	near := nearest.Of(e.GetSpecifiedName(), flagNames(cmd), 3)
	if len(near) == 0 {
		return failure(phrase.ErrorUnknownFlag, "flag", e.GetSpecifiedName(), "command", cmd.CommandPath())
	}
	return failure(phrase.ErrorUnknownFlagNear, "flag", e.GetSpecifiedName(), "near", "--"+strings.Join(near, ", --"))
}

// choice reads a value of a fixed vocabulary, in any case.
func choice[T ~string](kind any, value string, known []T) (T, error) {
	for _, k := range known {
		if strings.EqualFold(strings.TrimSpace(value), string(k)) {
			return k, nil
		}
	}
	return "", unknown(kind, value, ids(known))
}

// choices reads a list of values of a fixed vocabulary.
func choices[T ~string](kind any, values []string, known []T) ([]T, error) {
	var list []T
	for _, value := range values {
		v, err := choice(kind, value, known)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// unknown says that a name is not known, and which known ones are near. The kind
// of the name is a phrase or a text.
func unknown(kind any, name string, known []string) error {
	near := nearest.Of(name, known, 3)
	switch {
	case len(near) > 0:
		return failure(phrase.ErrorUnknownNear, "kind", kind, "name", quoted(name), "near", quotedList(near))
	case len(known) <= 30:
		return failure(phrase.ErrorUnknownKnown, "kind", kind, "name", quoted(name), "known", strings.Join(known, ", "))
	}
	return failure(phrase.ErrorUnknown, "kind", kind, "name", quoted(name))
}

// quotedList joins names in quotation marks.
func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return strings.Join(quoted, ", ")
}

// listed joins the values of a vocabulary for help.
func listed[T ~string](values []T) string { return strings.Join(ids(values), ", ") }

// offer makes a completion of the values that begin with what is typed; of a
// list, of those that are not in it yet.
func offer(values func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		done, last := "", typed
		if i := strings.LastIndex(typed, ","); i >= 0 {
			done, last = typed[:i+1], typed[i+1:]
		}
		var list []string
		for _, s := range values() {
			if strings.HasPrefix(s, last) && !slices.Contains(strings.Split(done, ","), s) {
				list = append(list, done+s)
			}
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// complete offers values for a flag.
func complete(cmd *cobra.Command, flag string, values func() []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, offer(values)); err != nil {
		panic(err) // the flag is defined by the caller
	}
}
