package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// decode makes UTF-8 of the content. Encodings are not guessed, as most bytes are letters in many of them: the caller, a byte order
// mark or an HTML page names them. Only for a CSV or TSV file, which spreadsheets in Japan write in Shift_JIS and which cannot
// name its encoding, that one is tried; a problem tells so.
func (r *reader) decode(format Format) error {
	enc, err := r.encoding(format)
	if err != nil {
		return err
	}
	content := bytes.TrimPrefix(r.content, []byte("\xef\xbb\xbf"))
	switch {
	case enc != nil:
		if content, err = enc.NewDecoder().Bytes(r.content); err != nil {
			return err
		}
	case utf8.Valid(content):
	case format == FormatCSV || format == FormatTSV:
		decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(content)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return r.invalid()
		}
		content = decoded
		r.problem(Position{Line: 1}, "", "not UTF-8: read as Shift_JIS, in which all bytes are characters (naming the encoding makes it certain)")
	default:
		return r.invalid()
	}
	if bytes.ContainsRune(content, utf8.RuneError) && enc != nil {
		r.problem(Position{Line: 1 + bytes.Count(content[:bytes.IndexRune(content, utf8.RuneError)], []byte("\n"))}, "", "bytes that are no characters of the encoding became U+FFFD")
	}
	r.text = lineEnds.Replace(string(content))
	return nil
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// encoding returns the encoding that is named somewhere, or nil for UTF-8.
func (r *reader) encoding(format Format) (encoding.Encoding, error) {
	if r.options.Encoding != "" {
		enc, err := htmlindex.Get(r.options.Encoding)
		if err != nil {
			return nil, fmt.Errorf("encoding %q is not known (accepted: the names of the WHATWG Encoding Standard, as in shift_jis, euc-jp, utf-16le)", r.options.Encoding)
		}
		if enc == unicode.UTF8 {
			return nil, nil
		}
		return enc, nil
	}
	if bytes.HasPrefix(r.content, []byte("\xff\xfe")) || bytes.HasPrefix(r.content, []byte("\xfe\xff")) {
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), nil
	}
	start := bytes.ToLower(r.content[:min(len(r.content), 1024)]) // where a page says it
	if format == FormatHTML && bytes.Contains(start, []byte("charset")) && !utf8.Valid(r.content) {
		if enc, name, _ := charset.DetermineEncoding(r.content, ""); name != "utf-8" {
			return enc, nil
		}
	}
	return nil, nil
}

// invalid says where the content is not UTF-8, and what can be done.
func (r *reader) invalid() error {
	offset, line := 0, 1
	for rest := r.content; ; {
		c, size := utf8.DecodeRune(rest)
		if size == 0 {
			return errors.New("not UTF-8") // not reached: the content is not valid
		}
		if c == utf8.RuneError && size == 1 {
			break
		}
		if c == '\n' {
			line++
		}
		offset, rest = offset+size, rest[size:]
	}
	return fmt.Errorf("line %d: byte %#02x at offset %d is not UTF-8: name its encoding, as in --encoding shift_jis, or convert the document (iconv -f SHIFT_JIS -t UTF-8)", line, r.content[offset], offset)
}
