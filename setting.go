package portbook

import "github.com/portbook/portbook/internal/table"

// SettingID is the id of a setting, such as "itms/management-console".
type SettingID string

// Setting is a configuration field that a document names. [FlowSet.AffectedBy]
// leads to the flows that it changes.
type Setting struct {
	ID          SettingID   `json:"id"`          // as in data
	Kind        SettingKind `json:"kind"`        // a field of a screen, of a file, ...
	Product     Product     `json:"product"`     // whose documents name it
	Component   Component   `json:"component"`   // where it is set
	Requirement Requirement `json:"requirement"` // whether it must be filled in; Help says when
	Group       Text        `json:"group"`       // heading above it on the screen; empty for none
	Label       Text        `json:"label"`       // its name on the screen, or what Portbook calls it where the document prints none
	Position    int         `json:"position"`    // of the field on its screen, from 1; 0 where Label is not printed on a screen
	Help        Text        `json:"help"`        // what it does
	Governs     []Governs   `json:"governs"`     // what it decides of the flows that name it; none for what no flow shows
	Default     PortSet     `json:"default"`     // the published default of the port; empty for none
	Citations   []Citation  `json:"citations"`   // where it is written
}

// SettingKind is what a setting is.
type SettingKind string

// The kinds of settings.
const (
	SettingKindToggle   SettingKind = "toggle"   // on or off
	SettingKindText     SettingKind = "text"     // free text
	SettingKindAddress  SettingKind = "address"  // a host name or an IP address
	SettingKindPort     SettingKind = "port"     // a port number
	SettingKindChoice   SettingKind = "choice"   // one of several values
	SettingKindList     SettingKind = "list"     // any of several values
	SettingKindSecret   SettingKind = "secret"   // a password
	SettingKindPage     SettingKind = "page"     // a page of a console
	SettingKindFile     SettingKind = "file"     // a configuration file
	SettingKindExternal SettingKind = "external" // the configuration of another product
)

// Settings returns all settings of the catalog, in the order in which their
// documents name them.
func (c *Catalog) Settings() []Setting {
	list := make([]Setting, len(c.t().Settings))
	for i := range list {
		list[i] = c.setting(uint32(i))
	}
	return list
}

// Setting returns a setting.
func (c *Catalog) Setting(id SettingID) (Setting, bool) {
	t := c.t()
	for i := range t.Settings {
		if t.Name(t.Settings[i].ID) == string(id) {
			return c.setting(uint32(i)), true
		}
	}
	return Setting{}, false
}

func (c *Catalog) setting(i uint32) Setting {
	t := c.t()
	s := &t.Settings[i]
	return Setting{
		ID: SettingID(t.Name(s.ID)), Kind: SettingKind(table.SettingKinds[s.Kind]), Product: c.productID(s.Product), Component: c.componentID(s.Component),
		Requirement: Requirement(table.Requirements[s.Requirement]), Group: c.text(s.Group), Label: c.text(s.Label), Position: int(s.Position), Help: c.text(s.Help),
		Governs: named[Governs](s.Governs, table.Governs), Default: PortSet{t.PortSet(s.Default)},
		Citations: c.citations(s.Citations),
	}
}
