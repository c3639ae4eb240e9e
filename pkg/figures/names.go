package figures

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// longest is how many characters of a name are shown.
const longest = 48

// clean is text that can be drawn on one line: control characters, those that
// turn the direction of writing, and broken UTF-8 are replaced.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError || unicode.Is(unicode.Noncharacter_Code_Point, r) || r == '\u2028' || r == '\u2029' {
			return '?'
		}
		return r
	}, s)
}

// short is a name of no more than the longest, its middle left out.
func short(s string) string {
	r := []rune(clean(s))
	if len(r) <= longest {
		return string(r)
	}
	return string(r[:longest*2/3]) + "…" + string(r[len(r)-longest/3+1:])
}

// text is text as it can be drawn on the sheet. A PNG has the font's characters
// alone, so others are written as their code points; who shows an SVG has fonts of
// their own.
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

// name is a name as it can be drawn on the sheet.
func (s *sheet) name(t string) string { return s.text(short(t)) }

func regular() *opentype.Font {
	for _, f := range liberation.Collection() {
		if f.Font.Variant == "Sans" && f.Font.Style == 0 && f.Font.Weight == 0 {
			return f.Face
		}
	}
	return nil
}

func hasGlyph(r rune) bool {
	var b sfnt.Buffer
	i, err := regular().GlyphIndex(&b, r)
	return err == nil && i != 0
}

// width is that of text, where characters that the font lacks are as wide as
// they are high.
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

// wrap breaks text into lines of a width, at spaces.
func wrap(t string, size vg.Length, bold bool, most vg.Length) []string {
	var all []string
	line := ""
	for _, word := range strings.Fields(t) {
		if line != "" && width(line+" "+word, size, bold) > most {
			all = append(all, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(all, line)
}

// fit cuts text to a width; its end stays, where names of one kind often differ.
func fit(t string, size vg.Length, most vg.Length) string {
	if width(t, size, false) <= most {
		return t
	}
	r := []rune(t)
	for keep := len(r) - 1; keep > 1; keep-- {
		head := (keep + 1) / 2
		if cut := string(r[:head]) + "…" + string(r[len(r)-keep+head:]); width(cut, size, false) <= most {
			return cut
		}
	}
	return "…"
}

var _ = plot.DefaultTextHandler // sets up the fonts
