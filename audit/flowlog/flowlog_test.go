package flowlog_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// read returns the records of a log as lines: when it began, an arrow that is
// double where the log does not say who opened the connection, and the outcome.
func read(t *testing.T, in io.Reader, o flowlog.Options) ([]string, flowlog.Stats) {
	t.Helper()
	var list []string
	stats, err := flowlog.Read(in, o, func(r *audit.Record) { list = append(list, recordText(r)) })
	if err != nil {
		t.Fatal(err)
	}
	return list, stats
}

func recordText(r *audit.Record) string {
	arrow := "->"
	if !r.Opened {
		arrow = "<->"
	}
	return fmt.Sprintf("%s %v:%d %s %v:%d %v %v",
		time.Unix(r.First, 0).UTC().Format("15:04:05"), r.From, r.FromPort, arrow, r.To, r.ToPort, r.Protocol, r.Outcome)
}

const zeekLog = "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tconn_state\n" +
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring\n" +
	"1700000000.123456\tC1\t192.0.2.10\t50000\t198.51.100.7\t443\ttcp\tssl\tSF\n" +
	"1700000001.000000\tC2\t192.0.2.10\t50001\t198.51.100.7\t22\ttcp\t-\tS0\n" +
	"1700000002\tC3\t2001:db8::1\t50002\t2001:db8::2\t514\tudp\t-\tS0\n" +
	"1700000003.5\tC4\t192.0.2.10\t8\t198.51.100.7\t0\ticmp\t-\tOTH\n" +
	"1700000004.5\tC5\t192.0.2.10\t443\t198.51.100.7\t51000\ttcp\t-\tOTH\n" +
	"1700000005.5\tC6\tnonsense\t443\t198.51.100.7\t51000\ttcp\t-\tSF\n" +
	"#close\t2023-11-14-23-00-00\n"

