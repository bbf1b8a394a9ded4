// Package powershell writes texts into PowerShell scripts.
package powershell

import (
	"strings"

	"github.com/portbook/portbook/internal/text/printable"
)

// Mark is the byte order mark without which Windows PowerShell 5 takes a script
// for one in the code page of the machine.
const Mark = "\ufeff"

// Quote returns a text as a string in which PowerShell expands nothing, without
// characters that cannot be shown. PowerShell takes curly quotation marks for
// straight ones, so that they would end the string: they become straight.
func Quote(s string) string {
	return "'" + quotes.Replace(printable.Line(s)) + "'"
}

var quotes = strings.NewReplacer("'", "''", "‘", "''", "’", "''", "‚", "''", "‛", "''")
