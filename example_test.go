package portbook_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/portbook/portbook"
)

// What must be open between these two, and why?
func ExampleFlowSet_Between() {
	agent, server := portbook.ComponentITMSClientTaskAgent, portbook.ComponentITMSTaskServer
	for f := range portbook.Flows().Between(agent, server).All() {
		c := f.Citations()[0]
		fmt.Printf("%v -> %v: %v (%s), configurable: %s\n", f.From(), f.To(), f.Ports(), f.PortChoice(), f.Configurable())
		fmt.Printf("    %s\n    %s, row %d\n", f.Purpose(), c.Document, c.Row)
	}
	// Output:
	// [itms/client-task-agent] -> [itms/task-server]: 80,443/tcp (one-of), configurable: yes
	//     Requests for new tasks and result uploads in XML.
	//     itms-8-ports, row 28
	// [itms/client-task-agent] -> [itms/task-server]: 50124/tcp (all), configurable: yes
	//     Immediate notification (tickle) that new tasks are available for Client Task Agent.
	//     itms-8-ports, row 29
}

// What is this port?
func ExampleFlowsUsing() {
	for f := range portbook.FlowsUsing(portbook.TCP, portbook.PortApexCentralEndpointEncryptionConsole).All() {
		if f.PortKind() == portbook.PortKindListed {
			fmt.Println(f)
		}
	}
	// Output:
	// apex-central/web-service/endpoint-encryption
	// deep-discovery-inspector/appliance/threat-intelligence-other
	// server-workload-protection/agent/service-gateway
	// service-gateway/forward-proxy/connection
	// vision-one/zero-trust/cloud-gateway
}

// One flow by its constant.
func ExampleLookup() {
	f, ok := portbook.Lookup(portbook.FlowITMSPackageServerUNCInbound)
	if !ok {
		return
	}
	fmt.Println(f.From(), f.To(), f.Ports(), f.Direction(), f.OSServices())
	// Output:
	// [itms/symantec-management-agent] [itms/package-server] 445/tcp inbound [System]
}

// What does this set of flows add up to? Here: what a product needs and the firewall does not permit yet.
func ExampleFlowSet_Ports() {
	required := portbook.Flows().DocumentedBy(portbook.ProductServiceGateway).Ports()
	permitted := portbook.MustParsePortSet("22,80,443,8080/tcp")
	fmt.Println(required.Subtract(permitted))
	// Output:
	// 1344,5274-5275,8088-8089,11344/tcp
}

// Set algebra on flows: what one component needs beyond another.
func ExampleFlowSet_Subtract() {
	of := func(c portbook.Component) portbook.FlowSet {
		return portbook.Flows().Involving(c).Union(portbook.Flows().DocumentedBy(c))
	}
	windows, agent := of(portbook.ComponentITMSPatchManagementWindows), of(portbook.ComponentITMSSymantecManagementAgent)
	for f := range windows.Subtract(agent).All() {
		fmt.Println(f)
	}
	// Output:
	// itms/client-task-agent/task-server-list
	// itms/client-task-agent/tasks-and-results
	// itms/client-task-agent/tickle
	// itms/patch-management-windows/solutionsam
	// itms/patch-management-windows/vendor-sites
}

// Selections follow one another: each returns a part of the set before it.
func ExampleFlowSet_Having() {
	apex := portbook.Flows().DocumentedBy(portbook.ProductApexCentral)
	optional := apex.Having(portbook.RequirementOptional)
	fmt.Println(optional.Subtract(optional.Using(portbook.UDP)))
	// Output:
	// apex-central/notification/smtp
}

// A component takes part in flows that the documents of others describe, and
// that are listed there under other components.
func ExampleFlowSet_DocumentedBy() {
	site := portbook.ProductSite
	fmt.Println(portbook.Flows().DocumentedBy(site).Len(), portbook.Flows().Involving(site).Len())
	// Output:
	// 0 144
}

// How many flows have some, all or none of their ports among the low ones? Those
// without known ports are a matter of their own.
func ExampleFlowSet_Within() {
	low := portbook.MustParsePortSet("0-1023/tcp 0-1023/udp")
	itms := portbook.Flows().DocumentedBy(portbook.ProductITMS)
	fmt.Println(itms.Touching(low).Len(), itms.Within(low).Len(), itms.Unbounded().Len())
	// Output:
	// 67 65 7
}

// Where is that written?
func ExampleCatalog_CitationURL() {
	f, _ := portbook.Lookup(portbook.FlowApexCentralTMIInterprocess)
	for _, x := range f.Citations() {
		fmt.Println(x.Document, x.Section, x.Row, f.Catalog().CitationURL(x))
	}
	// Output:
	// apex-central-ports tmi 5 https://success.trendmicro.com/solution/1038211
	// apex-central-ports-ja communication 4 https://success.trendmicro.com/jp/solution/1096250
}

// Which flows cite a row of a document?
func ExampleFlowSet_Citing() {
	fmt.Println(portbook.Flows().Citing("itms-8-ports", 28, 29))
	// Output:
	// itms/client-task-agent/tasks-and-results itms/client-task-agent/tickle
}

