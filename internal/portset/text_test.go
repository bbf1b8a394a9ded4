package portset

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{" \t\n", ""},
		{"443/tcp", "443/tcp"},
		{"443,80/TCP", "80,443/tcp"},
		{"514/udp  80,443/tcp", "80,443/tcp 514/udp"},
		{"514/udp\u300080,443/tcp", "80,443/tcp 514/udp"},
		{"80/tcp 81/tcp", "80-81/tcp"},
		{"*/tcp", "*/tcp"},
		{"0-65535/17", "*/udp"},
		{"8/icmp", "8/icmp"},
		{"65535/6 0/7", "65535/tcp 0/cbt"},
		{"22/*", "22/*"},
		{"*/*", "*/*"},
		{"7/0-5", "7/0-5"},
		{"7/5-5", "7/st"},
		{"1/ipv6-icmp", "1/ipv6-icmp"},
		{"1/icmpv6", "1/ipv6-icmp"},
		{"6/17", "6/udp"},
		{"0/0", "0/hopopt"},
		{"5/3pc 5/61 5/tp++ 5/ax.25 5/A/N", "5/3pc 5/tp++ 5/61 5/ax.25 5/an"},
		{"65535/255", "65535/reserved"},

		// Ports that need no more than their own order.
		{"9,7,8,6,5-7,1-65535,3/tcp", "1-65535/tcp"},
		{"10,319/tcp", "10,319/tcp"},
		{"65,535/tcp", "65,535/tcp"},
		{"80-90,85-100,101/tcp", "80-101/tcp"},
		{"1-10,2-3,12/tcp", "1-10,12/tcp"},

		// The forms that people write.
		{"443/tcp,53/udp", "443/tcp 53/udp"},
		{"443/tcp, 53/udp", "443/tcp 53/udp"},
		{"80 , 443/tcp ,53/udp", "80,443/tcp 53/udp"},
		{"80,443/tcp,53,123/udp", "80,443/tcp 53,123/udp"},
		{"tcp/443", "443/tcp"},
		{"tcp/4343", "4343/tcp"},
		{"UDP/1024-65535", "1024-65535/udp"},
		{"tcp/80,443 udp/53", "80,443/tcp 53/udp"},
		{"tcp/80, 443, udp/53", "80,443/tcp 53/udp"},
		{"tcp/* 53/udp", "*/tcp 53/udp"},
		{"3pc/7 tcp/3", "3/tcp 7/3pc"},
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
	const (
		set      = " (expected: ports and a protocol, such as 80,443/tcp or 1024-65535/udp, separated by spaces)"
		ports    = " (expected: a port such as 443, a range such as 1024-65535, or *)"
		protocol = " (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)"
		plain    = " (expected: numbers without leading zeros and without commas between thousands, such as 1024)"
		oneForm  = " (expected: 443/tcp,53/udp or tcp/443,udp/53, not both in one list)"
		numbers  = " (expected: a protocol, a range of protocol numbers such as 0-5, or *)"
	)
	for _, c := range []struct {
		in, want string
		unknown  bool
	}{
		{"443", `"443" has no protocol (expected: a protocol too, such as 443/tcp or 443/udp)`, false},
		{"80,443", `"80" has no protocol in "80,443" (expected: a protocol too, such as 80/tcp or 80/udp)`, false},
		{"443/tcp,53", `"53" has no protocol in "443/tcp,53" (expected: a protocol too, such as 53/tcp or 53/udp)`, false},
		{"80,tcp/443", `"80" has no protocol in "80,tcp/443" (expected: a protocol too, such as 80/tcp or 80/udp)`, false},
		{"80 / tcp", `"80" has no protocol in "80 / tcp" (expected: a protocol too, such as 80/tcp or 80/udp)`, false},
		{"443/tcp,udp", `"udp" has no ports in "443/tcp,udp" (expected: ports too, such as 443/udp)`, false},
		{"tcp 443", `"tcp" has no ports in "tcp 443" (expected: ports too, such as 443/tcp)`, false},
		{"tcp:443", `"tcp:443" has no slash between ports and protocol` + set, false},
		{"443tcp", `"443tcp" has no slash between ports and protocol` + set, false},
		{"UDP-53", `"UDP-53" has no slash between ports and protocol` + set, false},
		{"http", `"http" is not a port number` + ports, false},
		{"443/tcp,udp/53", `"udp/53" has its protocol before its ports in "443/tcp,udp/53"` + oneForm, false},
		{"tcp/80,443/udp", `"443/udp" has its protocol after its ports in "tcp/80,443/udp"` + oneForm, false},

		{"1024-65536/tcp", `"65536" is above 65535, the highest port in "1024-65536/tcp"` + ports, false},
		{"99999999999999999999/tcp", `"99999999999999999999" is above 65535, the highest port in "99999999999999999999/tcp"` + ports, false},
		{"9-5/tcp", `"9-5" is a reversed range in "9-5/tcp"` + ports, false},
		{"80,/tcp", `"" is not a port number in "80,/tcp"` + ports, false},
		{"80/tcp,", `"," does not join two ports in "80/tcp,"` + set, false},
		{",80/tcp", `"," does not join two ports in ",80/tcp"` + set, false},
		{"80,,81/tcp", `"," does not join two ports in "80,,81/tcp"` + set, false},
		{"+80/tcp", `"+80" is not a port number in "+80/tcp"` + ports, false},
		{"٨٠/tcp", `"٨٠" is not a port number in "٨٠/tcp"` + ports, false},
		{"*-80/tcp", `"*" is not a port number in "*-80/tcp"` + ports, false},
		{"1-2-3/tcp", `"2-3" is not a port number in "1-2-3/tcp"` + ports, false},
		{"http/tcp", `"http" is not a port number in "http/tcp"` + ports, false},
		{"http/*", `"http" is not a port number in "http/*"` + ports, false},
		{"tcp/udp", `"udp" is not a port number in "tcp/udp"` + ports, false},
		{"tcp/70000", `"70000" is above 65535, the highest port in "tcp/70000"` + ports, false},

		{"0080/tcp", `"0080" has a leading zero in "0080/tcp"` + plain, false},
		{"00/tcp", `"00" has a leading zero in "00/tcp"` + plain, false},
		{"tcp/080", `"080" has a leading zero in "tcp/080"` + plain, false},
		{"1,000/tcp", `"000" has a leading zero in "1,000/tcp"` + plain, false},
		{"1,024-65,535/tcp", `"024" has a leading zero in "1,024-65,535/tcp"` + plain, false},
		{"49,152-65,535/tcp", `"152-65" is a reversed range in "49,152-65,535/tcp"` + plain, false},
		{"80,200-65,5355/tcp", `"200-65" is a reversed range in "80,200-65,5355/tcp"` + plain, false},
		{"20-10,x,535/tcp", `"20-10" is a reversed range in "20-10,x,535/tcp"` + ports, false},
		{"9-5,53/tcp", `"9-5" is a reversed range in "9-5,53/tcp"` + ports, false},
		{"9123-5123/tcp", `"9123-5123" is a reversed range in "9123-5123/tcp"` + ports, false},
		{"80,20-10,5355/tcp", `"20-10" is a reversed range in "80,20-10,5355/tcp"` + ports, false},

		{"80/tpc", `"tpc" is not a known protocol in "80/tpc"` + protocol, true},
		{"aaa/80", `"aaa" is not a known protocol in "aaa/80"` + protocol, true},
		{"zzz/80", `"zzz" is not a known protocol in "zzz/80"` + protocol, true},
		{"ZZ/80", `"ZZ" is not a known protocol in "ZZ/80"` + protocol, true},
		{"@/80", `"@" is not a port number in "@/80"` + ports, false},
		{"[/80", `"[" is not a port number in "[/80"` + ports, false},
		{"tpc/80", `"tpc" is not a known protocol in "tpc/80"` + protocol, true},
		{"443/tcp/udp", `"tcp/udp" is not a known protocol in "443/tcp/udp"` + protocol, true},
		{"443/ſctp", `"ſctp" is not a known protocol in "443/ſctp"` + protocol, true},
		{"80/ſctp,53/udp", `"ſctp" is not a known protocol in "80/ſctp,53/udp"` + protocol, true},
		{"80/sKip", `"sKip" is not a known protocol in "80/sKip"` + protocol, true},
		{"80/", `"" is not a known protocol in "80/"` + protocol, false},
		{"80/300", `"300" is above 255, the highest protocol number in "80/300"` + protocol, false},
		{"80/06", `"06" has a leading zero in "80/06"` + protocol, false},
		{"6/443", `"443" is above 255, the highest protocol number in "6/443"` + protocol, false},
		{"80/300-400", `"300" is above 255, the highest protocol number in "80/300-400"` + protocol, false},
		{"80/0-300", `"300" is above 255, the highest protocol number in "80/0-300"` + protocol, false},
		{"80/9-3", `"9-3" is a reversed range in "80/9-3"` + numbers, false},
		{"80/1-tcp", `"1-tcp" is not a range of protocol numbers in "80/1-tcp"` + numbers, false},
		{"80/1-", `"1-" is not a range of protocol numbers in "80/1-"` + numbers, false},
		{"80/tcp-udp", `"tcp-udp" is not a known protocol in "80/tcp-udp"` + protocol, true},
	} {
		c.in = strings.ReplaceAll(c.in, "sKip", "s\u212aip") // the Kelvin sign
		c.want = strings.ReplaceAll(c.want, "sKip", "s\u212aip")
		set, err := Parse(c.in)
		var e *Error
		if !errors.As(err, &e) || !set.IsEmpty() {
			t.Errorf("Parse(%q) = %v, %v, want an *Error", c.in, set, err)
			continue
		}
		if e.Error() != c.want || e.Unknown != c.unknown || e.Input != c.in {
			t.Errorf("Parse(%q):\n got %s (unknown %v)\nwant %s (unknown %v)", c.in, e, e.Unknown, c.want, c.unknown)
		}
	}
}

