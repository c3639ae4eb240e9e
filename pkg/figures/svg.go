package figures

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

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
	var completed strings.Builder
	for {
		before, after, ok := strings.Cut(body, textStart)
		element, following, closed := strings.Cut(after, textEnd)
		completed.WriteString(before)
		if !ok || !closed {
			break
		}
		completed.WriteString(textStart + completeText(element) + textEnd)
		body = following
	}
	_, err := io.WriteString(w, head+"xlink\" role=\"img\">\n<title>"+escaped.String()+"</title>\n"+completed.String())
	return err
}

// The start and end of a text element.
const textStart, textEnd = "<text ", "</text>"

// completeText completes a text element between its start and end, which the library
// writes as attributes, ">" and escaped content.
func completeText(element string) string {
	const library, family = "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"
	attributes, escaped, _ := strings.Cut(element, ">")
	position, style, ok := strings.Cut(attributes, library)
	if !ok {
		return element
	}
	_, after, _ := strings.Cut(style, "font-size:")
	number, _, _ := strings.Cut(after, "px;")
	size, err := strconv.ParseFloat(number, 64)
	content := html.UnescapeString(escaped)
	length := ""
	if err == nil && content != "" && !strings.ContainsFunc(content, func(r rune) bool { return !hasGlyph(r) }) {
		bold := strings.Contains(style, "font-weight:bold")
		length = fmt.Sprintf(` textLength="%.5g" lengthAdjust="spacingAndGlyphs"`, width(content, vg.Length(size), bold).Points())
	}
	return position + family + style + length + ">" + escaped
}
