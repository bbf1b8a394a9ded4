package flowlog

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// sniffed is how much of a log is looked at to find out its format.
const sniffed = 64 << 10

// detect finds out the format of a log by its beginning.
func detect(head []byte) (Format, error) {
	head = bytes.TrimSpace(head)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimSpace(line)
	switch {
	case bytes.HasPrefix(head, []byte("#separator")), bytes.Contains(head, []byte("#fields\t")):
		return FormatZeek, nil
	case bytes.HasPrefix(head, []byte("#")) && bytes.Contains(head, []byte("#Fields:")):
		return FormatWindows, nil
	case !bytes.HasPrefix(head, []byte("{")) && containsAll(head, " SRC=", " DST=", " PROTO="):
		return FormatNetfilter, nil
	case !bytes.HasPrefix(head, []byte("{")) && containsAll(line, " src=", " dst=") && containsAll(line, "port=") != containsAll(line, " type="):
		return FormatConntrack, nil
	case len(head) > 0 && (head[0] == '{' || head[0] == '['):
		return detectJSON(head, line)
	case isAWS(string(line)):
		return FormatAWS, nil
	case bytes.ContainsAny(line, ",;\t"):
		return FormatCSV, nil
	}
	return "", errors.New("flowlog: unknown format of log (expected: one that --log-format names)")
}

// detectJSON finds out which program wrote JSON.
func detectJSON(head, line []byte) (Format, error) {
	has := func(key string) bool { return bytes.Contains(head, []byte(`"`+key+`"`)) }
	switch {
	case has("id.orig_h"):
		return FormatZeekJSON, nil
	case has("event_type"):
		return FormatSuricata, nil
	case has("records") && (has("flowTuples") || has("flowRecords") || has("category")):
		return FormatAzure, nil
	case has("src4_addr"), has("src6_addr"), has("dst4_addr"), has("dst6_addr"):
		return FormatNfdump, nil
	case len(line) > 1 && line[0] == '{' && line[len(line)-1] == '}':
		return FormatNDJSON, nil
	}
	return "", errors.New("flowlog: unknown kind of JSON (expected: one that --log-format names)")
}

// isAWS reports whether a line is the header of an AWS log, or a line of the
// default format.
func isAWS(line string) bool {
	fields := strings.Fields(line)
	if len(fields) == 14 && fields[0] == "2" && slices.Contains([]string{"OK", "NODATA", "SKIPDATA"}, fields[13]) {
		return true
	}
	return slices.Contains(fields, "srcaddr") || slices.Contains(fields, "log-status") || slices.Contains(fields, "pkt-srcaddr")
}

func containsAll(b []byte, texts ...string) bool {
	for _, s := range texts {
		if !bytes.Contains(b, []byte(s)) {
			return false
		}
	}
	return true
}