// TestParsersOfOne checks the parsers of one value, whose results are zero
// beside an error.
func TestParsersOfOne(t *testing.T) {
	for _, c := range []struct {
		in, want string
	}{
		{"0", "0"}, {"443", "443"}, {"65535", "65535"},
		{"65536", `"65536" is above 65535, the highest port (expected: a number from 0 to 65535)`},
		{"080", `"080" has a leading zero (expected: numbers without leading zeros and without commas between thousands, such as 1024)`},
		{"1,024", `"1,024" has a comma (expected: numbers without leading zeros and without commas between thousands, such as 1024)`},
		{"", `"" is not a port number (expected: a number from 0 to 65535)`},
		{"8o", `"8o" is not a port number (expected: a number from 0 to 65535)`},
		{strings.Repeat("x", 200), `"` + strings.Repeat("x", 200) + `" is not a port number (expected: a number from 0 to 65535)`},
		{strings.Repeat("x", 201), `"` + strings.Repeat("x", 200) + `"... is not a port number (expected: a number from 0 to 65535)`},
		{strings.Repeat("x", 198) + "ああ", `"` + strings.Repeat("x", 198) + `"... is not a port number (expected: a number from 0 to 65535)`},
		{strings.Repeat("\x80", 300), `"` + strings.Repeat(`\x80`, 196) + `"... is not a port number (expected: a number from 0 to 65535)`},
		{strings.Repeat("x", 199) + "é", `"` + strings.Repeat("x", 199) + `"... is not a port number (expected: a number from 0 to 65535)`},
	} {
		n, err := ParsePort(c.in)
		got := strconv.Itoa(int(n))
		if err != nil {
			got = err.Error()
			if n != 0 {
				t.Errorf("ParsePort(%q) = %d beside an error", c.in, n)
			}
		}
		if got != c.want {
			t.Errorf("ParsePort(%q):\n got %s\nwant %s", c.in, got, c.want)
		}
	}
	for _, in := range []string{"", "5-", "-5", "9-5", "05-6", "5-65536", "65536-70000", "1,024-2,048", "5-*"} {
		if lo, hi, err := ParsePortRange(in); err == nil || lo != 0 || hi != 0 {
			t.Errorf("ParsePortRange(%q) = %d, %d, %v", in, lo, hi, err)
		} else if e := err.(*Error); e.Input != in || e.Expected != expectedRange && e.Expected != expectedPlain {
			t.Errorf("ParsePortRange(%q): %v", in, err)
		}
	}
	for _, in := range []string{"", "256", "1000000000000", "00", "06", "tpc", "-1", "ſctp"} {
		if n, err := ParseProtocol(in); err == nil || n != 0 {
			t.Errorf("ParseProtocol(%q) = %d, %v", in, n, err)
		}
	}
	for _, in := range []string{"300-400", "0-300", "5-3", "01-2", "5-06", "x-7", "3-x"} {
		if first, last, err := parseProtocols(in); err == nil || first != 0 || last != 0 {
			t.Errorf("parseProtocols(%q) = %d, %d, %v", in, first, last, err)
		}
	}
}