var samples = []struct {
	name, log string
	options   flowlog.Options
	want      []string
	skipped   int64
	broken    []string
}{
	{"zeek", zeekLog, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:50001 -> 198.51.100.7:22 tcp attempted",
		"22:13:22 2001:db8::1:50002 -> 2001:db8::2:514 udp connected",
		"22:13:23 192.0.2.10:0 -> 198.51.100.7:8 icmp connected",
		"22:13:24 192.0.2.10:443 <-> 198.51.100.7:51000 tcp connected",
	}, 4, []string{`9: malformed address: "nonsense"`}},
	{"zeek-json", `{"ts":1700000000.5,"uid":"C1","id.orig_h":"192.0.2.10","id.orig_p":50000,"id.resp_h":"198.51.100.7","id.resp_p":443,"proto":"tcp","conn_state":"REJ"}
{"ts":"2023-11-14T22:13:21.5Z","id.orig_h":"192.0.2.10","id.orig_p":50000,"id.resp_h":"198.51.100.7","id.resp_p":53,"proto":"udp"}
{"other":1}
{"ts":1
`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp attempted",
		"22:13:21 192.0.2.10:50000 -> 198.51.100.7:53 udp connected",
	}, 1, []string{`4: malformed JSON: "{\"ts\":1"`}},
	{"aws-vpc", `2 123456789012 eni-1 192.0.2.10 198.51.100.7 50000 443 6 10 840 1700000000 1700000060 ACCEPT OK
2 123456789012 eni-1 192.0.2.10 198.51.100.7 50000 22 6 1 40 1700000001 1700000060 REJECT OK
2 123456789012 eni-1 - - - - - - - 1700000000 1700000060 - NODATA
2 123456789012 eni-1 - - - - - - - 1700000000 1700000060 - SKIPDATA
2 123456789012 eni-1 192.0.2.10 198.51.100.7 0 0 1 1 40 1700000001 1700000060 ACCEPT OK
2 123456789012 eni-1 192.0.2.10
`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 <-> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:50000 <-> 198.51.100.7:22 tcp blocked",
	}, 3, []string{"6: too few fields"}},
	{"aws-vpc", `start srcaddr dstaddr srcport dstport protocol pkt-srcaddr pkt-dstaddr tcp-flags flow-direction
1700000000 10.0.0.1 198.51.100.7 50000 443 6 192.0.2.10 198.51.100.7 2 egress
1700000001 198.51.100.7 10.0.0.1 443 50000 6 198.51.100.7 192.0.2.10 18 ingress
1700000002 198.51.100.7 10.0.0.1 443 50000 6 198.51.100.7 192.0.2.10 0 ingress
`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"22:13:22 198.51.100.7:443 <-> 192.0.2.10:50000 tcp connected",
	}, 1, nil},
	{"aws-vpc", "192.0.2.10 198.51.100.7 50000 443 6\n", flowlog.Options{
		Format: flowlog.FormatAWS, Header: "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol}",
	}, []string{"00:00:00 192.0.2.10:50000 <-> 198.51.100.7:443 tcp connected"}, 0, nil},
	{"azure", `{"records":[{"time":"2023-11-14T22:13:20Z","category":"NetworkSecurityGroupFlowEvent","properties":{"Version":2,"flows":[{"rule":"A",
"flows":[{"mac":"000D3AF87856","flowTuples":["1700000000,192.0.2.10,198.51.100.7,50000,443,T,O,A,B,,,,","1700000001,192.0.2.10,198.51.100.7,50000,22,T,I,D"]}]}]}},
{"flowLogVersion":4,"flowRecords":{"flows":[{"aclID":"x","flowGroups":[{"rule":"r","flowTuples":["1700000002599,192.0.2.10,198.51.100.7,50000,53,17,O,B,NX,0,0,0,0",
"1700000003599,192.0.2.10,198.51.100.7,50000,25,6,O,D,NX,0,0,0,0","bad"]}]}]}}]}`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:50000 -> 198.51.100.7:22 tcp blocked",
		"22:13:22 192.0.2.10:50000 -> 198.51.100.7:53 udp connected",
		"22:13:23 192.0.2.10:50000 -> 198.51.100.7:25 tcp blocked",
	}, 0, []string{`5: too few fields: "bad"`}},
	{"suricata", `{"timestamp":"2023-11-14T22:14:00.0+0000","event_type":"flow","src_ip":"192.0.2.10","src_port":50000,"dest_ip":"198.51.100.7","dest_port":443,"proto":"TCP","flow":{"start":"2023-11-14T22:13:20.123456+0000","end":"2023-11-14T22:13:21.1+0000","state":"closed"}}
{"event_type":"flow","src_ip":"192.0.2.10","src_port":50000,"dest_ip":"198.51.100.7","dest_port":22,"proto":"TCP","flow":{"start":"2023-11-14T22:13:21.1+0000","state":"new"}}
{"event_type":"flow","src_ip":"2001:db8::1","dest_ip":"2001:db8::2","proto":"IPv6-ICMP","icmp_type":128,"icmp_code":0,"flow":{"start":"2023-11-14T22:13:22.1+0000","state":"new"}}
{"event_type":"alert","src_ip":"192.0.2.10"}
`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:50000 -> 198.51.100.7:22 tcp attempted",
		"22:13:22 2001:db8::1:0 -> 2001:db8::2:128 ipv6-icmp connected",
	}, 1, nil},
	{"nfdump", `[
{"type":"FLOW","sampled":0,"t_first":"2023-11-14T22:13:20.100","t_last":"2023-11-14T22:13:21.100","proto":6,"src4_addr":"192.0.2.10","dst4_addr":"198.51.100.7","src_port":50000,"dst_port":443,"tcp_flags":"...AP.SF"},
{"type":"FLOW","t_first":"2023-11-14T22:13:21.100","t_last":"2023-11-14T22:13:21.100","proto":6,"src6_addr":"2001:db8::1","dst6_addr":"2001:db8::2","src_port":50000,"dst_port":22,"tcp_flags":"......S."},
{"type":"STAT"}
]`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 <-> 198.51.100.7:443 tcp connected",
		"22:13:21 2001:db8::1:50000 -> 2001:db8::2:22 tcp attempted",
	}, 1, nil},
	{"nfdump", `{
	"type" : "FLOW", "sampled" : 0, "label" : "a \"brace\" {",
	"first" : "2023-11-14T22:13:20.100", "last" : "2023-11-14T22:13:20.200", "proto" : 6, "tcp_flags" : "...A.R..",
	"src_port" : 445, "dst_port" : 50000, "src4_addr" : "198.51.100.7", "dst4_addr" : "192.0.2.10"
},
{
	"type" : "FLOW", "first" : "2023-11-14T22:13:21.100", "last" : "2023-11-14T22:13:21.200", "proto" : 58, "icmp_type" : 0,
	"src6_addr" : "fe80::1", "dst6_addr" : "ff02::16"
},
{
	"type" : "FLOW", "first" : "2023-11-14T22:13:22.100", "last" : "2023-11-14T22:13:22.200", "proto" : 1, "icmp_type" : 8,
	"src4_addr" : "192.0.2.10", "dst4_addr" : "198.51.100.7"
}
`, flowlog.Options{}, []string{
		"22:13:20 198.51.100.7:445 <-> 192.0.2.10:50000 tcp attempted",
		"22:13:22 192.0.2.10:0 -> 198.51.100.7:8 icmp connected",
	}, 1, nil},
	{"netfilter", `2023-11-14T22:13:20.123456+00:00 gw kernel: [12.3] allow: IN=eth0 OUT=eth1 MAC=00:11 SRC=192.0.2.10 DST=198.51.100.7 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=50000 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0
Nov 14 22:13:21 gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC=00:11 SRC=192.0.2.10 DST=198.51.100.7 LEN=40 TTL=63 ID=1 PROTO=UDP SPT=50001 DPT=161 LEN=20
Nov 14 22:13:22 gw kernel: IN=eth0 OUT=eth1 SRC=198.51.100.7 DST=192.0.2.10 LEN=60 PROTO=TCP SPT=443 DPT=50000 WINDOW=64240 RES=0x00 ACK SYN URGP=0
Nov 14 22:13:23 gw kernel: DROP IN=eth0 OUT= SRC=2001:db8::1 DST=2001:db8::2 LEN=60 PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1
Nov 14 22:13:24 gw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=192.0.2.10 LEN=68 PROTO=ICMP TYPE=3 CODE=1 [SRC=192.0.2.10 DST=203.0.113.1 LEN=40 PROTO=UDP SPT=1 DPT=2 LEN=20 ]
Nov 14 22:13:25 gw sshd[1]: Accepted publickey for root from 192.0.2.10 port 50000
Nov 14 22:13:26 gw kernel: IN=eth0 OUT= SRC=nonsense DST=192.0.2.10 LEN=68 PROTO=TCP SPT=1 DPT=2
`, flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"00:00:00 192.0.2.10:50001 <-> 198.51.100.7:161 udp blocked",
		"00:00:00 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"00:00:00 2001:db8::1:0 -> 2001:db8::2:128 ipv6-icmp blocked",
		"00:00:00 198.51.100.7:0 -> 192.0.2.10:3 icmp connected",
	}, 1, []string{`7: malformed address: "nonsense"`}},
	{"conntrack", `tcp      6 431999 ESTABLISHED src=192.0.2.10 dst=198.51.100.7 sport=50000 dport=443 src=198.51.100.7 dst=192.0.2.10 sport=443 dport=50000 [ASSURED] mark=0 use=1
ipv4     2 tcp      6 100 SYN_SENT src=192.0.2.10 dst=198.51.100.7 sport=50001 dport=22 [UNREPLIED] src=198.51.100.7 dst=192.0.2.10 sport=22 dport=50001 mark=0 use=1
[1700000002.123456]	[NEW] udp      17 30 src=192.0.2.10 dst=198.51.100.7 sport=50002 dport=53 [UNREPLIED] src=198.51.100.7 dst=192.0.2.10 sport=53 dport=50002
[1700000003.123456]	[DESTROY] udp      17 src=192.0.2.10 dst=198.51.100.7 sport=50002 dport=53 src=198.51.100.7 dst=192.0.2.10 sport=53 dport=50002
[1700000004.123456]	[DESTROY] tcp      6 CLOSE src=192.0.2.10 dst=198.51.100.7 sport=50003 dport=445 src=198.51.100.7 dst=192.0.2.10 sport=445 dport=50003
 [DESTROY] ipv6     10 icmpv6   58 src=2001:db8::1 dst=2001:db8::2 type=128 code=0 id=1 src=2001:db8::2 dst=2001:db8::1 type=129 code=0 id=1
unknown src=1
`, flowlog.Options{}, []string{
		"00:00:00 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"00:00:00 192.0.2.10:50001 -> 198.51.100.7:22 tcp attempted",
		"22:13:23 192.0.2.10:50002 -> 198.51.100.7:53 udp connected",
		"22:13:24 192.0.2.10:50003 -> 198.51.100.7:445 tcp attempted",
		"00:00:00 2001:db8::1:0 -> 2001:db8::2:128 ipv6-icmp connected",
	}, 1, []string{`7: no protocol: "unknown"`}},
	{"windows", "#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path\r\n\r\n" +
		"2023-11-14 22:13:20 ALLOW TCP 192.0.2.10 198.51.100.7 50000 443 0 - 0 0 0 - - - SEND\r\n" +
		"2023-11-14 22:13:21 DROP UDP 192.0.2.10 198.51.100.7 50000 137 0 - - - - - - - RECEIVE\r\n" +
		"2023-11-14 22:13:22 ALLOW ICMP 192.0.2.10 198.51.100.7 - - 60 - - - - 8 0 - SEND\r\n" +
		"2023-11-14 22:13:23 INFO-EVENTS-LOST - - - - - - - - - - - - 3 -\r\n", flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:50000 -> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:50000 -> 198.51.100.7:137 udp blocked",
		"22:13:22 192.0.2.10:0 -> 198.51.100.7:8 icmp connected",
	}, 5, nil},
	{"csv", "Time;Src IP;Dst IP;Protocol;Dst Port;Action\n2023-11-14 22:13:20;192.0.2.10;198.51.100.7;tcp;443;allow\n" +
		"1700000001000;192.0.2.10;198.51.100.7;\"udp\";53;Deny\n;192.0.2.10;198.51.100.7;tcp;x;allow\n", flowlog.Options{}, []string{
		"22:13:20 192.0.2.10:0 -> 198.51.100.7:443 tcp connected",
		"22:13:21 192.0.2.10:0 -> 198.51.100.7:53 udp blocked",
	}, 1, []string{`4: malformed port: "x"`}},
	{"csv", "a,b,c,d,e\n192.0.2.10,50000,198.51.100.7,443,6\n", flowlog.Options{Fields: map[flowlog.Field]string{
		"src": "a", "sport": "b", "dst": "c", "dport": "d", "proto": "e",
	}}, []string{"00:00:00 192.0.2.10:50000 <-> 198.51.100.7:443 tcp connected"}, 1, nil},
	{"ndjson", `{"@timestamp":"2023-11-14T22:13:20Z","source":{"ip":"192.0.2.10","port":50000},"destination":{"ip":"198.51.100.7","port":443},"network":{"transport":"tcp"}}
`, flowlog.Options{Fields: map[flowlog.Field]string{
		"time": "@timestamp", "src": "source.ip", "sport": "source.port", "dst": "destination.ip", "dport": "destination.port", "proto": "network.transport",
	}}, []string{"22:13:20 192.0.2.10:50000 <-> 198.51.100.7:443 tcp connected"}, 0, nil},
}

