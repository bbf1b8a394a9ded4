package draft

import (
	"os"
	"regexp"
	"testing"
)

// TestSiteComponents has names of components of your own infrastructure,
// and names that only look like it; and every id is one of the data.
func TestSiteComponents(t *testing.T) {
	for name, want := range map[string]string{
		"DNS server": "site/dns-server", "the DNS": "site/dns-server", "Name server": "site/dns-server", "DNS サーバー": "site/dns-server", "ネームサーバ": "site/dns-server",
		"SMTP relay": "site/smtp-server", "Mail servers": "site/smtp-server", "メールサーバー": "site/smtp-server", "SIEM": "site/syslog-server", "Syslog server": "site/syslog-server",
		"Microsoft SQL Server": "site/sql-server", "Database server": "site/sql-server", "Domain Controllers": "site/active-directory", "LDAP server": "site/ldap-server", "ディレクトリサーバ": "site/ldap-server",
		"NTP server": "site/ntp-server", "Time server": "site/ntp-server", "時刻サーバー": "site/ntp-server", "DHCP servers": "site/dhcp-server", "SNMP manager": "site/snmp-manager",
		"SNMP trap receiver": "site/snmp-manager", "vCenter Server": "site/vcenter-server", "Kiln time": "", "SNMP agent": "",
		"Web proxy": "site/proxy-server", "プロキシサーバ": "site/proxy-server", "Administrator's computer": "site/administrator-computer", "Web browser": "site/administrator-computer",
		"管理者端末": "site/administrator-computer", "File server": "site/file-server",
		"Name": "", "Server": "", "Mail": "", "Proxy Service of Kiln": "", "SQL": "", "Kiln DNS server": "", "Browser extension": "",
	} {
		if got, _ := siteComponent(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	data, err := os.ReadFile("../../../data/site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	known := func(id string) bool { return regexp.MustCompile(`(?m)id: ` + id + `(?:,|$|\})`).Match(data) }
	for _, s := range siteNames {
		if !known(s.id) {
			t.Errorf("%s is not in the data", s.id)
		}
	}
	for port, id := range sitePorts {
		if !known(id) {
			t.Errorf("port %s: %s is not in the data", port, id)
		}
	}
}

// TestSubject holds headings, and the components that they name.
func TestSubject(t *testing.T) {
	for heading, want := range map[string]string{
		"Ports used by the Ember kiln": "Ember kiln", "Kiln masters": "Kiln masters", "Table 3. Kiln server ports": "Kiln server", "表 2 窯センターで使用するポート番号": "窯センター",
		"Ember Manager で使用するポート": "Ember Manager", "Listening Ports": "", "Required ports": "", "Overview": "", "使用ポート一覧": "", "What you need?": "", "HTTPS": "",
		"受信ポート": "", "Firewall rules": "", "Sheet1": "", "2.1.3. Kiln agent": "Kiln agent", "for the kiln": "",
	} {
		if got := subjectOf(cleanHeading(heading)); got != want {
			t.Errorf("%q: %q, want %q", heading, got, want)
		}
	}
	for heading, want := range map[string][3]string{
		"Potter --> Kiln": {"Potter", "Kiln", ""}, "Kiln <--> Shelf": {"Kiln", "Shelf", "either"}, "窯 ⇔ 棚": {"窯", "棚", "either"}, "From the potter to the kiln": {"potter", "kiln", ""},
		"Communication between kilns and shelves": {"kilns", "shelves", "either"}, "窯から棚への通信": {"窯", "棚", ""}, "From 7.1 to 7.2": {}, "Kiln": {},
	} {
		from, to, either, _ := endsOfHeading(cleanHeading(heading))
		if got := [3]string{from, to, map[bool]string{true: "either"}[either]}; got != want {
			t.Errorf("%q: %q, want %q", heading, got, want)
		}
	}
}

// TestSlug holds names and the last parts of their ids: digits within words
// stay, numbers alone do not.
func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"RKE2 node": "rke2-node", "JP1 マネージャー": "jp1-manager", "SQL Server 2019": "sql-server", "管理サーバー": "management-server", "窯": "x", "Neighbor's gate": "neighbor-gate",
		"配信サーバ": "distribution-server", "443": "x", "ＡＢＣ server": "abc-server",
	} {
		if got := slug(name, "x"); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestDefaultPort holds words that call a port a default, and words that call
// something else one.
func TestDefaultPort(t *testing.T) {
	for text, want := range map[string]bool{
		"The default port is 4100.": true, "Rings; default: 4100": true, "TCP 4100 (default)": true, "Its default is 4100": true, "By default, the door listens on TCP 4100.": true,
		"Defaults to 4100": true, "既定のポートは4100です": true, "デフォルトは 4100": true, "4100 (デフォルト)": true, "the ports 4100 by default": true,
		"Asks for the time (default clock: the tower)": false, "Needed by a default installation": false, "窓の既定の色を取得": false, "Uses the default gateway": false,
		"標準のポート": false, "No defaults are known": false,
	} {
		if got, _ := find(configurablePhrases, text); (got == "yes") != want {
			t.Errorf("%q: configurable %q", text, got)
		}
	}
}

// TestRequirementMarks holds the marks of columns that say whether a
// communication is needed.
func TestRequirementMarks(t *testing.T) {
	for _, test := range []struct{ heading, cell, want string }{
		{"必須", "●", ""}, {"必須", "〇", ""}, {"Required", "✅", ""}, {"必須", "△", conditional}, {"Required", "×", optional}, {"Required", "❌", optional}, {"Optional", "✓", optional}, {"必須", "任意", optional},
	} {
		if got := requirementOf(test.heading, test.cell); got != test.want {
			t.Errorf("%q below %q: %q, want %q", test.cell, test.heading, got, test.want)
		}
	}
}
