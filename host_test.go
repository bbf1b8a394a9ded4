package portbook_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/portbook/portbook"
)

// TestHostText checks the text forms of hosts. Package internal/host tests what
// is read.
func TestHostText(t *testing.T) {
	type record struct{ Host portbook.Host }
	for _, s := range []string{"", "*.example.com", "192.0.2.0/24", "192.0.2.1", "2001:db8::1-2001:db8::9"} {
		r := record{portbook.MustParseHost("example.com")}
		if err := json.Unmarshal([]byte(`{"Host":"`+s+`"}`), &r); err != nil || r.Host.String() != s || r.Host.IsZero() != (s == "") {
			t.Errorf("%q reads as %q, %v", s, r.Host, err)
		}
		if data, err := json.Marshal(r); err != nil || string(data) != `{"Host":"`+s+`"}` {
			t.Errorf("%q marshals as %s, %v", s, data, err)
		}
		if b, err := r.Host.AppendText([]byte("> ")); err != nil || string(b) != "> "+s {
			t.Errorf("%q appends %q, %v", s, b, err)
		}
	}
	var parse *portbook.ParseError
	const want = `portbook: "192.0.2.9-192.0.2.1" is a reversed range (expected: two addresses of one family, the lower one first, such as 192.0.2.1-192.0.2.9)`
	_, err := portbook.ParseHost("192.0.2.9-192.0.2.1")
	if !errors.As(err, &parse) || parse.Input != "192.0.2.9-192.0.2.1" || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	if err := json.Unmarshal([]byte(`{"Host":"a b"}`), &record{}); err == nil {
		t.Error("a malformed host is read without an error")
	}
}

func TestMustParseHost(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustParseHost does not panic")
		}
	}()
	portbook.MustParseHost("")
}

// TestHosts checks that every published host of the catalog is one, and where
// the places of documents' hosts run.
func TestHosts(t *testing.T) {
	c := portbook.Builtin()
	hosts := 0
	for _, id := range c.Components() {
		x, _ := c.Component(id)
		for _, h := range x.Hosts {
			if hosts++; h.IsZero() {
				t.Errorf("%s has a host that is none", id)
			}
			if x.Hosting != portbook.HostingCloud {
				t.Errorf("%s has the published host %s and the hosting %s", id, h, x.Hosting)
			}
		}
		if x.Hosting != portbook.HostingCloud && x.Hosting != portbook.HostingPremises {
			t.Errorf("%s has the hosting %q", id, x.Hosting)
		}
	}
	if hosts == 0 {
		t.Error("no component has a host")
	}
	mail, _ := c.Component(portbook.ComponentHostSecurityMailSender)
	if first, last, ok := mail.Hosts[0].Range(); !ok || first.String() != "210.161.150.240" || last.String() != "210.161.150.248" {
		t.Errorf("the mail sender is at %v to %v", first, last)
	}
}

// TestHosting pins where vendors' services run: their names say nothing about
// it, and neither do published hosts.
func TestHosting(t *testing.T) {
	c := portbook.Builtin()
	for id, want := range map[portbook.Component]portbook.Hosting{
		portbook.ComponentVisionOnePlatform:              portbook.HostingCloud,
		portbook.ComponentITMSApplePushService:           portbook.HostingCloud,
		portbook.ComponentITMSAppleUpdateServer:          portbook.HostingCloud,
		portbook.ComponentITMSVendorDownloadSites:        portbook.HostingCloud,
		portbook.ComponentApexCentralLicenseUpdateServer: portbook.HostingCloud,
		portbook.ComponentApexCentralWorryFreeServices:   portbook.HostingCloud,
		portbook.ComponentHostSecurityDownloadCenter:     portbook.HostingCloud,
		portbook.ComponentHostSecuritySmartScan:          portbook.HostingCloud,
		portbook.ComponentHostSecurityManagementServer:   portbook.HostingCloud,
		portbook.ComponentScanMailSmartProtectionNetwork: portbook.HostingCloud,
		portbook.ComponentHostSecurityRelay:              portbook.HostingPremises,
		portbook.ComponentITMSCloudEnabledManagement:     portbook.HostingPremises,
		portbook.ComponentServiceGatewayAppliance:        portbook.HostingPremises,
		portbook.ComponentSiteProxyServer:                portbook.HostingPremises,
	} {
		if x, ok := c.Component(id); !ok || x.Hosting != want {
			t.Errorf("%s runs on %q, want %q", id, x.Hosting, want)
		}
	}
}
