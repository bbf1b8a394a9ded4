// Package translations has the texts of the built-in catalog in the languages
// that the root package does not carry.
package translations

import "github.com/portbook/portbook/internal/table"

// Builtin returns the texts by language, under the numbers that they have in
// the table of the built-in catalog. They must not be changed.
func Builtin() []table.Language { return builtin }