func TestRead(t *testing.T) {
	for _, x := range samples {
		t.Run(x.name, func(t *testing.T) {
			got, stats := read(t, strings.NewReader(x.log), x.options)
			if d := cmp.Diff(x.want, got); d != "" {
				t.Errorf("records (-want +got):\n%s", d)
			}
			var broken []string
			for _, b := range stats.First {
				broken = append(broken, fmt.Sprintf("%d: %v", b.Line, b.Err))
			}
			if d := cmp.Diff(x.broken, broken); d != "" {
				t.Errorf("broken lines (-want +got):\n%s", d)
			}
			if string(stats.Format) != x.name || stats.Skipped != x.skipped || stats.Records != int64(len(got)) {
				t.Errorf("got %+v", stats)
			}
			if stats.Truncated {
				t.Error("a whole log is said to be truncated")
			}
		})
	}
}

// TestPieces: how a log arrives makes no difference, nor how it is compressed.
func TestPieces(t *testing.T) {
	for _, x := range samples {
		want, stats := read(t, strings.NewReader(x.log), x.options)
		for name, in := range map[string]io.Reader{
			"one byte at a time": iotest.OneByteReader(strings.NewReader(x.log)),
			"with the end":       iotest.DataErrReader(strings.NewReader(x.log)),
			"gzip":               bytes.NewReader(gzipped(x.log)),
			"two members":        bytes.NewReader(append(gzipped(x.log[:len(x.log)/2]), gzipped(x.log[len(x.log)/2:])...)),
			"zstd":               bytes.NewReader(zstandard(x.log)),
			"byte order mark":    strings.NewReader("\ufeff" + x.log),
		} {
			got, gotStats := read(t, in, x.options)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s, %s (-want +got):\n%s", x.name, name, d)
			}
			if gotStats.Lines != stats.Lines || gotStats.Broken != stats.Broken || gotStats.Skipped != stats.Skipped {
				t.Errorf("%s, %s: %+v, want %+v", x.name, name, gotStats, stats)
			}
		}
	}
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.Bytes()
}

