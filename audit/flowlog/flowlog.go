// Package flowlog reads logs of connections for package audit: those of Zeek,
// AWS, Azure, Suricata, nfdump, Netfilter and the Windows firewall, and tables of
// other programs as CSV or JSON lines.
//
//	t := audit.Compile(plan).NewTally()
//	stats, err := flowlog.Read(log, flowlog.Options{}, t.Add)
//
// [Read] detects the format. It streams: memory does not depend on the length of
// a log. A [Pool] reads several logs at a time.
//
// Entries of other kinds are skipped, and malformed ones are counted; reading
// goes on. For UDP, a packet without an answer counts as a connection, since many
// protocols never answer.
package flowlog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/portbook/portbook/audit"
)

// Format is a kind of log.
type Format string

// The formats.
const (
	FormatZeek      Format = "zeek"      // conn.log of Zeek, by its #fields
	FormatZeekJSON  Format = "zeek-json" // conn.log of Zeek as JSON lines
	FormatAWS       Format = "aws-vpc"   // VPC flow logs of AWS with any fields
	FormatAzure     Format = "azure"     // flow logs of Azure: network security groups (1 and 2) and virtual networks
	FormatSuricata  Format = "suricata"  // EVE of Suricata: its flow events
	FormatNfdump    Format = "nfdump"    // JSON of nfdump
	FormatWindows   Format = "windows"   // pfirewall.log of the Windows firewall
	FormatNetfilter Format = "netfilter" // packets that iptables and nftables log
	FormatConntrack Format = "conntrack" // what conntrack -L and -E print
	FormatCSV       Format = "csv"       // CSV with a header
	FormatNDJSON    Format = "ndjson"    // an object of JSON a line
)

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		FormatZeek, FormatZeekJSON, FormatAWS, FormatAzure, FormatSuricata, FormatNfdump, FormatWindows, FormatNetfilter, FormatConntrack,
		FormatCSV, FormatNDJSON,
	}
}

// ParseFormat reads the name of a format.
func ParseFormat(s string) (Format, error) {
	if f := Format(strings.ToLower(s)); slices.Contains(Formats(), f) {
		return f, nil
	}
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("flowlog: unknown format %q (expected: %s)", s, strings.Join(names, ", "))
}

// Options say how to read a log. The zero value finds out by its content.
type Options struct {
	Format Format // "" to detect it
	// Fields names the fields of CSV and JSON lines; what is not in it is found
	// by common names.
	Fields map[Field]string
	// Header has the fields of an AWS log without a header, as AWS takes them:
	// "${version} ${srcaddr} ...". "" for a header in the log, or the default.
	Header string
	// Location is that of times without a zone; nil for UTC, which all but the
	// Windows firewall and nfdump write.
	Location *time.Location
	// Vantage names where the log was made: see [audit.Record].
	Vantage string
	// Sampled says that the log is of some of the packets, where it does not say so
	// itself as nfdump does.
	Sampled bool
}

// Stats says what was read.
type Stats struct {
	Format  Format // of the log, given or detected
	Lines   int64  // or entries, where the log has no lines
	Records int64  // entries that were passed on
	Skipped int64  // entries of other kinds
	Broken  int64  // malformed entries
	// First has the first of those that could not be read.
	First []Broken
	// Truncated says that the log ends in the middle of a line or of compressed
	// data.
	Truncated bool
	// Sampled says that records were found by sampling.
	Sampled bool
}

// Broken is a line that could not be read.
type Broken struct {
	Line int64 // counted from 1
	Err  error // quotes what is wrong
}

// mostBroken is the number of broken lines that Stats has.
const mostBroken = 5

// errSkip says that an entry is not a connection.
var errSkip = errors.New("not a connection")

// headerError says that nothing of a log can be read, since its header lacks
// something.
type headerError struct{ error }

// A decoder reads an entry of a log into a record, whose fields are zero. The
// error is errSkip for entries of other kinds.
type decoder interface {
	decode(entry []byte, r *audit.Record) error
	// setsUp reports whether one of some lines can change how those after it are
	// decoded, as headers do.
	setsUp(lines []byte) bool
	// clone returns a decoder for another goroutine, with what was set up.
	clone() decoder
}

// Read reads a log, compressed by gzip or zstd or not at all, and hands each
// record to add, which must not keep it. The error is that of reading, or says
// that the format could not be found out; then nothing was added. [Pool] does
// the same on several processors.
func Read(r io.Reader, o Options, add func(*audit.Record)) (Stats, error) {
	s := &reading{add: add}
	err := s.open(r, o)
	return s.stats, err
}

// open finds out what a log is, and reads it.
func (s *reading) open(r io.Reader, o Options) error {
	plain, closer, err := decompress(bufio.NewReaderSize(r, 64<<10))
	if err != nil {
		return err
	}
	defer closer()
	in := bufio.NewReaderSize(plain, sniffed)
	if bom, _ := in.Peek(3); string(bom) == "\ufeff" {
		in.Discard(len(bom))
	}
	head, err := in.Peek(sniffed)
	s.stats.Format, s.mark = o.Format, mark{o.Vantage, o.Sampled}
	if err != nil && len(head) == 0 && !s.isEnd(err) {
		return fmt.Errorf("flowlog: %w", err)
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil
	}
	if s.stats.Format == "" {
		if s.stats.Format, err = detect(head); err != nil {
			return err
		}
	}
	if err := s.read(in, o, head); err != nil {
		return fmt.Errorf("flowlog: %w", err)
	}
	return nil
}

// reading is a log that is being read.
type reading struct {
	add   func(*audit.Record)
	stats Stats
	mark  mark
	err   error  // a headerError
	share *share // nil where one goroutine does everything
}

