package portbook

// Governs is what a setting decides of the flows that name it.
type Governs string

// What settings govern.
const (
	GovernsPort Governs = "port" // which port the flow uses
	GovernsUse  Governs = "use"  // whether the flow is used
	GovernsPeer Governs = "peer" // where the flow leads to or comes from
)

// governs reports whether g is among what the setting governs.
func (s Setting) governs(g Governs) bool {
	for _, x := range s.Governs {
		if x == g {
			return true
		}
	}
	return false
}