func zstandard(s string) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll([]byte(s), nil)
}

// TestTruncated: a log that is cut off anywhere is read up to there.
func TestTruncated(t *testing.T) {
	for _, x := range samples {
		whole, _ := read(t, strings.NewReader(x.log), x.options)
		packed := gzipped(x.log)
		got, stats := read(t, bytes.NewReader(packed[:len(packed)-9]), x.options)
		if !stats.Truncated || len(got) < len(whole)-1 {
			t.Errorf("%s: cut gzip gives %d of %d records, truncated %v", x.name, len(got), len(whole), stats.Truncated)
		}
	}
	got, stats := read(t, strings.NewReader(zeekLog[:strings.Index(zeekLog, "1.000000")+30]), flowlog.Options{})
	if !stats.Truncated || len(got) != 1 {
		t.Errorf("a line that is cut off: %q, truncated %v", got, stats.Truncated)
	}
}

// TestSampled: records of sampled traffic say so, by the log or by its reader.
func TestSampled(t *testing.T) {
	const nfdump = `[{"type":"FLOW","sampled":%d,"t_first":"2023-11-14T22:13:20.100","t_last":"2023-11-14T22:13:21.100","proto":6,"src4_addr":"192.0.2.10","dst4_addr":"198.51.100.7","src_port":50000,"dst_port":443}]`
	const table = "src,dst,dport,proto,sampling rate\n192.0.2.10,198.51.100.7,443,tcp,%d\n"
	for _, x := range []struct {
		log     string
		options flowlog.Options
		want    bool
	}{
		{fmt.Sprintf(nfdump, 0), flowlog.Options{}, false},
		{fmt.Sprintf(nfdump, 1), flowlog.Options{}, true},
		{fmt.Sprintf(nfdump, 0), flowlog.Options{Sampled: true}, true},
		{fmt.Sprintf(table, 1), flowlog.Options{}, false},
		{fmt.Sprintf(table, 1000), flowlog.Options{}, true},
		{zeekLog, flowlog.Options{}, false},
		{zeekLog, flowlog.Options{Sampled: true}, true},
	} {
		x.options.Vantage = "gateway"
		check := func(r *audit.Record) {
			if r.Sampled != x.want || r.Vantage != "gateway" {
				t.Errorf("%.40s: sampled %v at %q", x.log, r.Sampled, r.Vantage)
			}
		}
		stats, err := flowlog.Read(strings.NewReader(x.log), x.options, check)
		if err != nil || stats.Sampled != x.want || stats.Records == 0 {
			t.Errorf("%.40s: %+v, %v", x.log, stats, err)
		}
		pool := flowlog.NewPool(check)
		if got, err := pool.Read(strings.NewReader(x.log), x.options); err != nil || got.Sampled != x.want || got.Records != stats.Records {
			t.Errorf("%.40s by a pool: %+v, %v", x.log, got, err)
		}
		pool.Close()
	}
}

