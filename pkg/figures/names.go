package figures

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// maxNameLength is the number of characters of a name that are shown.
const maxNameLength = 48

// clean replaces the characters that cannot be drawn on one line: control characters,
// those that change the writing direction, and invalid UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError || unicode.Is(unicode.Noncharacter_Code_Point, r) || r == '\u2028' || r == '\u2029' {
			return '?'
		}
		return r
	}, s)
}

// short shortens a name to maxNameLength by omitting its middle.
func short(s string) string {
	r := []rune(clean(s))
	if len(r) <= maxNameLength {
		return string(r)
	}
	return string(r[:maxNameLength*2/3]) + "…" + string(r[len(r)-maxNameLength/3+1:])
}

// text returns text that can be drawn on the sheet. A PNG has only the font's
// characters, so others are written as code points; a viewer of SVG has its own fonts.
func (s *sheet) text(t string) string {
	t = clean(t)
	if s.format == SVG {
		return t
	}
	var b strings.Builder
	for _, r := range t {
		if hasGlyph(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "U+%04X", r)
		}
	}
	return b.String()
}

// name returns a name, shortened, that can be drawn on the sheet.
func (s *sheet) name(t string) string { return s.text(short(t)) }

// regular returns the font of normal weight.
var regular = sync.OnceValue(func() *opentype.Font {
	for _, f := range liberation.Collection() {
		if f.Font.Variant == "Sans" && f.Font.Style == 0 && f.Font.Weight == 0 {
			return f.Face
		}
	}
	return nil
})

// hasGlyph reports whether the font has a character.
func hasGlyph(r rune) bool {
	var b sfnt.Buffer
	i, err := regular().GlyphIndex(&b, r)
	return err == nil && i != 0
}

// width returns the width of text. Characters that the font lacks are assumed to be as
// wide as they are high.
func width(t string, size vg.Length, bold bool) vg.Length {
	face := font.DefaultCache.Lookup(font.From(sans(bold), size), size)
	var known strings.Builder
	w := vg.Length(0)
	for _, r := range t {
		if hasGlyph(r) {
			known.WriteRune(r)
		} else {
			w += size
		}
	}
	return w + face.Width(known.String())
}

// wrap breaks text at spaces into lines of at most maxWidth.
func wrap(t string, size vg.Length, bold bool, maxWidth vg.Length) []string {
	var all []string
	line := ""
	for _, word := range strings.Fields(t) {
		if line != "" && width(line+" "+word, size, bold) > maxWidth {
			all = append(all, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(all, line)
}

// fit omits the middle of text to make it at most maxWidth wide. The end remains,
// because similar names often differ there.
func fit(t string, size vg.Length, maxWidth vg.Length) string {
	if width(t, size, false) <= maxWidth {
		return t
	}
	r := []rune(t)
	for keep := len(r) - 1; keep > 1; keep-- {
		head := (keep + 1) / 2
		if cut := string(r[:head]) + "…" + string(r[len(r)-keep+head:]); width(cut, size, false) <= maxWidth {
			return cut
		}
	}
	return "…"
}

var _ = plot.DefaultTextHandler // sets up the fonts
