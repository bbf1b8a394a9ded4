// Package portbook knows which network flows documented products need: from
// which component to which, on which protocol and ports, who opens the
// connection, whether it can be changed or left out, why it is there, and where
// that is written.
//
//	portbook.FlowsUsing(portbook.TCP, 4343)            // what is this port?
//	portbook.Flows().Between(agent, server)            // what must be open between the two?
//	portbook.Flows().From(agent).Touching(ports)       // selections follow one another
//	flow, ok := portbook.Lookup(portbook.FlowITMSPackageServerUNCInbound)
//	info, ok := portbook.Builtin().Component(server)   // a catalog knows what an id is
//
// The data is compiled in: importing the package runs no code and needs the
// standard library alone. Package i18n adds Japanese, report makes documents
// for people, site says what one network needs, and cmd/portbook is the
// command line.
//
// Ids, their constants and the JSON schema are stable: a renamed flow keeps its
// former id. Texts, notes, quirks and order may change with [DataVersion].
package portbook

//go:generate go run ./gen
