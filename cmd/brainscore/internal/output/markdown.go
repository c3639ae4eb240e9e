package output

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"github.com/brainscore-go/brainscore/internal/text"
)

// WriteMarkdown writes the grid as a table of GitHub's Markdown.
func (g Grid) WriteMarkdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	s := g.shown(Markdown)
	writeMarkdownRow(b, s.Header, escapeMarkdown)
	rule := make([]string, len(s.Header))
	for i := range rule {
		rule[i] = "---"
		if s.Right[i] {
			rule[i] = "---:"
		}
	}
	writeMarkdownRow(b, rule, plain)
	for _, row := range s.Rows {
		writeMarkdownRow(b, row, escapeMarkdown)
	}
	return b.Flush()
}

func writeMarkdownRow(b *bufio.Writer, row []string, escape func(string) string) {
	b.WriteString("|")
	for _, cell := range row {
		b.WriteString(" " + escape(cell) + " |")
	}
	b.WriteString("\n")
}

// escapeMarkdown returns s in one line with markup characters escaped. An underscore
// inside a word is not markup.
func escapeMarkdown(s string) string {
	runes := []rune(text.Safe(s))
	var b strings.Builder
	for i, r := range runes {
		inWord := i > 0 && i+1 < len(runes) && isWord(runes[i-1]) && isWord(runes[i+1])
		if strings.ContainsRune("\\|*`<>[]&~#", r) || r == '_' && !inWord {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
