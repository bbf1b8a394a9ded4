package portbook

// Field is the name of a field of a flow that a document may leave to be
// inferred and a catalog may override: see [Flow.Inferred] and [Override]. It
// is the name of the field in JSON.
type Field string

// The fields of flows that can be inferred or overridden.
const (
	FieldFrom         Field = "from"
	FieldTo           Field = "to"
	FieldInitiator    Field = "initiator"
	FieldProtocols    Field = "protocols"
	FieldPorts        Field = "ports"
	FieldSourcePorts  Field = "sourcePorts"
	FieldPortKind     Field = "portKind"
	FieldPortChoice   Field = "portChoice"
	FieldRequirement  Field = "requirement"
	FieldConfigurable Field = "configurable"
	FieldAppProtocols Field = "appProtocols"
	FieldConditions   Field = "conditions"
)