// TestHostile: what is not a log, or several at once, is read without harm, and
// what can be read of it is.
func TestHostile(t *testing.T) {
	csv := "src,dst,dport,proto\n192.0.2.1,192.0.2.2,443,tcp\n"
	for _, x := range []struct {
		name, log string
		format    flowlog.Format
		records   int
		broken    int64
	}{
		{"zeek within CSV", csv + zeekLog, "csv", 1, 10},
		{"CSV within zeek", zeekLog + csv, "zeek", 5, 3},
		{"zeek twice", zeekLog + zeekLog, "zeek", 10, 2},
		{"columns in another order", zeekLog + "#fields\tproto\tid.resp_p\tid.resp_h\tid.orig_p\tid.orig_h\tts\ntcp\t443\t192.0.2.1\t50000\t192.0.2.2\t1\n", "zeek", 6, 1},
		{"no header", strings.Join(strings.Split(zeekLog, "\n")[3:], "\n"), "zeek", 0, 6},
		{"bytes of no text", csv + "\x00\xff\xfe,\x80,1,tcp\n" + "192.0.2.1,192.0.2.2,444,tcp\n", "csv", 2, 1},
		{"a quote without end", csv + "\"192.0.2.1,192.0.2.2,1,tcp\n" + "192.0.2.1,192.0.2.2,444,tcp\n", "csv", 2, 1},
		{"a port that is too high", csv + "192.0.2.1,192.0.2.2,65536,tcp\n192.0.2.1,192.0.2.2,-1,tcp\n", "csv", 1, 2},
		{"deep JSON", strings.Repeat("{\"a\":", 100_000) + "\n" + `{"src":"192.0.2.1","dst":"192.0.2.2","dport":1,"proto":"tcp"}` + "\n", "ndjson", 1, 1},
		{"objects without end", strings.Repeat("{", 3<<20), "nfdump", 0, 2},
		{"braces in texts", `[{"type":"FLOW","label":"}{\"","first":1,"last":1,"proto":6,"src_port":1,"dst_port":2,"src4_addr":"192.0.2.1","dst4_addr":"192.0.2.2"}]`, "nfdump", 1, 0},
		{"an array that ends in the middle", `[{"type":"FLOW","first":1,"last":1,"proto":6,"src_port":1,"dst_port":2,"src4_addr":"192.0.2.1","dst4_addr":"192.0.2.2"},{"type"`, "nfdump", 1, 0},
		{"an address of a scope", "src,dst,dport,proto\nfe80::1%eth0,::ffff:192.0.2.2,443,tcp\n", "csv", 1, 0},
		{"a packet within a packet", "IN=a SRC=192.0.2.1 DST=192.0.2.2 PROTO=ICMP TYPE=3 [SRC=x DST=y PROTO=TCP SPT=1 DPT=2 ]\n", "netfilter", 1, 0},
	} {
		got, stats := read(t, strings.NewReader(x.log), flowlog.Options{Format: x.format})
		if len(got) != x.records || stats.Broken != x.broken || int(min(stats.Broken, 5)) != len(stats.First) {
			t.Errorf("%s: %d records, %+v; want %d and %d broken", x.name, len(got), stats, x.records, x.broken)
		}
	}
}