// ianaKeywords are the keywords as IANA's registry of assigned internet
// protocol numbers spells them.
const ianaKeywords = `0 HOPOPT, 1 ICMP, 2 IGMP, 3 GGP, 4 IPv4, 5 ST, 6 TCP, 7 CBT, 8 EGP, 9 IGP, 10 BBN-RCC-MON, 11 NVP-II,
12 PUP, 13 ARGUS, 14 EMCON, 15 XNET, 16 CHAOS, 17 UDP, 18 MUX, 19 DCN-MEAS, 20 HMP, 21 PRM, 22 XNS-IDP, 23 TRUNK-1,
24 TRUNK-2, 25 LEAF-1, 26 LEAF-2, 27 RDP, 28 IRTP, 29 ISO-TP4, 30 NETBLT, 31 MFE-NSP, 32 MERIT-INP, 33 DCCP, 34 3PC,
35 IDPR, 36 XTP, 37 DDP, 38 IDPR-CMTP, 39 TP++, 40 IL, 41 IPv6, 42 SDRP, 43 IPv6-Route, 44 IPv6-Frag, 45 IDRP, 46 RSVP,
47 GRE, 48 DSR, 49 BNA, 50 ESP, 51 AH, 52 I-NLSP, 53 SWIPE, 54 NARP, 55 Min-IPv4, 56 TLSP, 57 SKIP, 58 IPv6-ICMP,
59 IPv6-NoNxt, 60 IPv6-Opts, 62 CFTP, 64 SAT-EXPAK, 65 KRYPTOLAN, 66 RVD, 67 IPPC, 69 SAT-MON, 70 VISA, 71 IPCV, 72 CPNX,
73 CPHB, 74 WSN, 75 PVP, 76 BR-SAT-MON, 77 SUN-ND, 78 WB-MON, 79 WB-EXPAK, 80 ISO-IP, 81 VMTP, 82 SECURE-VMTP, 83 VINES,
84 IPTM, 85 NSFNET-IGP, 86 DGP, 87 TCF, 88 EIGRP, 89 OSPFIGP, 90 Sprite-RPC, 91 LARP, 92 MTP, 93 AX.25, 94 IPIP, 95 MICP,
96 SCC-SP, 97 ETHERIP, 98 ENCAP, 100 GMTP, 101 IFMP, 102 PNNI, 103 PIM, 104 ARIS, 105 SCPS, 106 QNX, 107 A/N, 108 IPComp,
109 SNP, 110 Compaq-Peer, 111 IPX-in-IP, 112 VRRP, 113 PGM, 115 L2TP, 116 DDX, 117 IATP, 118 STP, 119 SRP, 120 UTI,
121 SMP, 122 SM, 123 PTP, 124 ISIS over IPv4, 125 FIRE, 126 CRTP, 127 CRUDP, 128 SSCOPMCE, 129 IPLT, 130 SPS, 131 PIPE,
132 SCTP, 133 FC, 134 RSVP-E2E-IGNORE, 135 Mobility Header, 136 UDPLite, 137 MPLS-in-IP, 138 manet, 139 HIP, 140 Shim6,
141 WESP, 142 ROHC, 143 Ethernet, 144 AGGFRAG, 145 NSH, 146 Homa, 147 BIT-EMU, 255 Reserved`

