package svg

import (
	"unicode/utf8"

	"github.com/portbook/portbook/i18n"
)

// Sizes of fonts, in pixels.
const (
	nodeFont    = 12.0
	labelSize   = 11.0
	clusterSize = 12.0
	titleSize   = 16.0
)

// lineHeight is the distance of lines, in font sizes.
const lineHeight = 1.3

// fixedWidth is the width of the letters of every fixed-width font in use, in font sizes.
const fixedWidth = 0.6

// The space between the names of components and the borders of their boxes.
const paddingX, paddingY = 12, 9

// textWidth estimates how wide text stands, generously, since the reader's fonts are not known: 0.6 of the size of the font for
// narrow characters, which is more than the average of proportional fonts and exact for fixed-width ones, and a little more than
// the size for wide ones.
func textWidth(s string, size float64) float64 {
	total := 0.0
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		switch i18n.Width(s[i:i+n], 1) {
		case 0:
		case 2:
			total += 13.0 / 12
		default:
			total += fixedWidth
		}
		i += n
	}
	return total * size
}

// textHeight is the height of some lines.
func textHeight(lines int, size float64) float64 { return float64(lines) * size * lineHeight }
