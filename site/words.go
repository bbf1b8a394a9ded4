package site

import (
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
)

// Text returns the question in the language of a localizer.
func (q Question) Text(l i18n.Localizer) string {
	if q.site == nil {
		return ""
	}
	w := label.In(l)
	switch q.Kind {
	case QuestionCondition:
		x, _ := q.site.catalog.Condition(portbook.ConditionID(q.subject.id))
		return w.Fill(label.QuestionCondition, "condition", l.Text(x.Text))
	case QuestionInitiator:
		f := q.flows[0]
		return w.Fill(label.QuestionInitiator, "from", q.names(l, f.From()), "to", q.names(l, f.To()), "purpose", l.Text(f.Purpose()))
	case QuestionRegion:
		p, _ := q.site.catalog.Product(portbook.Product(q.subject.id))
		var names []string
		for _, id := range q.Regions() {
			name, _ := q.site.catalog.RegionName(id)
			names = append(names, l.Text(name))
		}
		return w.Fill(label.QuestionRegion, "product", l.Text(p.Name), "regions", w.Join(names))
	case QuestionUse:
		return q.about(l, w, label.QuestionUseSetting, label.QuestionUseFlow)
	case QuestionPorts:
		return q.withOptions(w, q.about(l, w, label.QuestionPortsSetting, label.QuestionPortsFlow))
	}
	if q.subject.kind != aboutComponent {
		return q.about(l, w, label.QuestionPeerSetting, label.QuestionPeerFlow)
	}
	x, _ := q.site.catalog.Component(portbook.Component(q.subject.id))
	return w.Fill(label.QuestionPeerComponent, "component", l.Text(x.Name), "role", l.Text(x.Role))
}

// about returns a question about a setting or a flow.
func (q Question) about(l i18n.Localizer, w label.Words, setting, flow label.Label) string {
	if q.subject.kind == aboutFlow {
		return w.Fill(flow, "purpose", l.Text(q.flows[0].Purpose()))
	}
	x, _ := q.site.catalog.Setting(portbook.SettingID(q.subject.id))
	return w.Fill(setting, "setting", w.Quote(l.Text(x.Label)), "component", q.names(l, []portbook.Component{x.Component}))
}

// withOptions adds the documented ports to a question.
func (q Question) withOptions(w label.Words, text string) string {
	var list []string
	if ports := q.Default(); !ports.IsEmpty() {
		list = append(list, ports.String())
	}
	for _, option := range q.Options() {
		if option != q.Default() {
			list = append(list, option.String())
		}
	}
	if len(list) == 0 {
		return text
	}
	return w.Fill(label.QuestionOptions, "question", text, "ports", strings.Join(list, ", "))
}

func (q Question) names(l i18n.Localizer, components []portbook.Component) string {
	var list []string
	for _, x := range components {
		info, _ := q.site.catalog.Component(x)
		list = append(list, l.Text(info.Name))
	}
	return label.In(l).Join(list)
}