// TestProtocolsOfIANA checks that every keyword is read in any case, and that
// the number prints as the keyword in lower case, but for four.
func TestProtocolsOfIANA(t *testing.T) {
	printed := map[int]string{89: "ospf", 107: "an", 124: "isis", 135: "mobility-header"}
	named := map[int]bool{}
	for entry := range strings.SplitSeq(strings.ReplaceAll(ianaKeywords, "\n", " "), ", ") {
		digits, keyword, _ := strings.Cut(entry, " ")
		number, err := strconv.Atoi(digits)
		if err != nil {
			t.Fatal(err)
		}
		named[number] = true
		want, ok := printed[number]
		if !ok {
			want = strings.ToLower(keyword)
		}
		if got := ProtocolName(uint8(number)); got != want {
			t.Errorf("protocol %d prints %q, want %q", number, got, want)
		}
		for _, s := range []string{keyword, strings.ToLower(keyword), strings.ToUpper(keyword), want, digits} {
			if n, err := ParseProtocol(s); err != nil || int(n) != number {
				t.Errorf("ParseProtocol(%q) = %d, %v, want %d", s, n, err, number)
			}
		}
	}
	for s, want := range map[string]uint8{"icmpv6": 58, "ICMP6": 58, "OSPF": 89, "UDP-Lite": 136, "mobile": 55, "TTP": 84, "IPENCAP": 4, "ip-encap": 4, "ipsec-esp": 50, "IPSEC-AH": 51} {
		if n, err := ParseProtocol(s); err != nil || n != want {
			t.Errorf("ParseProtocol(%q) = %d, %v, want %d", s, n, err, want)
		}
	}
	for n := range 256 {
		name := ProtocolName(uint8(n))
		if back, err := ParseProtocol(name); err != nil || int(back) != n {
			t.Errorf("%q, protocol %d, reads back as %d, %v", name, n, back, err)
		}
		if !named[n] && name != strconv.Itoa(n) {
			t.Errorf("protocol %d has no keyword, and prints %q", n, name)
		}
	}
}

