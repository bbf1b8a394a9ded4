package xlsx_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/language"
)

// A workbook in Japanese and English, with diagrams, for approval row by row.
func Example() {
	var file bytes.Buffer
	err := report.Write(&file, portbook.Flows().DocumentedBy(portbook.ProductITMS), report.Options{
		Format:    xlsx.Format,
		Languages: []i18n.Localizer{i18n.New(language.Japanese), i18n.New(language.English)},
		Draw:      svg.Draw,
	})
	if err != nil {
		log.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(book.GetSheetList())
	// Output:
	// [表紙 Cover 概要 Summary 通信構成図 Connection diagrams 判断が必要な通信 Decisions needed IT Management Suite 8.x 注記 Notes]
}
