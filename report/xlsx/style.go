package xlsx

import (
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/xuri/excelize/v2"
)

// styles are the formats of the cells of a workbook.
type styles struct {
	title, heading, note, header, text, number, date, link, approvalHeader, approval int
	quoted                                                                           map[int]int // style -> the same for texts that begin like formulas, which stay texts when they are edited
}

// Looks of a workbook.
const (
	titleSize    = 18.0
	headingSize  = 13.0
	headerFill   = "D9E2EC"
	approvalFill = "FFF2CC"
	lineColor    = "A6A6A6"
	linkColor    = "0563C1"
	plainNumber  = 1  // number format without separators: 8080, not 8,080
	asTyped      = 49 // number format of text: what is typed is not a number, date or formula
)

// newStyles adds the styles to a workbook, and makes their font the one that
// columns are measured in.
func (b *workbook) newStyles() (styles, error) {
	f, font := b.file, b.font()
	if err := f.SetDefaultFont(font); err != nil {
		return styles{}, err
	}
	size := fontSize
	f.Styles.Fonts.Font[0].Sz.Val = &size
	m := &styleMaker{file: f, font: font}
	dates := b.Label(label.XlsxDateFormat)
	if len(b.documents) > 1 {
		dates = "yyyy-mm-dd"
	}
	s := styles{
		title:          m.add(excelize.Style{Font: &excelize.Font{Size: titleSize, Bold: true}}),
		heading:        m.add(excelize.Style{Font: &excelize.Font{Size: headingSize, Bold: true}}),
		note:           m.add(excelize.Style{Font: &excelize.Font{}}),
		header:         m.add(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid(headerFill), Border: thinLines()}),
		text:           m.add(excelize.Style{Border: thinLines()}),
		number:         m.add(excelize.Style{Border: thinLines(), NumFmt: plainNumber}),
		date:           m.add(excelize.Style{Border: thinLines(), CustomNumFmt: &dates}),
		link:           m.add(excelize.Style{Font: &excelize.Font{Color: linkColor, Underline: "single"}, Border: thinLines()}),
		approvalHeader: m.add(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid(approvalFill), Border: thinLines()}),
		approval:       m.add(excelize.Style{Border: thinLines(), NumFmt: asTyped}),
	}
	s.quoted = quote(f, s.title, s.heading, s.note, s.header, s.approvalHeader, s.text, s.link)
	return s, m.err
}

// font returns the font of a language that needs its own, or that of the first.
func (b *workbook) font() string {
	for _, d := range b.documents {
		if hasWide(d.Label(label.ColumnPurpose)) {
			return d.Label(label.XlsxFont)
		}
	}
	return b.Label(label.XlsxFont)
}

// quote adds twins of styles that the library has no word for.
func quote(f *excelize.File, ids ...int) map[int]int {
	twins, yes, formats := map[int]int{}, true, f.Styles.CellXfs
	for _, id := range ids {
		xf := formats.Xf[id]
		xf.QuotePrefix = &yes
		twins[id] = len(formats.Xf)
		formats.Xf = append(formats.Xf, xf)
	}
	formats.Count = len(formats.Xf)
	return twins
}

// styleMaker adds styles to a workbook. Its first error stands for all.
type styleMaker struct {
	file *excelize.File
	font string
	err  error
}

func (m *styleMaker) add(s excelize.Style) int {
	if s.Font == nil {
		s.Font = &excelize.Font{}
	}
	s.Font.Family = m.font
	content.SetDefault(&s.Font.Size, fontSize)
	content.SetDefault(&s.Font.Color, "000000")
	s.Alignment = &excelize.Alignment{Horizontal: "left", Vertical: "center", WrapText: true}
	id, err := m.file.NewStyle(&s)
	if m.err == nil {
		m.err = err
	}
	return id
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

func thinLines() []excelize.Border {
	var list []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		list = append(list, excelize.Border{Type: side, Color: lineColor, Style: 1})
	}
	return list
}