// oddPorts lists every second port from 1 to 2n-1.
func oddPorts(n int) string {
	var b []byte
	for i := range n {
		b = append(strconv.AppendInt(b, int64(2*i+1), 10), ',')
	}
	return string(b[:len(b)-1])
}

// TestBounds checks at how many ranges a text is refused, and what is counted.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		in     string
		most   int
		ranges int
		ok     bool
	}{
		{"1,3,5/tcp", 3, 3, true},
		{"1,3,5/tcp", 2, 3, false},
		{"1,1,1,2,3/tcp", 1, 1, true},
		{"1/0-9", 10, 10, true},
		{"1/0-9", 9, 10, false},
		{"tcp/1,3 udp/5", 3, 3, true},
		{"tcp/1,3,udp/5", 2, 3, false},
		{"1/tcp 1/tcp", 2, 2, true},
		{"1/tcp 1/tcp", 1, 2, false},
		{"", 0, 0, true},
		{"1/tcp", 0, 1, false},
		{"1/tcp x", 1, 1, false}, // for another reason
		{"*/*", 256, 256, true},
		{oddPorts(MaxRanges) + "/tcp", MaxRanges, MaxRanges, true},
		{oddPorts(MaxRanges) + "/tcp", 1 << 30, MaxRanges, true},
		{oddPorts(MaxRanges/256) + "/*", MaxRanges, MaxRanges, true},
		{oddPorts(MaxRanges/256+1) + "/*", 1 << 30, MaxRanges + 256, false},
		{oddPorts(MaxRanges) + "/tcp 1/udp", 1 << 30, MaxRanges + 1, false},
	} {
		set, ranges, err := ParseWithin(c.in, c.most)
		if (err == nil) != c.ok || ranges != c.ranges {
			t.Errorf("ParseWithin(%s, %d) = %d ranges, %v; want %d, %v", quote(c.in), c.most, ranges, err, c.ranges, c.ok)
		}
		if err == nil && set.NumRanges() > ranges {
			t.Errorf("ParseWithin(%s): %d ranges were counted, and the set has %d", quote(c.in), ranges, set.NumRanges())
		}
	}
	_, err := Parse(oddPorts(200) + "/*")
	if want := "... is more than 32768 ranges of ports (expected: fewer ports, or fewer protocols)"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("the error is %v", err)
	}
	if _, n, err := ParseWithin(oddPorts(30_000)+"/tcp", 1000); err == nil || n <= 1000 || n > 3000 {
		t.Errorf("30,000 ranges within 1,000 are refused after %d, %v", n, err)
	}
}

// hostileTexts are texts of a size that amount to much, or ask for much work.
func hostileTexts(size int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var descending []byte
	for n := 65535; len(descending) < size-10; n = (n + 65533) % 65536 {
		descending = append(strconv.AppendInt(descending, int64(n), 10), ',')
	}
	return map[string]string{
		"one port, all protocols":    fill("1,") + "1/*",
		"odd ports, all protocols":   oddPorts(32768) + "/*",
		"many groups":                fill("1/* "),
		"many groups of a protocol":  fill("1/tcp "),
		"many protocols first":       fill("tcp/1,"),
		"protocols first, one list":  "tcp/1" + fill(",1"),
		"ports from high to low":     string(descending) + "1/tcp",
		"all of them, again":         fill(oddPorts(32768)+",") + "1/tcp",
		"a long number":              fill("1") + "/tcp",
		"a long word":                fill("x") + "/tcp",
		"commas":                     fill(","),
		"spaces":                     fill(" "),
		"spaces before commas":       "1" + fill(" ,1") + "/tcp",
		"slashes":                    fill("/"),
		"no protocol":                fill("1,") + "1",
		"a range of protocols, long": fill("1/0-255 "),
	}
}

