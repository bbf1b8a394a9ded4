package portcell_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/portset"
	"go.yaml.in/yaml/v3"
)

// explained are the quirks of flows whose ports a reader found otherwise than by the cells alone.
var explained = []string{
	"port-above-65535", "protocol-against-port", "transport-not-stated", "application-as-protocol", "suite-as-protocol", "protocol-not-specific",
	"port-not-numeric", "icmp-as-port", "source-ports-in-port-column",
}

// TestPublishedCells reads all cells of the data: what they say is what the flows say, and every quirk that is due is there.
func TestPublishedCells(t *testing.T) {
	files, err := filepath.Glob("../../../data/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no data: %v", err)
	}
	flows := 0
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var data struct {
			Flows []publishedFlow `yaml:"flows"`
		}
		if err := yaml.Unmarshal(content, &data); err != nil {
			t.Fatal(err)
		}
		for _, f := range data.Flows {
			if f.Published != nil {
				flows++
				f.check(t)
			}
		}
	}
	if flows < 100 {
		t.Errorf("only %d flows have published cells", flows)
	}
}

type publishedFlow struct {
	ID          string   `yaml:"id"`
	Ports       string   `yaml:"ports"`
	SourcePorts string   `yaml:"sourcePorts"`
	PortKind    string   `yaml:"portKind"`
	PortChoice  string   `yaml:"portChoice"`
	Direction   string   `yaml:"direction"`
	Quirks      []string `yaml:"quirks"`
	Inferred    []string `yaml:"inferred"`
	Published   *struct {
		Protocol  string `yaml:"protocol"`
		Ports     string `yaml:"ports"`
		Direction string `yaml:"direction"`
	} `yaml:"published"`
}

func (f publishedFlow) check(t *testing.T) {
	row, err := portcell.Combine(f.Published.Protocol, f.Published.Ports)
	if err != nil {
		t.Errorf("%s: %v", f.ID, err)
		return
	}
	for _, code := range row.Quirks {
		if !slices.Contains(f.Quirks, code) {
			t.Errorf("%s: %+v has the quirk %s, and the flow has %q", f.ID, *f.Published, code, f.Quirks)
		}
	}
	ports, err := portset.Parse(f.Ports)
	if err != nil {
		t.Fatal(err)
	}
	isExplained := slices.ContainsFunc(f.Quirks, func(code string) bool { return slices.Contains(explained, code) })
	if !isExplained && !portset.ContainsSet(row.Ports, ports) {
		t.Errorf("%s: %+v reads as %q, and the flow has %q", f.ID, *f.Published, row.Ports, f.Ports)
	}
	if from, err := portset.Parse(f.SourcePorts); err == nil && row.Source && from != row.Ports {
		t.Errorf("%s: %+v reads as the source ports %q, and the flow has %q", f.ID, *f.Published, row.Ports, f.SourcePorts)
	}
	// The kind of a range, and the choice among source ports, are told by the row's prose.
	sources := slices.Contains(f.Quirks, "source-ports-in-port-column")
	if kind := row.Kind; kind > portcell.Listed && kind.String() != f.PortKind && !sources {
		t.Errorf("%s: %+v is of the kind %s, and the flow %q", f.ID, *f.Published, kind, f.PortKind)
	}
	if row.Choice == portcell.OneOf && f.PortChoice != "one-of" || row.Choice == portcell.All && f.PortChoice != "" && !sources {
		t.Errorf("%s: %+v has the choice %s, and the flow %q", f.ID, *f.Published, row.Choice, f.PortChoice)
	}
	if direction, err := portcell.ParseDirection(f.Published.Direction); err != nil || f.Published.Direction != "" && direction.String() != f.Direction {
		t.Errorf("%s: %+v has the direction %s, %v, and the flow %q", f.ID, *f.Published, direction, err, f.Direction)
	}
}
