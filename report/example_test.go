package report_test

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/site/sitefile"
	"golang.org/x/text/language"
)

func ExampleWriteList() {
	ports := portbook.MustParsePortSet("8088-8089,11344/tcp")
	err := report.WriteList(os.Stdout, portbook.Flows().DocumentedBy(portbook.ProductServiceGateway).Touching(ports), report.Options{
		Languages: []i18n.Localizer{i18n.New(language.Japanese)},
		Format:    report.Markdown,
		Columns:   []report.Column{report.ColumnDestination, report.ColumnPorts, report.ColumnRequirement},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// | 宛先 | ポート番号 | 要否 |
	// | --- | --- | --- |
	// | Zero Trust Secure Accessオンプレミスゲートウェイ | 8088 | 必須 |
	// | Zero Trust Secure Accessオンプレミスゲートウェイ | 8089 | 必須 |
	// | Zero Trust Secure Accessオンプレミスゲートウェイ | 11344 | 必須 |
}

// A page for a browser, in Japanese and English, with diagrams.
func ExampleWrite_html() {
	w := new(strings.Builder)
	err := report.Write(w, portbook.Flows().DocumentedBy(portbook.ProductITMS), report.Options{
		Format:    html.Format,
		Languages: []i18n.Localizer{i18n.New(language.Japanese), i18n.New(language.English)},
		Draw:      svg.Draw,
	})
	fmt.Println(w.String()[:15], err)
	// Output: <!doctype html> <nil>
}

// What would collide if two servers were installed on one host.
func ExampleWrite_collisions() {
	err := report.WriteList(os.Stdout, portbook.Flows(), report.Options{
		View:    report.ViewCollisions,
		Hosts:   [][]portbook.Component{{portbook.ComponentITMSNotificationServer, portbook.ComponentApexCentralServer}},
		Columns: []report.Column{report.ColumnPorts, report.ColumnListener},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// Port        Listening component
	// 80,443/tcp  Apex Central server, Notification Server
}

// What an update means for the firewall, for a team that reads Japanese.
func ExampleWriteChanges() {
	ssh, _ := portbook.Lookup(portbook.FlowServiceGatewayApplianceSSH)
	before, err := diff.NewSnapshot("2025-10", "", nil)
	if err != nil {
		log.Fatal(err)
	}
	after, err := diff.NewSnapshot("2026-04", "", []portbook.FlowRecord{i18n.New(language.Japanese).Record(ssh)})
	if err != nil {
		log.Fatal(err)
	}
	err = report.WriteChanges(os.Stdout, diff.Compare(before, after), report.Options{
		Languages: []i18n.Localizer{i18n.New(language.Japanese)},
		Format:    report.Markdown,
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// # バージョン間の変更点
	//
	// 変更1件、2025-10 → 2026-04
	//
	// | 影響 | 変更件数 | 追加されたポート | 不要になったポート |
	// | --- | --- | --- | --- |
	// | 事前許可が必要 | 1 | 22/tcp |  |
	//
	// ## 事前許可が必要 (1件)
	//
	// 新しいバージョンへ移行する前に、これらの通信をファイアウォールで許可する。許可しないと、必須の通信が失敗する。
	//
	// ### Service Gateway
	//
	// | ID | 送信元 → 宛先 | 変更内容 | 追加されたポート | 不要になったポート | 用途 |
	// | --- | --- | --- | --- | --- | --- |
	// | service-gateway/appliance/ssh | 管理者のコンピューター → Service Gateway仮想アプライアンス | 通信の追加 (必須) | 22/tcp |  | SSHによるService Gatewayへのリモートアクセスとコマンドの実行 |
}

// A table for a terminal.
func ExampleWriteList_text() {
	err := report.WriteList(os.Stdout, portbook.FlowsUsing(portbook.TCP, 4343), report.Options{
		Columns: []report.Column{report.ColumnSource, report.ColumnDestination, report.ColumnPorts},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// Source                                      Destination                                 Port
	// Apex Central server                         OfficeScan, Trend Micro Security (for Mac)  4343
	// Deep Discovery Inspector                    Smart Protection Server                     4343
	// Notification Server†                        Data source†                                1024-65535 (varies by environment)
	// WMI Protocol Plugin (initiator not stated)  Managed device†                             1025-5000 (dynamic)
}

// Comma-separated values without a byte order mark, for other programs.
func ExampleWriteList_csv() {
	var table strings.Builder
	err := report.WriteList(&table, portbook.FlowsUsing(portbook.TCP, 4343), report.Options{
		Format:   report.CSV,
		Encoding: report.UTF8,
		Columns:  []report.Column{report.ColumnID, report.ColumnPorts, report.ColumnRequirement},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(strings.ReplaceAll(table.String(), "\r\n", "\n"))
	// Output:
	// ID,Port,Requirement
	// apex-central/web-service/officescan,4343,Required
	// deep-discovery-inspector/smart-protection-server/connection,4343,Required
	// itms/data-connector/data-sources,1024 to 65535 (varies by environment),Conditional
	// itms/ppa-wmi-plugin/dynamic-low,1025 to 5000 (dynamic),Required
}

// The same flows as data, with everything that a catalog says of them.
func ExampleWriteList_json() {
	var document strings.Builder
	err := report.WriteList(&document, portbook.FlowsUsing(portbook.TCP, 4343), report.Options{Format: report.JSON})
	if err != nil {
		log.Fatal(err)
	}
	var flows []portbook.FlowRecord
	if err := json.Unmarshal([]byte(document.String()), &flows); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(flows), flows[0].ID, flows[0].Ports)
	// Output:
	// 4 apex-central/web-service/officescan 4343/tcp
}

// What a site needs, and the questions that are still open.
func ExampleWritePlan() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	var text strings.Builder
	if err := report.WritePlan(&text, s.Plan(), report.PlanOptions{QuestionsOnly: true}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(text.String()) {
		if strings.Contains(line, "Deep Security") {
			fmt.Println(strings.Join(strings.Fields(line), " "))
			break
		}
	}
	// Output:
	// 1 Host Which host is “Deep Security”? Product whose console Apex Central connects to. {component: apex-central/deep-security, absent: true, why: "..."}
}
