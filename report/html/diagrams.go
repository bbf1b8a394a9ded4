package html

import (
	"bufio"
	"errors"
	"fmt"
	"github.com/portbook/portbook/internal/content"
	"html"
	"regexp"
	"strconv"

	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/internal/label"
)

// writeDiagrams draws who talks to whom, in each language: one diagram for each
// product, or for each section of a large one.
func (p *page) writeDiagrams(w *bufio.Writer) error {
	if p.Draw == nil {
		return nil
	}
	fmt.Fprintf(w, "\n<section aria-labelledby=\"diagrams\">\n<h2 id=\"diagrams\">%s</h2>\n", p.label(label.ReportDiagrams))
	parts := make([][]diagram.Part, len(p.documents)) // the same in every language, but for the titles
	for i, d := range p.documents {
		parts[i] = diagram.Parts(p.Flows, diagram.Auto, d.Localizer)
	}
	for n := range parts[0] {
		open := ""
		if len(parts[0]) <= fewDiagrams {
			open = " open"
		}
		i := -1
		title := p.say(func(*content.Document) string { i++; return parts[i][n].Title })
		fmt.Fprintf(w, "<details%s id=\"diagram-%s\"><summary><h3>%s</h3> <span class=\"count\">%d</span></summary>\n", open, html.EscapeString(parts[0][n].ID), title, parts[0][n].Flows.Len())
		for i, d := range p.documents {
			if err := p.writeDiagram(w, d, parts[i][n]); err != nil {
				return err
			}
		}
		w.WriteString("</details>\n")
	}
	_, err := w.WriteString("</section>\n")
	return err
}

// fewDiagrams is the number of diagrams up to which all of them are unfolded.
const fewDiagrams = 3

// writeDiagram draws a diagram in one language.
func (p *page) writeDiagram(w *bufio.Writer, d *content.Document, x diagram.Part) error {
	tag := d.Localizer.Language().String()
	svg, err := p.Draw(diagram.New(x.Flows, diagram.Options{Localizer: d.Localizer, Title: d.Plain(x.Title), ID: "diagram-" + x.ID + "-" + tag}))
	var tooLarge *diagram.TooLargeError
	switch {
	case errors.As(err, &tooLarge):
		message := d.Fill(label.ReportTooLarge, "components", fmt.Sprint(tooLarge.Nodes), "connections", fmt.Sprint(tooLarge.Edges))
		svg = []byte("<p>" + html.EscapeString(message) + "</p>\n")
	case err != nil:
		return fmt.Errorf("report: diagram %s: %w", x.ID, err)
	}
	_, err = fmt.Fprintf(w, "<figure class=\"scroll%[4]s\" data-l=\"%[1]s\" lang=\"%[1]s\" tabindex=\"0\"%[2]s>\n%[3]s</figure>\n", html.EscapeString(tag), size(svg), svg, tall(svg))
	return err
}

// tallest is the height from which a drawing on one sheet of paper would be too
// small to read.
const tallest = 1200

// tall is the class of the figure of a drawing that needs more than one sheet.
func tall(svg []byte) string {
	if m := drawnSize.FindSubmatch(svg); m != nil {
		if height, err := strconv.ParseFloat(string(m[2]), 64); err == nil && height > tallest {
			return " tall"
		}
	}
	return ""
}

// drawnSize finds the width and height of a drawing.
var drawnSize = regexp.MustCompile(`^<svg[^>]* width="([\d.]+)" height="([\d.]+)"`)

// size returns the width of a drawing as an attribute of its figure: a page scales
// it to its window as far as its words stay legible, and style sheets cannot ask
// the drawing.
func size(svg []byte) string {
	m := drawnSize.FindSubmatch(svg)
	if m == nil {
		return ""
	}
	return fmt.Sprintf(" style=\"--width: %spx\"", m[1])
}
