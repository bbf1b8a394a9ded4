package source

import (
	"bytes"
	"cmp"
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
		decoded, name := guessJapanese(content)
		if decoded == nil {
			return r.invalid()
		}
		content = decoded
		r.problem(Position{Line: 1}, "", "not UTF-8: read as %s, in which all bytes are characters (naming the encoding makes it certain)", name)
	default:
		return r.invalid()
	}
	if bytes.ContainsRune(content, utf8.RuneError) && enc != nil {
		r.problem(Position{Line: 1 + bytes.Count(content[:bytes.IndexRune(content, utf8.RuneError)], []byte("\n"))}, "", "bytes that are no characters of the encoding became U+FFFD")
	}
	r.text = lineEnds.Replace(string(content))
	return nil
}

// guessJapanese decodes what spreadsheets in Japan write. Where the bytes are
// characters in both encodings, the one with fewer half-width and rare
// characters is meant: kana and common kanji of the other become those.
func guessJapanese(content []byte) (decoded []byte, name string) {
	best := 0
	for _, e := range []struct {
		name string
		encoding.Encoding
	}{{"Shift_JIS", japanese.ShiftJIS}, {"EUC-JP", japanese.EUCJP}} {
		text, err := e.NewDecoder().Bytes(content)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			continue
		}
		odd := 0
		for _, c := range string(text) {
			if c >= 0xff61 && c <= 0xff9f || c >= 0x2500 && c < 0x2600 || c >= 0x0370 && c < 0x0530 {
				odd++
			}
		}
		if decoded == nil || odd < best {
			decoded, name, best = text, e.name, odd
		}
	}
	return decoded, name
}

// encodingNames are names that programs in Japan use and browsers do not.
var encodingNames = map[string]string{"cp932": "shift_jis", "ms932": "shift_jis", "cp51932": "euc-jp", "eucjp": "euc-jp", "jis": "iso-2022-jp"}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// encoding returns the encoding that is named somewhere, or nil for UTF-8.
func (r *reader) encoding(format Format) (encoding.Encoding, error) {
	if r.options.Encoding != "" {
		name := strings.ToLower(r.options.Encoding)
		enc, err := htmlindex.Get(cmp.Or(encodingNames[name], name))
		if err != nil {
			return nil, fmt.Errorf("encoding %q is not known (expected: a name of the WHATWG Encoding Standard, such as shift_jis, euc-jp or utf-16le, or cp932)", r.options.Encoding)
		}
		if enc == unicode.UTF8 {
			return nil, nil
		}
		return enc, nil
	}
	if bytes.HasPrefix(r.content, []byte("\xff\xfe")) || bytes.HasPrefix(r.content, []byte("\xfe\xff")) {
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), nil
	}
	if bytes.Contains(r.content, []byte("\x1b$B")) || bytes.Contains(r.content, []byte("\x1b$@")) {
		return japanese.ISO2022JP, nil // UTF-8 has no use for these bytes
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
