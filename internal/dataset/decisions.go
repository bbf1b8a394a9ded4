package dataset

import "github.com/portbook/portbook/internal/table"

type actionMapping struct {
	pos      pos
	object   string
	setting  uint8
	scans    []uint8
	result   uint8
	inferred bool
	cite     citations
}

type decisionOrder struct {
	pos    pos
	object string
	steps  []uint8
	cite   citations
}

func readActionMapping(o *object) *actionMapping {
	m := &actionMapping{
		pos: o.pos, object: o.required("object"), setting: o.enum("setting", table.ObjectActions, ""), scans: o.enums("scans", table.ScanTypes),
		result: o.enum("result", table.ScanActions, ""), inferred: o.bits("inferred", []string{"scans"}) != 0, cite: readCitations(o),
	}
	o.done()
	return m
}

func readDecisionOrder(o *object) *decisionOrder {
	d := &decisionOrder{pos: o.pos, object: o.required("object"), steps: o.enums("steps", table.DecisionSteps), cite: readCitations(o)}
	o.done()
	return d
}
