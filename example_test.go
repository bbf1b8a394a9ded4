package portbook_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/portbook/portbook"
)

// What must be open between these two, and why?
func ExampleBetween() {
	agent, server := portbook.ComponentITMSClientTaskAgent, portbook.ComponentITMSTaskServer
	for f := range portbook.Flows().Where(portbook.Between(agent, server)).All() {
		c := f.Citations()[0]
		fmt.Printf("%v -> %v: %v (%s), configurable: %s\n", f.From(), f.To(), f.Ports(), f.PortChoice(), f.Configurable())
		fmt.Printf("    %s\n    %s, row %d\n", f.Purpose(), c.Document, c.Row)
	}
	// Output:
	// [itms/client-task-agent] -> [itms/task-server]: 80,443/tcp (one-of), configurable: yes
	//     The Client Task Agent asks for new tasks and returns their results as XML.
	//     itms-8-ports, row 28
	// [itms/client-task-agent] -> [itms/task-server]: 50124/tcp (all), configurable: yes
	//     Tells the Client Task Agent at once that new tasks are waiting.
	//     itms-8-ports, row 29
}

// What is this port?
func ExampleFlowsUsing() {
	for f := range portbook.FlowsUsing(portbook.TCP, portbook.PortApexCentralEndpointEncryptionConsole).All() {
		if f.PortKind() == portbook.PortsListed {
			fmt.Println(f)
		}
	}
	// Output:
	// apex-central/web-service/endpoint-encryption
	// service-gateway/forward-proxy/connection
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
	required := portbook.ProductServiceGateway.Flows().Ports()
	permitted := portbook.MustParsePortSet("22,80,443,8080/tcp")
	fmt.Println(required.Subtract(permitted))
	// Output:
	// 1344,5274-5275,8088-8089,11344/tcp
}

// Set algebra on flows: what one component needs beyond another.
func ExampleFlowSet_Subtract() {
	windows := portbook.ComponentITMSPatchManagementWindows.Flows()
	agent := portbook.ComponentITMSSymantecManagementAgent.Flows()
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

// Filters are combined: all that Where is given must hold.
func ExampleFlowSet_Where() {
	optional := portbook.Flows().Where(
		portbook.OfProduct(portbook.ProductApexCentral),
		portbook.Having(portbook.Optional),
		portbook.Not(portbook.Using(portbook.UDP)),
	)
	fmt.Println(optional)
	// Output:
	// apex-central/notification/smtp
}

// What is odd in the sources, with the token that they print.
func ExampleFlow_Quirks() {
	for f := range portbook.Flows().Where(portbook.Having(portbook.QuirkPortAbove65535)).All() {
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
	// apex-central/tmi/interprocess 10198/tcp [{apex-central-ports tmi 5}]
}

// A component that works through another inherits its flows.
func ExampleComponent_Flows() {
	c := portbook.ComponentITMSPowerScheme
	fmt.Println(c.OwnFlows().Len(), c.Flows() == portbook.ComponentITMSSymantecManagementAgent.Flows())
	// Output:
	// 0 true
}

func ExampleComponent_Info() {
	info, ok := portbook.ComponentApexCentralLicenseRenewalServer.Info()
	fmt.Println(info.Name, info.Hosts, ok)
	// Output:
	// Trend Micro license renewal server [olr.trendmicro.com] true
}

// ScanMail's action mapping is typed and can be queried.
func ExampleCatalog_ActionFor() {
	for _, scan := range []portbook.ScanType{portbook.ScanRealTime, portbook.ScanManual} {
		action, ok := portbook.Builtin().ActionFor(portbook.ProductScanMail, "file", portbook.ObjectQuarantine, scan)
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

// The settings of a screen, and the flows that each of them affects.
func ExampleAffectedBy() {
	for _, s := range portbook.Builtin().Settings() {
		if s.ID == "scanmail/send-spam-logs" {
			fmt.Println(s.Label, s.Kind, s.Requirement, portbook.Flows().Where(portbook.AffectedBy(s.ID)))
		}
	}
	// Output:
	// Send spam logs to Apex Central toggle optional scanmail/logs/spam
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
