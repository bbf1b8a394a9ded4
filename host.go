package portbook

import (
	"net/netip"

	"github.com/portbook/portbook/internal/host"
)

// Host is a place on a network as documents publish it: a DNS name, which can
// have wildcards (*.example.com, *cdn.example.net, autodiscover.*.example.com),
// a prefix or a single address, or a range of addresses of one family. Hosts
// are comparable: they are equal (==) exactly when their texts are. The zero
// value is not a host, and its text is empty.
type Host struct{ host host.Host }

// ParseHost reads the text form of a host: "files.example.com", "db01",
// "192.0.2.0/24", "2001:db8::1", "192.0.2.1-192.0.2.9". Names are read in any
// case. Addresses have no zone. The error is a *[ParseError].
func ParseHost(s string) (Host, error) {
	h, err := host.Parse(s)
	if err != nil {
		return Host{}, &ParseError{Input: s, detail: err}
	}
	return Host{h}, nil
}

// MustParseHost is [ParseHost] for literals in programs: it panics when s is
// not valid.
func MustParseHost(s string) Host {
	h, err := ParseHost(s)
	if err != nil {
		panic("portbook: MustParseHost: " + err.Error())
	}
	return h
}

// IsZero reports whether h is the zero value.
func (h Host) IsZero() bool { return h.host.IsZero() }

// Name returns the DNS name in lower case; ok is false for addresses.
func (h Host) Name() (name string, ok bool) { return h.host.Name() }

// Prefix returns the prefix, which has full length for a single address; ok is
// false for names and ranges.
func (h Host) Prefix() (prefix netip.Prefix, ok bool) { return h.host.Prefix() }

// Range returns the first and the last address of a range, a prefix or a
// single address; ok is false for names.
func (h Host) Range() (first, last netip.Addr, ok bool) { return h.host.Range() }

// String returns the text form, which [ParseHost] reads back.
func (h Host) String() string { return h.host.String() }

// AppendText appends what String returns.
func (h Host) AppendText(b []byte) ([]byte, error) { return append(b, h.host.String()...), nil }

// MarshalText returns what String returns.
func (h Host) MarshalText() ([]byte, error) { return h.AppendText(nil) }

// UnmarshalText reads what [ParseHost] reads. The empty text is the zero value.
func (h *Host) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*h = Host{}
		return nil
	}
	*h, err = ParseHost(string(text))
	return err
}

// hostOf returns the host of a text in the table, which was made of one.
func hostOf(text string) Host { return Host{host.FromText(text)} }
