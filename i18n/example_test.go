package i18n_test

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"golang.org/x/text/language"
)

// Why does a flow exist, in the language of the reader?
func ExampleNew() {
	ssh, _ := portbook.Lookup(portbook.FlowServiceGatewayApplianceSSH)
	for _, l := range []i18n.Localizer{i18n.New(language.English), i18n.New(language.Japanese)} {
		fmt.Println(l.Text(ssh.Purpose()))
	}
	// Output:
	// Remote SSH access to the Service Gateway.
	// SSHによるService Gatewayへのリモートアクセスとコマンドの実行
}

// The language that a browser asks for, and the one that it gets.
func ExampleFromAcceptLanguage() {
	l := i18n.FromAcceptLanguage("fr, ja-JP;q=0.9, en;q=0.8")
	gateway, _ := portbook.Builtin().Component(portbook.ComponentServiceGatewayAppliance)
	text, lang := l.TextLanguage(gateway.Name)
	fmt.Println(text, lang)
	// Output:
	// Service Gateway仮想アプライアンス ja
}

// A flow as data, with its texts in one language.
func ExampleLocalizer_Record() {
	ssh, _ := portbook.Lookup(portbook.FlowServiceGatewayApplianceSSH)
	r := i18n.New(language.Japanese).Record(ssh)
	fmt.Println(r.ID, r.Ports, r.Purpose)
	// Output:
	// service-gateway/appliance/ssh 22/tcp SSHによるService Gatewayへのリモートアクセスとコマンドの実行
}
