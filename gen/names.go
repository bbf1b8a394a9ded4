package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/portbook/portbook/internal/dataset"
)

// initialisms gives the Go spelling of the words of ids that are not simply capitalized.
var initialisms = map[string]string{
	"ad": "AD", "amt": "AMT", "api": "API", "apns": "APNS", "as400": "AS400", "asf": "ASF", "bsdp": "BSDP", "cem": "CEM", "cgi": "CGI", "dhcp": "DHCP", "dns": "DNS", "emc": "EMC", "ftsp": "FTSP",
	"http": "HTTP", "https": "HTTPS", "icap": "ICAP", "icaps": "ICAPS", "icmp": "ICMP", "id": "ID", "iis": "IIS", "interscan": "InterScan", "ip": "IP", "ipmi": "IPMI", "jq": "JQ", "json": "JSON",
	"itms": "ITMS", "lan": "LAN", "ldap": "LDAP", "ldaps": "LDAPS", "man": "MAN", "mcp": "MCP", "mdm": "MDM", "mitre": "MITRE", "nat": "NAT", "netbios": "NetBIOS", "netlogon": "Netlogon", "nfs": "NFS", "ns": "NS", "ntp": "NTP", "officescan": "OfficeScan", "ot": "OT", "p2p": "P2P", "pac": "PAC",
	"ping": "Ping", "ppa": "PPA", "pxe": "PXE", "rmcp": "RMCP", "rpc": "RPC", "rsp": "RSP", "scanmail": "ScanMail", "sepic": "SEPIC", "serverprotect": "ServerProtect", "smb": "SMB", "smtp": "SMTP", "snmp": "SNMP", "soap": "SOAP", "solutionsam": "SolutionSam",
	"sql": "SQL", "ssh": "SSH", "ssl": "SSL", "starttls": "STARTTLS", "tcp": "TCP", "tftp": "TFTP", "tippingpoint": "TippingPoint", "tls": "TLS", "tmi": "TMI", "udp": "UDP", "ui": "UI", "ulm": "ULM", "unc": "UNC", "url": "URL", "vcenter": "VCenter", "vmware": "VMware",
	"wins": "WINS", "wmi": "WMI", "ws": "WS", "www": "WWW", "xml": "XML",
}

// goName returns the Go spelling of an id: its words in camel case, initialisms
// as the field writes them.
func goName(id string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(id, isJoiner) {
		if s, ok := initialisms[word]; ok {
			b.WriteString(s)
			continue
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func isJoiner(r rune) bool { return r == '-' || r == '/' }

var wordForm = regexp.MustCompile(`[A-Za-z0-9]+`)

// checkNames reports ids whose Go constants would collide, and words of ids
// that the English texts write in capitals although the table of initialisms
// lacks them.
func checkNames(source *dataset.Source) {
	capitals := map[string]map[string]bool{} // product -> words its texts write in capitals
	for product, text := range source.FallbackTexts() {
		if capitals[product] == nil {
			capitals[product] = map[string]bool{}
		}
		for _, word := range wordForm.FindAllString(text, -1) {
			if len(word) > 1 && word == strings.ToUpper(word) {
				capitals[product][word] = true
			}
		}
	}
	taken := map[string]string{}
	source.CheckIDs(func(kind, id, product string) (problems []string) {
		name := kind + " " + goName(id)
		if other, ok := taken[name]; ok && other != id {
			problems = append(problems, fmt.Sprintf("has the same Go name as %q: %s", other, goName(id)))
		}
		taken[name] = id
		for word := range strings.FieldsFuncSeq(id, isJoiner) {
			if _, ok := initialisms[word]; !ok && capitals[product][strings.ToUpper(word)] {
				problems = append(problems, fmt.Sprintf("word %q is not in the table of initialisms, and the texts write %s", word, strings.ToUpper(word)))
			}
		}
		return problems
	})
}
