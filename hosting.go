package portbook

// Hosting is where a component runs.
type Hosting string

// Where components run.
const (
	HostingPremises Hosting = "premises" // on the customer's premises
	HostingCloud    Hosting = "cloud"    // in a cloud that is not the customer's
)
