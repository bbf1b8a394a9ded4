package portset

import (
	"errors"
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"443/tcp", "443/tcp"},
		{"443,80/TCP", "80,443/tcp"},
		{"514/udp  80,443/tcp", "80,443/tcp 514/udp"},
		{"80/tcp 81/tcp", "80-81/tcp"},
		{"*/tcp", "*/tcp"},
		{"0-65535/17", "*/udp"},
		{"8/icmp", "8/icmp"},
		{"65535/6 0/7", "65535/tcp 0/7"},
		{"22/*", "22/*"},
		{"*/*", "*/*"},
		{"7/0-5", "7/0-5"},
		{"1/ipv6-icmp", "1/ipv6-icmp"},
		{"1/icmpv6", "1/ipv6-icmp"},
	} {
		s, err := Parse(c.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.in, err)
			continue
		}
		if got := s.String(); got != c.want {
			t.Errorf("Parse(%q) prints %q, want %q", c.in, got, c.want)
		}
		if back, err := Parse(s.String()); err != nil || back != s {
			t.Errorf("%q does not read back: %v", s, err)
		}
	}
	s, _ := Parse("80/tcp")
	if got, want := Complement(s).String(), "*/0-5 0-79,81-65535/tcp */7-255"; got != want {
		t.Errorf("complement of 80/tcp is %q, want %q", got, want)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		in, want string
		unknown  bool
	}{
		{"443", `"443" has no protocol (accepted: ports and a protocol, such as 80,443/tcp or 1024-65535/udp, separated by spaces)`, false},
		{"1024-65536/tcp", `"65536" is above 65535, the highest port in "1024-65536/tcp" (accepted: a port such as 443, a range such as 1024-65535, or *)`, false},
		{"9-5/tcp", `"9-5" is a reversed range in "9-5/tcp" (accepted: a port such as 443, a range such as 1024-65535, or *)`, false},
		{"80,/tcp", `"" is not a port number in "80,/tcp" (accepted: a port such as 443, a range such as 1024-65535, or *)`, false},
		{"80/tpc", `"tpc" is not a known protocol in "80/tpc" (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`, true},
		{"80/300", `"300" is above 255, the highest protocol number in "80/300" (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`, false},
		{"80/", `"" is not a known protocol in "80/" (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`, false},
		{"80/9-3", `"9-3" is a reversed range of protocols in "80/9-3" (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`, false},
		{"+80/tcp", `"+80" is not a port number in "+80/tcp" (accepted: a port such as 443, a range such as 1024-65535, or *)`, false},
	} {
		_, err := Parse(c.in)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q) = %v, want an *Error", c.in, err)
			continue
		}
		if e.Error() != c.want || e.Unknown != c.unknown {
			t.Errorf("Parse(%q):\n got %s (unknown %v)\nwant %s (unknown %v)", c.in, e, e.Unknown, c.want, c.unknown)
		}
	}
}

// FuzzParse checks that what is accepted prints a canonical form that reads back as the same set.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "443/tcp", "80,443/tcp 514/udp", "*/*", "1-2,2-3/0-5", "8/icmp", "9-5/tcp", "65536/tcp", "a/b/c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		s, err := Parse(in)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Reason == "" || e.Accepted == "" {
				t.Fatalf("Parse(%q) returns a poor error: %v", in, err)
			}
			return
		}
		text := s.String()
		back, err := Parse(text)
		if err != nil || back != s || back.String() != text {
			t.Fatalf("Parse(%q) prints %q, which reads back as %q, %v", in, text, back, err)
		}
	})
}
