package report_test

import (
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
	// | service-gateway/appliance/ssh | 管理者のコンピューター → Service Gateway仮想アプライアンス | 通信の追加 (必須) | 22/tcp |  | Service Gatewayへのリモートアクセスとコマンドの実行 |
}
