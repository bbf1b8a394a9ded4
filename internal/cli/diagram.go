package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/spf13/cobra"
)

// diagramFlags are the flags of the diagram command.
type diagramFlags struct {
	selection
	format, around, by, title string
}

// diagramFormats are the formats of diagrams. The first is the default: it
// needs no other program to look at, unlike the others.
var diagramFormats = []string{"svg", "dot", "mermaid"}

// diagramExtensions tells the format of a diagram by the name of its file.
var diagramExtensions = map[string]string{".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}

// extensionOf is the extension of the files that the command names itself.
var extensionOf = map[string]string{"svg": ".svg", "dot": ".dot", "mermaid": ".mmd"}

func (a *app) diagramCommand() *cobra.Command {
	flags := &diagramFlags{}
	cmd := &cobra.Command{
		Use:   "diagram",
		Short: a.say(phrase.HelpDiagram),
		Long:  a.paragraphs(phrase.AboutDiagram, phrase.AboutDiagramParts, phrase.AboutSelection),
		Example: "  portbook diagram --product service-gateway --lang ja --output gateway.svg\n" +
			"  portbook diagram --around itms/package-server --format mermaid\n" +
			"  portbook diagram --format svg --output diagrams/",
		Args: a.arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.diagram(cmd, flags) },
	}
	flags.addFlags(a, cmd)
	f := cmd.Flags()
	f.StringVar(&flags.around, "around", "", a.say(phrase.FlagAround))
	f.StringVar(&flags.by, "by", string(diagram.Auto), a.say(phrase.FlagBy, "values", listed(diagram.Divisions())))
	f.StringVar(&flags.title, "title", "", a.say(phrase.FlagTitleDiagram))
	f.StringVar(&flags.format, "format", "", a.say(phrase.FlagFormat, "values", strings.Join(diagramFormats, ", "), "default", diagramFormats[0]))
	f.StringVarP(&a.output, "output", "o", "", a.say(phrase.FlagOutputDiagram))
	complete(cmd, "around", a.offering(componentIDs))
	complete(cmd, "by", func() []string { return ids(diagram.Divisions()) })
	complete(cmd, "format", func() []string { return diagramFormats })
	return cmd
}

func (a *app) diagram(cmd *cobra.Command, flags *diagramFlags) error {
	c, err := a.catalog()
	if err != nil {
		return err
	}
	l, err := a.localizer()
	if err != nil {
		return err
	}
	format, err := flags.chosenFormat(a.output)
	if err != nil {
		return err
	}
	parts, err := flags.parts(cmd, c, l)
	if err != nil {
		return err
	}
	switch folder := isFolder(a.output); {
	case len(parts) > 1 && !folder:
		return severalError(parts)
	case len(parts) > 1 && flags.title != "":
		return failure(phrase.ErrorDiagramTitle, "n", len(parts))
	case folder:
		return flags.write(a.output, parts, format, l)
	}
	return a.emit(cmd, func(w io.Writer) error {
		content, err := flags.draw(parts[0], format, l)
		if err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	})
}

// chosenFormat returns the format that is asked for, by name or by the name of the file.
func (d *diagramFlags) chosenFormat(output string) (string, error) {
	switch byName := diagramExtensions[strings.ToLower(filepath.Ext(output))]; {
	case d.format == "" && byName != "":
		return byName, nil
	case d.format == "" && !isFolder(output) && filepath.Ext(output) != "":
		return "", failure(phrase.ErrorFileEnding, "file", quoted(output), "known", ".svg, .dot, .gv, .mmd, .mermaid")
	case d.format == "":
		return diagramFormats[0], nil
	}
	return choice(phrase.KindFormat, d.format, diagramFormats)
}

// parts divides the chosen flows. There is at least one part, which may be empty.
func (d *diagramFlags) parts(cmd *cobra.Command, c *portbook.Catalog, l i18n.Localizer) ([]diagram.Part, error) {
	flows, err := d.flows(c)
	if err != nil {
		return nil, err
	}
	by, err := choice(phrase.KindDivision, d.by, diagram.Divisions())
	if err != nil {
		return nil, err
	}
	if d.around != "" {
		center, err := component(c, d.around)
		if err != nil {
			return nil, err
		}
		d.around = string(center)
		flows = flows.Involving(center)
		if !cmd.Flags().Changed("by") { // the neighbors of one component are a diagram, whoever documents them
			by = diagram.Whole
		}
	}
	parts := diagram.Parts(flows, by, l)
	if len(parts) == 0 {
		parts = []diagram.Part{{ID: "empty"}}
	}
	if d.around != "" && len(parts) == 1 {
		center, _ := c.Component(portbook.Component(d.around))
		parts[0].ID, parts[0].Title = strings.ReplaceAll(d.around, "/", "-"), l.Text(center.Name)
	}
	return parts, nil
}

// isFolder reports whether a name stands for a folder: one that exists, or one
// that cannot be a file.
func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir() || strings.HasSuffix(name, "/") || strings.HasSuffix(name, string(filepath.Separator))
}

// severalError says how to get one diagram, or all of them.
func severalError(parts []diagram.Part) error {
	var list []string
	for _, p := range parts {
		list = append(list, p.ID)
	}
	return failure(phrase.ErrorDiagrams, "n", len(parts), "parts", strings.Join(list, ", "))
}

// draw makes a diagram in a format.
func (d *diagramFlags) draw(p diagram.Part, format string, l i18n.Localizer) ([]byte, error) {
	title := d.title
	if title == "" {
		title = p.Title
	}
	g := diagram.New(p.Flows, diagram.Options{Localizer: l, Title: title, Around: portbook.Component(d.around)})
	switch format {
	case "dot":
		return []byte(g.DOT()), nil
	case "mermaid":
		return []byte(g.Mermaid()), nil
	}
	return svg.Draw(g)
}

// write writes a file for each part. Nothing is written unless all of them can be drawn.
func (d *diagramFlags) write(folder string, parts []diagram.Part, format string, l i18n.Localizer) error {
	var contents [][]byte
	for _, p := range parts {
		content, err := d.draw(p, format, l)
		if err != nil {
			return failure(phrase.ErrorIn, "name", p.ID, "error", err)
		}
		contents = append(contents, content)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return failure(phrase.ErrorCannotWrite, "name", folder, "error", cause(err))
	}
	for i, p := range parts {
		name := filepath.Join(folder, p.ID+extensionOf[format])
		err := outfile.Write(name, func(w io.Writer) error {
			_, err := w.Write(contents[i])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
