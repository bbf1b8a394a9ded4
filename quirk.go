package portbook

import "github.com/portbook/portbook/internal/table"

// Quirk is a code for what is wrong or ambiguous in a published row. Portbook
// keeps the published token ([Flow.Published]) beside its normalized value.
type Quirk string

// The quirks.
const (
	QuirkPortAbove65535          Quirk = "port-above-65535"            // the published range ends above 65535, the highest port
	QuirkShiftedColumns          Quirk = "shifted-columns"             // a cell is missing and those after it are in the wrong column
	QuirkMissingDirection        Quirk = "missing-direction"           // the row has no value in the direction column
	QuirkMissingPurpose          Quirk = "missing-purpose"             // nothing says what the communication is for
	QuirkMissingServiceName      Quirk = "missing-service-name"        // the row has no value in the service column
	QuirkMissingConfigurable     Quirk = "missing-configurable"        // the row does not say whether the port can be changed
	QuirkMissingHost             Quirk = "missing-host"                // host names belong there and are not in the text
	QuirkMissingLink             Quirk = "missing-link"                // a link or menu path belongs there and is not in the text
	QuirkHeadingAgainstBody      Quirk = "heading-against-body"        // the heading says the opposite of the body
	QuirkTextAgainstCells        Quirk = "text-against-cells"          // the prose says something else than the cells
	QuirkConditionAgainstPort    Quirk = "condition-against-port"      // (part of) the condition cannot hold for the port that it is at
	QuirkProtocolAgainstPort     Quirk = "protocol-against-port"       // protocol cell and port cell name different protocols
	QuirkTransportNotStated      Quirk = "transport-not-stated"        // no transport protocol is given; Portbook's is inferred
	QuirkApplicationAsProtocol   Quirk = "application-as-protocol"     // an application protocol stands where the transport belongs
	QuirkSuiteAsProtocol         Quirk = "suite-as-protocol"           // "TCP/IP" stands where the transport belongs
	QuirkProtocolNotSpecific     Quirk = "protocol-not-specific"       // the protocol cell says that protocols vary
	QuirkPortNotNumeric          Quirk = "port-not-numeric"            // the port cell holds words
	QuirkICMPAsPort              Quirk = "icmp-as-port"                // an ICMP message type stands where protocol and port belong
	QuirkSourcePortsInPortColumn Quirk = "source-ports-in-port-column" // the port cell holds source ports
	QuirkOutboundForListener     Quirk = "outbound-for-listener"       // a listening port is published as outbound
	QuirkTwoNames                Quirk = "two-names"                   // the row names a component otherwise than the rest of the document
	QuirkDocumentsDisagree       Quirk = "documents-disagree"          // another document of the product says something else: see [Flow.Statements]
	QuirkRepeated                Quirk = "repeated"                    // a host or a remark is there twice, and nothing says what the difference is
	QuirkProductsDisagree        Quirk = "products-disagree"           // a document of another product says something else
)

func (Quirk) enumeration() (string, []string) { return "quirk", table.Quirks }

func (v Quirk) flows(x *table.Index) table.FlowSet {
	return valueIn(table.Quirks, string(v), x.Quirks)
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Quirk) UnmarshalText(text []byte) error { return unmarshal(v, text) }
