package flowlog_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// read returns the records of a log as lines: when it began, an arrow that is
// double where the log does not tell who opened the connection, and the outcome.
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
	})
}
