package audit

import (
	"net/netip"

	"github.com/portbook/portbook"
)

// Record is one entry of a log: a connection, or packets of one direction, from
// one address to another.
type Record struct {
	From, To netip.Addr // the addresses of the two sides
	// FromPort and ToPort are 0 for protocols without ports. Of ICMP, ToPort is
	// the type.
	FromPort, ToPort portbook.Port
	Protocol         portbook.Protocol // with which ports and types are read
	Outcome          Outcome           // what became of the connection
	// Opened reports whether the log says that From opened the connection. Otherwise
	// the record may be of the answers.
	Opened bool
	// First and Last are when it began and ended, in seconds of Unix time; 0
	// where the log does not tell.
	First, Last int64
	// Vantage names where the log was made, such as a gateway; "" where nobody
	// says. Tallies tell 62 of them apart.
	Vantage string
	// Sampled says that only some of the packets were looked at, so that others
	// can have been missed.
	Sampled bool
}

// Outcome is what became of a connection.
type Outcome uint8

// The outcomes.
const (
	OutcomeConnected Outcome = iota // it was accepted, or the log does not tell
	OutcomeAttempted                // nothing answered, or the other end refused
	OutcomeBlocked                  // a firewall denied it
	outcomes                        // their number
)

// String returns "connected", "attempted" or "blocked".
func (o Outcome) String() string {
	return [...]string{"connected", "attempted", "blocked"}[min(o, outcomes-1)]
}
