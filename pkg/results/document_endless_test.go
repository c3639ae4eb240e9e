package results

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// repeating reads a text over and over, and counts the bytes.
type repeating struct {
	text string
	n    int
}

func (r *repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[(r.n+i)%len(r.text)]
	}
	r.n += len(p)
	return len(p), nil
}

// What is no document of scores, and has no end, is refused at its beginning.
func TestEndlessDocuments(t *testing.T) {
	for begins, text := range map[string]string{
		"": "\x00", " ": "y\n", "[": "[", "{": "\x00", `{"schema": 1, "models": [`: "\x00", "\xff": "\xff",
	} {
		r := &repeating{text: text}
		_, err := ReadJSON(io.MultiReader(strings.NewReader(begins), r))
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("%q, then %q: %v", begins, text, err)
		}
		if r.n > 1<<20 {
			t.Errorf("%q, then %q: read %d bytes", begins, text, r.n)
		}
	}
}
