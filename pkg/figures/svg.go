package figures

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// svgText matches a text element as the library writes it, with escaped content.
var svgText = regexp.MustCompile(`<text ([^>]*?)font-family:Liberation Sans;([^>]*?)font-size:([0-9.]+)px;([^>]*)>([^<]*)</text>`)

// completeSVG adds to the library's output a title for screen readers, alternatives to
// Liberation Sans, and the length of each text, so that it fits in another font too.
func completeSVG(w io.Writer, svg []byte, title string) error {
	head, body, ok := strings.Cut(string(svg), "xlink\">\n")
	if !ok {
		return fmt.Errorf("the drawing does not start as an SVG: %.80q", svg)
	}
	var escaped bytes.Buffer
	if err := xml.EscapeText(&escaped, []byte(title)); err != nil {
		return err
	}
	body = svgText.ReplaceAllStringFunc(body, func(text string) string {
		m := svgText.FindStringSubmatch(text)
		size, err := strconv.ParseFloat(m[3], 64)
		content := html.UnescapeString(m[5])
		length := ""
		if err == nil && content != "" && !strings.ContainsFunc(content, func(r rune) bool { return !hasGlyph(r) }) {
			bold := strings.Contains(m[2], "font-weight:bold")
			length = fmt.Sprintf(` textLength="%.5g" lengthAdjust="spacingAndGlyphs"`, width(content, vg.Length(size), bold).Points())
		}
		return "<text " + m[1] + "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;" + m[2] + "font-size:" + m[3] + "px;" + m[4] + length + ">" + m[5] + "</text>"
	})
	_, err := io.WriteString(w, head+"xlink\" role=\"img\">\n<title>"+escaped.String()+"</title>\n"+body)
	return err
}
