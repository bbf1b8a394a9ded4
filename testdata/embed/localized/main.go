// Command localized prints a text in Japanese: see TestEmbedding.
package main

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"golang.org/x/text/language"
)

func main() {
	p, _ := portbook.Builtin().Product(portbook.ProductApexCentral)
	fmt.Println(i18n.New(language.Japanese).Text(p.Summary))
}