// What do documents leave open?
func ExampleFlow_IsInferred() {
	flows := portbook.Flows().DocumentedBy(portbook.ProductServiceGateway)
	inferred := flows.Matching(func(f portbook.Flow) bool { return f.IsInferred(portbook.FieldFrom) })
	fmt.Println(inferred.Len(), "of", flows.Len())
	// Output:
	// 3 of 11
}

func ExampleParseValue() {
	r, err := portbook.ParseValue[portbook.Requirement]("optional")
	fmt.Println(r == portbook.RequirementOptional, err)
	_, err = portbook.ParseValue[portbook.Requirement]("urgent")
	fmt.Println(err)
	// Output:
	// true <nil>
	// portbook: unknown requirement "urgent" (expected: required, optional, conditional)
}

// Two pages describe a flow. Do they agree?
func ExampleFlow_Statements() {
	f, _ := portbook.Lookup(portbook.FlowApexCentralTMIInterprocess)
	for _, x := range f.Statements() {
		fmt.Println(x.Document(), x.Values[portbook.FieldFirewall])
	}
	fmt.Println(f.Firewall(), f.Quirks())
	// Output:
	// apex-central-ports needed
	// apex-central-ports-ja not-needed
	// needed [two-names documents-disagree]
}

func ExampleValues() {
	for _, r := range portbook.Values[portbook.Requirement]() {
		fmt.Println(r, portbook.Flows().Having(r).Len())
	}
	// Output:
	// required 252
	// optional 15
	// conditional 123
}

// Discrepancies in the sources, with the token that they print.
func ExampleFlow_Quirks() {
	for f := range portbook.Flows().Having(portbook.QuirkPortAbove65535).All() {
		fmt.Println(f, f.Published().Ports, "->", f.Ports())
	}
	// Output:
	// itms/data-connector/data-sources 1024-65536 -> 1024-65535/tcp 1024-65535/udp
	// itms/ppa-snmp-trap-listener-plugin/net-snmp 1024-65536 -> 1024-65535/udp
}

// Every flow has one JSON form.
func ExampleFlow_MarshalJSON() {
	f, _ := portbook.Lookup(portbook.FlowApexCentralTMIInterprocess)
	data, err := json.Marshal(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	var r portbook.FlowRecord
	if err := json.Unmarshal(data, &r); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.ID, r.Ports, r.Citations)
	// Output:
	// apex-central/tmi/interprocess 10198/tcp [{apex-central-ports tmi 5} {apex-central-ports-ja communication 4}]
}

// A component that works through another inherits its flows.
func ExampleFlowSet_Involving() {
	heir, agent := portbook.ComponentITMSPowerScheme, portbook.ComponentITMSSymantecManagementAgent
	fmt.Println(portbook.Flows().Involving(heir) == portbook.Flows().Involving(agent))
	// Output:
	// true
}

func ExampleCatalog_Component() {
	info, ok := portbook.Builtin().Component(portbook.ComponentApexCentralLicenseRenewalServer)
	fmt.Println(info.Name, info.Hosts, ok)
	// Output:
	// Trend Micro license renewal server [olr.trendmicro.com] true
}

// ScanMail's action mapping is typed and can be queried.
func ExampleCatalog_ActionFor() {
	for _, scan := range []portbook.ScanType{portbook.ScanTypeRealTime, portbook.ScanTypeManual} {
		action, ok := portbook.Builtin().ActionFor(portbook.ProductScanMail, "file", portbook.ObjectActionQuarantine, scan)
		fmt.Println(scan, action, ok)
	}
	for _, order := range portbook.Builtin().DecisionOrders() {
		fmt.Println(order.Steps)
	}
	// Output:
	// real-time quarantine-entire-message true
	// manual quarantine-message-part true
	// [user-defined-suspicious-object pattern-based-local-scan virtual-analyzer-suspicious-object]
}

// A setting, the flows that it changes, and those that depend on a condition.
func ExampleFlowSet_AffectedBy() {
	s, _ := portbook.Builtin().Setting("scanmail/send-spam-logs")
	fmt.Println(s.Label, s.Kind, s.Requirement, portbook.Flows().AffectedBy(s.ID))
	x, _ := portbook.Builtin().Condition("apex-central/low-security-level")
	fmt.Println(x.Text, portbook.Flows().AffectedBy(x.ID))
	// Output:
	// Send spam logs to Apex Central toggle optional scanmail/logs/spam
	// Only if the security level is low, or if it is medium and HTTPS is unavailable. apex-central/console/http-reverse apex-central/console/https-reverse
}

func ExampleParsePortSet() {
	s, err := portbook.ParsePortSet("443,80/tcp 514/udp")
	fmt.Println(s, err)
	_, err = portbook.ParsePortSet("80/tpc")
	var unknown *portbook.UnknownError
	fmt.Println(errors.As(err, &unknown))
	// Output:
	// 80,443/tcp 514/udp <nil>
	// true
}

func ExamplePortSet_Complement() {
	s := portbook.MustParsePortSet("1024-65535/tcp")
	fmt.Println(s.Complement().Intersect(portbook.MustParsePortSet("*/tcp */udp")))
	// Output:
	// 0-1023/tcp */udp
}
