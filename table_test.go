package portbook

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/table"
)

// TestTableIsCompiledData compiles the data again and compares it with the tables that are printed as Go.
func TestTableIsCompiledData(t *testing.T) {
	source := dataset.Read(os.DirFS("."))
	want, err := source.Compile()
	if err != nil {
		t.Fatal(err)
	}
	want.Texts = want.Texts[:1] // the root package carries English
	if diff := cmp.Diff(want, &builtinTable); diff != "" {
		t.Errorf("generated tables differ from the data (-data +generated):\n%s", diff)
	}
	if DataVersion != want.Version {
		t.Errorf("DataVersion is %s, the data is %s", DataVersion, want.Version)
	}
}

// TestQuirkConstants compares the constants with the codes of the data format.
func TestQuirkConstants(t *testing.T) {
	constants := []Quirk{
		QuirkPortAbove65535, QuirkShiftedColumns, QuirkMissingDirection, QuirkMissingPurpose, QuirkMissingServiceName, QuirkMissingConfigurable,
		QuirkMissingHost, QuirkMissingLink, QuirkHeadingAgainstBody, QuirkTextAgainstCells, QuirkConditionAgainstPort, QuirkProtocolAgainstPort,
		QuirkTransportNotStated, QuirkApplicationAsProtocol, QuirkSuiteAsProtocol, QuirkProtocolNotSpecific, QuirkPortNotNumeric, QuirkICMPAsPort,
		QuirkSourcePortsInPortColumn, QuirkOutboundForListener, QuirkTwoNames,
	}
	if diff := cmp.Diff(constants, Quirks()); diff != "" {
		t.Errorf("quirks (-constants +table):\n%s", diff)
	}
}

// TestEnumerations compares the constants of the other enumerations with the values of the data format.
func TestEnumerations(t *testing.T) {
	for _, c := range []struct {
		name      string
		constants []string
		values    []string
	}{
		{"Initiator", texts([]Initiator{InitiatorFrom, InitiatorEither, InitiatorUnstated}), table.Initiators},
		{"PortKind", texts([]PortKind{PortsListed, PortsDynamic, PortsReference, PortsVaries, PortsNone}), table.PortKinds},
		{"PortChoice", texts([]PortChoice{PortsAll, PortsOneOf}), table.PortChoices},
		{"Direction", texts([]Direction{DirectionUnstated, DirectionInbound, DirectionOutbound, DirectionBoth}), table.Directions},
		{"Configurable", texts([]Configurable{ConfigurableUnstated, ConfigurableYes, ConfigurableNo, ConfigurableDiscouraged}), table.Configurables},
		{"Requirement", texts([]Requirement{Required, Optional, Conditional}), table.Requirements},
		{"NoteKind", texts([]NoteKind{NotePrerequisite, NoteLimitation, NoteRecommendation, NoteWarning, NoteInformation}), table.NoteKinds},
		{"SettingKind", texts([]SettingKind{SettingToggle, SettingText, SettingAddress, SettingPort, SettingChoice, SettingList, SettingSecret, SettingPage, SettingFile, SettingExternal}), table.SettingKinds},
		{"ObjectAction", texts([]ObjectAction{ObjectLog, ObjectBlock, ObjectQuarantine}), table.ObjectActions},
		{"ScanType", texts([]ScanType{ScanRealTime, ScanManual, ScanScheduled}), table.ScanTypes},
		{"ScanAction", texts([]ScanAction{ScanPass, ScanReplace, ScanQuarantineMessage, ScanQuarantinePart}), table.ScanActions},
		{"DecisionStep", texts([]DecisionStep{DecideUserDefined, DecideLocalPattern, DecideVirtualAnalyzer}), table.DecisionSteps},
	} {
		if diff := cmp.Diff(c.constants, c.values); diff != "" {
			t.Errorf("%s (-constants +values):\n%s", c.name, diff)
		}
	}
}

// TestIndexIsSmall bounds what lookups by port touch, so that it stays in a processor's nearest cache.
func TestIndexIsSmall(t *testing.T) {
	x := &builtinTable.Index
	size := len(x.Slots) + 2*len(x.Lists) + 4*len(x.Pages) + 8*len(x.Classes)
	if t.Logf("the index takes %d bytes", size); size > 32<<10 {
		t.Errorf("the index takes %d bytes, want at most %d", size, 32<<10)
	}
	if x.Wide != 0 {
		t.Error("the built-in catalog has flows that are tested one by one")
	}
}
