package portbook

// Hosting is where a component runs.
type Hosting string

// Where components run.
const (
	HostingPremises Hosting = "premises" // on your premises
	HostingCloud    Hosting = "cloud"    // in someone else's cloud
)
