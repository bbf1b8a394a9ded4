package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/spf13/cobra"
)

// diagramFlags are the flags of the diagram command.
type diagramFlags struct {
	selection
	format, around, by, title string
}

// diagramFormats are the formats of diagrams. The first is the default: it needs no other program to look at, unlike the others.
var diagramFormats = []string{"svg", "dot", "mermaid"}

// diagramExtensions tells the format of a diagram by the name of its file.
var diagramExtensions = map[string]string{".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}

// extensionOf is the extension of the files that the command names itself.
var extensionOf = map[string]string{"svg": ".svg", "dot": ".dot", "mermaid": ".mmd"}

func (a *app) diagramCommand() *cobra.Command {
	flags := &diagramFlags{}
	cmd := &cobra.Command{
		Use:   "diagram",
		Short: "Draw who talks to whom",
		Long: `diagram draws components and the connections between them, with their ports.

A diagram of everything cannot be read. Flows are divided into diagrams by product, and those of a large product by section of
its document; --by overrules it. One diagram goes to standard output or to the file of --output. Several go to a folder, which
--output names: it must exist, or its name must end in a slash.`,
		Example: "  portbook diagram --product service-gateway --lang ja --output gateway.svg\n" +
			"  portbook diagram --around itms/package-server --format mermaid\n" +
			"  portbook diagram --format svg --output diagrams/",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.diagram(cmd, flags) },
	}
	flags.addFlags(a, cmd)
	f := cmd.Flags()
	f.StringVar(&flags.around, "around", "", "connections of this component alone, in one diagram")
	f.StringVar(&flags.by, "by", string(diagram.Auto), "divide into diagrams: "+strings.Join(ids(diagram.Divisions()), ", "))
	f.StringVar(&flags.title, "title", "", "title, when there is one diagram")
	f.StringVar(&flags.format, "format", "", "format: "+strings.Join(diagramFormats, ", ")+" (default from the name of --output, else svg)")
	f.StringVarP(&a.output, "output", "o", "", "write to this file, or to files in this folder, instead of standard output")
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
		return fmt.Errorf("these flows make %d diagrams, which one title would not tell apart: leave --title out, or ask for one with --by all", len(parts))
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
		return "", fmt.Errorf("unknown ending of the file name %q (expected: .svg, .dot, .gv, .mmd, .mermaid, or --format)", output)
	case d.format == "":
		return diagramFormats[0], nil
	case !slices.Contains(diagramFormats, d.format):
		return "", unknown("format", d.format, diagramFormats)
	}
	return d.format, nil
}

// parts divides the chosen flows. There is at least one part, which may be empty.
func (d *diagramFlags) parts(cmd *cobra.Command, c *portbook.Catalog, l i18n.Localizer) ([]diagram.Part, error) {
	flows, err := d.flows(c)
	if err != nil {
		return nil, err
	}
	by := diagram.Division(d.by)
	if !slices.Contains(diagram.Divisions(), by) {
		return nil, unknown("division", d.by, ids(diagram.Divisions()))
	}
	if d.around != "" {
		center, err := component(c, d.around)
		if err != nil {
			return nil, err
		}
		d.around = string(center)
		flows = flows.Involving(center)
		if !cmd.Flags().Changed("by") { // the neighbours of one component are a diagram, whoever documents them
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

// isFolder reports whether a name stands for a folder: one that exists, or one that cannot be a file.
func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir() || strings.HasSuffix(name, "/") || strings.HasSuffix(name, string(filepath.Separator))
}

// severalError tells how to get one diagram, or all of them.
func severalError(parts []diagram.Part) error {
	var list []string
	for _, p := range parts {
		list = append(list, p.ID)
	}
	return fmt.Errorf("these flows make %d diagrams (%s): name a folder with --output, select fewer flows (--product, --component, --around), or ask for one with --by all",
		len(parts), strings.Join(list, ", "))
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
			return fmt.Errorf("%s: %w", p.ID, err)
		}
		contents = append(contents, content)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("cannot write %s: %w", folder, err)
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