// TestHostileTexts reads half a megabyte, which takes milliseconds and at most
// 1.5 MB. The bounds are generous, for slow machines and the race detector, and
// still far from what writing everything out takes.
func TestHostileTexts(t *testing.T) {
	for name, text := range hostileTexts(512 << 10) {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			set, err := Parse(text)
			runtime.ReadMemStats(&after)
			if err != nil {
				_ = err.Error()
			}
			if kib := (after.TotalAlloc - before.TotalAlloc) >> 10; kib > 3000 {
				t.Errorf("takes %d KiB; %d ranges, %v", kib, set.NumRanges(), err)
			}
		})
	}
}

func BenchmarkHostileText(b *testing.B) {
	texts := hostileTexts(512 << 10)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkSet, _ = Parse(texts[name])
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"443/tcp", "80,443/tcp 514/udp", "22/sctp", "1024-65535/udp"} {
		b.Run(strings.ReplaceAll(text, "/", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkSet, _ = Parse(text)
			}
		})
	}
}

var (
	slowComma = regexp.MustCompile(`[\s\v\p{Z}\x{85}]*,[\s\v\p{Z}\x{85}]*`)
	slowPorts = regexp.MustCompile(`^(?:(\*)|(0|[1-9][0-9]{0,5})(?:-(0|[1-9][0-9]{0,5}))?)$`)
	slowWord  = regexp.MustCompile(`^[a-zA-Z]`)
	slowRange = regexp.MustCompile(`^(0|[1-9][0-9]{0,2})-(0|[1-9][0-9]{0,2})$`)
)

// slowParse reads what Parse reads, by rewriting the text: it is the grammar
// again, in another way. It knows no bound.
func slowParse(text string) (set Set, ok bool) {
	for list := range strings.FieldsSeq(slowComma.ReplaceAllString(text, ",")) {
		var waiting []string
		protocol, form := "", ""
		for item := range strings.SplitSeq(list, ",") {
			before, after, hasSlash := strings.Cut(item, "/")
			switch kind := slowForm(before, after); {
			case !hasSlash && form == "protocol first":
				after = before
			case !hasSlash:
				waiting = append(waiting, before)
				continue
			case form != "" && form != kind, kind == "protocol first" && len(waiting) > 0:
				return Set{}, false
			case kind == "protocol first":
				form, protocol = kind, before
				if _, err := ParseProtocol(protocol); err != nil {
					return Set{}, false
				}
			default:
				form, protocol = kind, after
				for _, ports := range waiting {
					if !slowAdd(&set, ports, protocol) {
						return Set{}, false
					}
				}
				waiting, after = nil, before
			}
			if !slowAdd(&set, after, protocol) {
				return Set{}, false
			}
		}
		if len(waiting) > 0 {
			return Set{}, false
		}
	}
	return set, true
}

func slowForm(before, after string) string {
	isWord := func(s string) bool {
		_, err := ParseProtocol(s)
		return err == nil && strings.Trim(s, "0123456789") != ""
	}
	if isWord(before) || !isWord(after) && after != "*" && slowWord.MatchString(before) {
		return "protocol first"
	}
	return "ports first"
}

func slowAdd(set *Set, ports, protocol string) bool {
	m := slowPorts.FindStringSubmatch(ports)
	if m == nil {
		return false
	}
	lo, hi := 0, 65535
	if m[1] == "" {
		lo, _ = strconv.Atoi(m[2])
		if hi = lo; m[3] != "" {
			hi, _ = strconv.Atoi(m[3])
		}
	}
	first, last := 0, 255
	if r := slowRange.FindStringSubmatch(protocol); r != nil {
		first, _ = strconv.Atoi(r[1])
		last, _ = strconv.Atoi(r[2])
	} else if protocol != "*" {
		n, err := ParseProtocol(protocol)
		if err != nil {
			return false
		}
		first, last = int(n), int(n)
	}
	if lo > hi || hi > 65535 || first > last || last > 255 {
		return false
	}
	for p := first; p <= last; p++ {
		*set = Union(*set, Range(Key(uint8(p), uint16(lo)), Key(uint8(p), uint16(hi))))
	}
	return true
}

