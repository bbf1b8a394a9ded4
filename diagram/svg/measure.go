package svg

import (
	"github.com/portbook/portbook/internal/text/wrap"
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

// textWidth estimates how wide text is.
func textWidth(s string, size float64) float64 { return wrap.Drawing.Width(s) * size }

// textHeight is the height of some lines.
func textHeight(lines int, size float64) float64 { return float64(lines) * size * lineHeight }