// TestLongLine: a line without an end costs no more than a bound, and what
// follows it is read.
func TestLongLine(t *testing.T) {
	head, tail, _ := strings.Cut(zeekLog, "#types")
	_, tail, _ = strings.Cut(tail, "\n")
	got, stats := read(t, strings.NewReader(head+strings.Repeat("x", 5<<20)+"\n"+tail), flowlog.Options{})
	if len(got) != 5 || stats.Broken != 2 || stats.Lines != 10 {
		t.Errorf("got %d records, %+v", len(got), stats)
	}
}

func TestErrors(t *testing.T) {
	for _, x := range []struct {
		log     string
		options flowlog.Options
		want    string
	}{
		{"nothing known\n", flowlog.Options{}, "flowlog: unknown format of log (expected: one that --log-format names)"},
		{"{\"a\":\n", flowlog.Options{}, "flowlog: unknown kind of JSON (expected: one that --log-format names)"},
		{"a,b\n1,2\n", flowlog.Options{}, "flowlog: no column for src among a, b (expected: --field src=NAME)"},
		{"a,b\n1,2\n", flowlog.Options{Fields: map[flowlog.Field]string{"src": "c"}}, `flowlog: no column "c" for src (expected: one of a, b)`},
		{"{\"a\":1}\n", flowlog.Options{}, "flowlog: no key for src among a (expected: --field src=NAME)"},
		{"x\n", flowlog.Options{Format: "aws-vpc", Header: "${srcaddr}"}, `flowlog: fields of the log "${srcaddr}": a field is missing (expected: srcaddr, dstaddr, srcport, dstport, protocol)`},
		{"#fields\tts\tuid\n", flowlog.Options{}, "flowlog: not the fields of conn.log (expected: ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p, proto)"},
		{"x\n", flowlog.Options{Format: "syslog"}, `flowlog: unknown format "syslog"`},
	} {
		_, err := flowlog.Read(strings.NewReader(x.log), x.options, func(*audit.Record) { t.Errorf("%q: a record", x.log) })
		if err == nil || err.Error() != x.want {
			t.Errorf("%q: error %v, want %s", x.log, err, x.want)
		}
	}
	for _, log := range []string{"", "\n", " \r\n"} {
		if got, stats := read(t, strings.NewReader(log), flowlog.Options{}); len(got) != 0 || stats.Broken != 0 {
			t.Errorf("%q: %q, %+v", log, got, stats)
		}
	}
	if _, err := flowlog.Read(iotest.ErrReader(io.ErrClosedPipe), flowlog.Options{}, nil); err == nil {
		t.Error("no error of reading")
	}
}