var pattern = regexp.MustCompile(Pattern)

// isASCII reports whether Go's \s and Parse mean the same white space, which in
// JSON Schema is that of Unicode too.
func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII || r == '\v' }) < 0
}

func TestPattern(t *testing.T) {
	for in, want := range map[string]bool{
		"": true, " ": true, "80/tcp": true, "80,443/tcp 514/udp": true, "*/0-5": true, "tcp/80, udp/53": true, "3pc/5": true,
		"443": false, "0080/tcp": false, "1,024/tcp": false, "tcp/080": false, "80-090/tcp": false, "80,/tcp": false, "80/tcp,": false,
		"tcp": false, "80 /tcp": false, "80/tcp;81/tcp": true, "tcp/80/81": false, "-5/tcp": false,
	} {
		if got := pattern.MatchString(in); got != want {
			t.Errorf("Pattern matches %q: %v", in, got)
		}
	}
}

// checkParse checks a text against the slow parser and reads back what it
// prints.
func checkParse(in string) error {
	s, ranges, err := ParseWithin(in, MaxRanges)
	if ranges > MaxRanges {
		return nil
	}
	want, ok := slowParse(in)
	if (err == nil) != ok || err == nil && s != want {
		return fmt.Errorf("Parse(%q) = %q, %v; the slow parser reads %q, %v", in, s, err, want, ok)
	}
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Input != in || e.Reason == "" || e.Expected == "" {
			return fmt.Errorf("Parse(%q) returns a poor error: %w", in, err)
		}
		return nil
	}
	if isASCII(in) && !pattern.MatchString(in) {
		return fmt.Errorf("Parse(%q) reads what Pattern does not match", in)
	}
	text := s.String()
	if back, err := Parse(text); err != nil || back != s || back.String() != text {
		return fmt.Errorf("Parse(%q) prints %q, which reads back as %q, %v", in, text, back, err)
	}
	return nil
}

// TestParseAgainstSlow joins random pieces of texts.
func TestParseAgainstSlow(t *testing.T) {
	pieces := []string{
		"1", "80", "443", "010", "0", "65535", "65536", "300", "7-9", "9-7", "*", "/", "/", "/", ",", ",", ", ", " , ", " ", "\u3000",
		"tcp", "UDP", "sctp", "icmpv6", "3pc", "tp++", "http", "0-5", "5-300", "1-tcp", "/tcp", "/udp ", "tcp/", "/6", "/*",
	}
	random := rand.New(rand.NewPCG(7, 8))
	read := 0
	for range rounds(30_000) {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if err := checkParse(b.String()); err != nil {
			t.Fatal(err)
		}
		if s, err := Parse(b.String()); err == nil && !s.IsEmpty() {
			read++
		}
	}
	if read < rounds(300) {
		t.Errorf("only %d of the texts can be read", read)
	}
}

// TestParseRandomSets reads back the text of large random sets, and the same
// items in another order.
func TestParseRandomSets(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 50 {
		var ranges [][2]uint32
		var items []string
		for range random.IntN(700) {
			p, lo := uint8(random.IntN(3)+random.IntN(2)*253), uint16(random.IntN(60_000))
			hi := lo + uint16(random.IntN(30))
			ranges = append(ranges, [2]uint32{Key(p, lo), Key(p, hi)})
			items = append(items, fmt.Sprintf("%d-%d/%d", lo, hi, p))
		}
		want := FromRanges(ranges)
		for _, text := range []string{want.String(), strings.Join(items, ","), strings.Join(items, " ")} {
			if got, err := Parse(text); err != nil || got != want {
				t.Fatalf("%q reads as %q, %v; want %q", text, got, err, want)
			}
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want.Protocols())), want.Protocols()); diff != "" {
			t.Fatalf("protocols are not sorted:\n%s", diff)
		}
	}
}

// FuzzParse runs checkParse.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "443/tcp", "80,443/tcp 514/udp", "*/*", "1-2,2-3/0-5", "8/icmp", "9-5/tcp", "65536/tcp", "a/b/c",
		"tcp/80, 443,udp/53", "443/tcp , 53/udp", "0080/tcp", "1,024-65,535/tcp", "80/1-tcp", "443/\u017fctp",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if err := checkParse(in); err != nil {
			t.Fatal(err)
		}
	})
}