// mark is what all records of a log have.
type mark struct {
	vantage string
	sampled bool
}

func (s *reading) read(in *bufio.Reader, o Options, head []byte) error {
	switch s.stats.Format {
	case FormatZeek:
		return s.lines(in, &zeek{})
	case FormatZeekJSON:
		return s.lines(in, jsonLines(zeekJSON))
	case FormatAWS:
		d, err := newAWS(o.Header)
		if err != nil {
			return err
		}
		return s.lines(in, d)
	case FormatSuricata:
		return s.lines(in, jsonLines(suricata))
	case FormatWindows:
		return s.lines(in, &windows{location: location(o.Location)})
	case FormatNetfilter:
		return s.lines(in, netfilter{})
	case FormatConntrack:
		return s.lines(in, conntrack{})
	case FormatCSV:
		return s.lines(in, &csvTable{fields: o.Fields, location: location(o.Location)})
	case FormatNDJSON:
		return s.lines(in, &ndjson{fields: o.Fields, location: location(o.Location)})
	case FormatAzure:
		return s.azure(in)
	case FormatNfdump:
		return s.nfdump(in, head, location(o.Location))
	}
	return fmt.Errorf("unknown format %q", string(s.stats.Format))
}

func location(l *time.Location) *time.Location {
	if l == nil {
		return time.UTC
	}
	return l
}

// entry decodes an entry and hands over its record.
func (s *reading) entry(d decoder, entry []byte, r *audit.Record) {
	*r = audit.Record{}
	switch err := d.decode(entry, r); {
	case err == nil:
		s.stats.Records++
		r.Vantage, r.Sampled = s.mark.vantage, r.Sampled || s.mark.sampled
		s.stats.Sampled = s.stats.Sampled || r.Sampled
		s.add(r)
	case err == errSkip:
		s.stats.Skipped++
	case errors.As(err, new(headerError)):
		s.err = err
	default:
		s.broken(s.stats.Lines, err)
	}
}

func (s *reading) broken(line int64, err error) {
	s.stats.Broken++
	if len(s.stats.First) < mostBroken {
		s.stats.First = append(s.stats.First, Broken{line, err})
	}
}

// isEnd reports whether an error is the end of the log, and notes if that is in
// the middle of compressed data.
func (s *reading) isEnd(err error) bool {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		s.stats.Truncated = true
		return true
	}
	return err == io.EOF
}

// mostLine is the length of a line that is still read.
const mostLine = 1 << 20

// blockSize is how much of a log is read at a time.
const blockSize = 256 << 10

// lines decodes each line.
func (s *reading) lines(in io.Reader, d decoder) error {
	var r audit.Record
	buf := make([]byte, blockSize)
	end, searched := 0, 0 // what was searched has no end of a line
	for {
		n, err := in.Read(buf[end:])
		end += n
		if last := bytes.LastIndexByte(buf[searched:end], '\n'); last >= 0 {
			buf, end = s.block(d, buf, searched+last+1, end, &r)
		}
		searched = end
		if s.err != nil {
			return s.err
		}
		if err != nil {
			return s.end(d, buf[:end], err, &r)
		}
		switch {
		case end < len(buf):
		case len(buf) < mostLine:
			buf = append(buf, make([]byte, len(buf))...)
		default:
			s.stats.Lines++
			s.broken(s.stats.Lines, fmt.Errorf("a line of more than %d bytes", mostLine))
			if end, err = skipLine(in, buf); err != nil {
				return s.end(d, nil, err, &r)
			}
			searched = 0
		}
	}
}

// block decodes the complete lines of a buffer, and returns a buffer with what
// follows them, and how much that is.
func (s *reading) block(d decoder, buf []byte, whole, end int, r *audit.Record) ([]byte, int) {
	if s.share != nil {
		return s.share.block(s, d, buf, whole, end, r)
	}
	s.wholeLines(d, buf[:whole], r)
	return buf, copy(buf, buf[whole:end])
}

// wholeLines decodes complete lines.
func (s *reading) wholeLines(d decoder, b []byte, r *audit.Record) {
	for s.err == nil && len(b) > 0 {
		n := bytes.IndexByte(b, '\n')
		s.line(d, b[:n], r)
		b = b[n+1:]
	}
}

// skipLine reads up to the end of a line, and puts what follows it at the
// beginning of buf.
func skipLine(in io.Reader, buf []byte) (end int, err error) {
	for {
		n, err := in.Read(buf)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			return copy(buf, buf[i+1:n]), nil
		}
		if err != nil {
			return 0, err
		}
	}
}

func (s *reading) line(d decoder, line []byte, r *audit.Record) {
	s.stats.Lines++
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if len(line) > 0 {
		s.entry(d, line, r)
	}
}

// end decodes what follows the last end of a line. Where that cannot be read,
// the log was cut off.
func (s *reading) end(d decoder, rest []byte, err error, r *audit.Record) error {
	if !s.isEnd(err) {
		return err
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		before := s.stats.Broken
		s.line(d, rest, r)
		s.stats.Truncated = s.stats.Truncated || s.stats.Broken > before
	}
	return s.err
}

// decompress returns what a log has, compressed or not.
func decompress(in *bufio.Reader) (plain io.Reader, closer func(), err error) {
	nothing := func() {}
	head, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nothing, fmt.Errorf("flowlog: gzip: %w", err)
		}
		return z, nothing, nil
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return nil, nothing, fmt.Errorf("flowlog: zstd: %w", err)
		}
		return z, z.Close, nil
	}
	return in, nothing, nil
}