func TestParseFormat(t *testing.T) {
	for _, f := range flowlog.Formats() {
		if got, err := flowlog.ParseFormat(strings.ToUpper(string(f))); got != f || err != nil {
			t.Errorf("%s: %s, %v", f, got, err)
		}
	}
	if _, err := flowlog.ParseFormat("pcap"); err == nil || !strings.Contains(err.Error(), `"pcap" (expected: zeek, `) {
		t.Errorf("error %v", err)
	}
}

// FuzzRead: no log makes the readers fail, and each entry is accounted for.
func FuzzRead(f *testing.F) {
	for _, x := range samples {
		f.Add([]byte(x.log), string(x.options.Format))
	}
	f.Fuzz(func(t *testing.T, log []byte, format string) {
		var n int64
		stats, err := flowlog.Read(bytes.NewReader(log), flowlog.Options{Format: flowlog.Format(format)}, func(r *audit.Record) {
			n++
			if !r.From.IsValid() || !r.To.IsValid() || r.From.Zone() != "" {
				t.Errorf("a record without ends: %+v", r)
			}
		})
		if err == nil && (n != stats.Records || stats.Records+stats.Skipped+stats.Broken > stats.Lines) {
			t.Errorf("%d records of %+v", n, stats)
		}
		var ofPool atomic.Int64
		count := func(*audit.Record) { ofPool.Add(1) }
		pool := flowlog.NewPool(count, count)
		got, gotErr := pool.Read(bytes.NewReader(log), flowlog.Options{Format: flowlog.Format(format)})
		pool.Close()
		if (gotErr == nil) != (err == nil) || ofPool.Load() != n || got.Broken != stats.Broken || got.Lines != stats.Lines || got.Truncated != stats.Truncated {
			t.Errorf("a pool has %d records, %+v, %v; one goroutine %d, %+v, %v", ofPool.Load(), got, gotErr, n, stats, err)
		}
	})
}
