package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"regexp"
	"strconv"
	"sync"

	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/xuri/excelize/v2"
)

// Diagrams are pictures in SVG: they stay sharp in print, and the fonts are
// those of the reader, so that no workbook or program has to bring one that has
// Japanese. Excel 2019 and later, Microsoft 365 and LibreOffice show them.

// The size of a page of diagrams, in pixels: what A4 in landscape shows without
// being made smaller, as people see it on the screen.
const (
	pageWidth, pageHeight = 960, 520
	pictureTop            = 4
	pixel                 = 0.75 // in points
	columnsOfPage         = 12   // that a page is divided into, each narrow enough in any font
	columnOfPage          = 9
	highestRow            = 300 // in points
)

// writeDiagrams draws who talks to whom: one diagram for each product, or for
// each section of a large one, in each language, and each on a page.
func (b *workbook) writeDiagrams() error {
	if b.Draw == nil || !b.HasSummary() {
		return nil
	}
	title := b.wordInLine(label.ReportDiagrams)
	p := &gallery{workbook: b, name: b.sheetName(b.spaced(label.ReportDiagrams))}
	if err := p.open(title); err != nil {
		return err
	}
	parts := make([][]diagram.Part, len(b.documents)) // the same in every language, but for the titles
	for i, d := range b.documents {
		parts[i] = diagram.Parts(b.Flows, diagram.Auto, d.Localizer)
	}
	for n := range parts[0] {
		for i, d := range b.documents {
			if err := p.add(d, parts[i][n]); err != nil {
				return err
			}
		}
	}
	b.sheets = append(b.sheets, entry{sheet: p.name, title: title})
	return nil
}

// gallery is a sheet of diagrams that is being written.
type gallery struct {
	*workbook
	name  string
	row   int // rows written
	count int // diagrams
}

// open begins the sheet. Its pages are not made smaller to fit: where they are,
// Excel does not heed the breaks between them.
func (p *gallery) open(title string) error {
	if _, err := p.file.NewSheet(p.name); err != nil {
		return err
	}
	s := &sheet{book: p.workbook, name: p.name}
	last, _ := excelize.ColumnNumberToName(columnsOfPage)
	return errors.Join(
		s.setPage(), p.file.SetColWidth(p.name, "A", last, columnOfPage),
		p.text(title, p.styles.title, titleSize/fontSize),
		p.text(p.wordInLine(label.XlsxDiagramsHelp), p.styles.note, 2),
	)
}

// text writes a line over the whole page.
func (p *gallery) text(s string, style int, lines float64) error {
	p.row++
	first, last := at(1, p.row), at(columnsOfPage, p.row)
	if grid.IsFormula(s) {
		style = p.styles.quoted[style]
	}
	return errors.Join(
		p.file.MergeCell(p.name, first, last), p.file.SetCellStr(p.name, first, s), p.file.SetCellStyle(p.name, first, last, style),
		p.file.SetRowHeight(p.name, p.row, lines*p.line+cellPadding),
	)
}

// add adds a diagram, which has a title itself, on a page of its own; the first
// one follows the title of the sheet. In place of one that is too large, it says
// so.
func (p *gallery) add(d *content.Document, x diagram.Part) error {
	if p.count++; p.count > 1 {
		if err := p.file.InsertPageBreak(p.name, at(1, p.row+1)); err != nil {
			return err
		}
	}
	title := d.Plain(x.Title)
	g := diagram.New(x.Flows, diagram.Options{Localizer: d.Localizer, Title: title})
	svg, err := p.Draw(g)
	var tooLarge *diagram.TooLargeError
	if errors.As(err, &tooLarge) {
		message := d.Fill(label.ReportTooLarge, "components", fmt.Sprint(tooLarge.Nodes), "connections", fmt.Sprint(tooLarge.Edges))
		return errors.Join(p.text(title, p.styles.heading, headingSize/fontSize), p.text(message, p.styles.note, 1))
	}
	if err == nil {
		err = p.picture(svg, g)
	}
	if err != nil {
		return fmt.Errorf("report: diagram %s: %w", x.ID, err)
	}
	return nil
}

// picture puts a diagram below what is written, at its own size or scaled down to the
// page, and makes rows as high as it.
func (p *gallery) picture(svg []byte, g diagram.Graph) error {
	svg, size, err := pictureOf(svg)
	if err != nil {
		return err
	}
	registerSVG()
	scale := min(1, pageWidth/float64(size.Width), pageHeight/float64(size.Height))
	err = p.file.AddPictureFromBytes(p.name, at(1, p.row+1), &excelize.Picture{Extension: ".svg", File: svg, Format: &excelize.GraphicOptions{
		AltText: shorten(g.Title+". "+g.Description, excelize.MaxGraphicAltTextLength), Name: shorten(g.Title, excelize.MaxGraphicNameLength),
		ScaleX: scale, ScaleY: scale, OffsetY: pictureTop, LockAspectRatio: true, Positioning: "oneCell",
	}})
	for rest := (float64(size.Height)*scale + 2*pictureTop) * pixel; err == nil && rest > 0; rest -= highestRow {
		p.row++
		err = p.file.SetRowHeight(p.name, p.row, math.Ceil(min(rest, highestRow)))
	}
	return err
}

// style finds the rules of a drawing. Programs that know CSS variables and color
// schemes heed them; spreadsheet programs do not, and could draw all in black.
// Without them, a drawing has the colors of its attributes.
var style = regexp.MustCompile(`(?s)<style>.*?</style>`)

// pictureOf returns a drawing as spreadsheet programs read it, and its size.
func pictureOf(svg []byte) ([]byte, image.Config, error) {
	start := bytes.Index(svg, []byte(svgMagic))
	if start < 0 {
		return nil, image.Config{}, errors.New("the drawing is not SVG (expected: an svg element)")
	}
	svg = style.ReplaceAll(svg[start:], nil)
	size, err := svgSize(bytes.NewReader(svg))
	return svg, size, err
}

const svgMagic = "<svg"

// registerSVG makes package image, in which the workbook looks for the size of a
// picture, know that of SVG.
var registerSVG = sync.OnceFunc(func() {
	draw := func(io.Reader) (image.Image, error) { return nil, errors.New("xlsx: SVG has no pixels") }
	image.RegisterFormat("svg", svgMagic, draw, svgSize)
})

// svgSize returns the size of a drawing, in pixels: that of its root element.
func svgSize(r io.Reader) (image.Config, error) {
	token, err := xml.NewDecoder(r).Token()
	if err != nil {
		return image.Config{}, err
	}
	root, _ := token.(xml.StartElement)
	sides := map[string]int{}
	for _, x := range root.Attr {
		if n, err := strconv.ParseFloat(x.Value, 64); err == nil {
			sides[x.Name.Local] = int(math.Ceil(n))
		}
	}
	if sides["width"] <= 0 || sides["height"] <= 0 {
		return image.Config{}, errors.New("the drawing has no size (expected: width and height in pixels)")
	}
	return image.Config{Width: sides["width"], Height: sides["height"]}, nil
}
