package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// FormatError reports a file that is not a document of scores.
type FormatError struct{ Err error }

func (e *FormatError) Error() string { return "not a document of scores: " + e.Err.Error() }
func (e *FormatError) Unwrap() error { return e.Err }

// DataError reports that the cause is invalid data.
func (e *FormatError) DataError() bool { return true }

// remedy is what to do about a file of another kind.
const remedy = "write one by brainscore score --format json"

// ReadJSON reads a document. It skips unknown fields, which later versions may add.
// Figures that are null or missing are NaN. Anything but a document of scores gives a
// *FormatError.
func ReadJSON(r io.Reader) (Document, error) {
	content, err := readObject(r)
	if err != nil {
		return Document{}, err
	}
	var doc Document
	if err := json.Unmarshal(content, &doc); err != nil {
		return Document{}, &FormatError{atLine(err, content)}
	}
	switch {
	case doc.Schema == 0:
		return Document{}, &FormatError{errors.New("it states no schema; " + remedy)}
	case doc.Schema != Schema:
		return Document{}, &FormatError{fmt.Errorf("its schema is %d, but this build reads %d", doc.Schema, Schema)}
	}
	return doc, nil
}

// readObject reads a text that begins as a JSON object and holds no zero byte. It reads
// no more than the beginning of anything else, which may have no end.
func readObject(r io.Reader) ([]byte, error) {
	var buffer bytes.Buffer
	if sized, ok := r.(interface{ Size() int64 }); ok {
		buffer.Grow(int(min(sized.Size(), math.MaxInt32)) + bytes.MinRead)
	}
	if _, err := io.CopyN(&buffer, r, bytes.MinRead); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	start := bytes.TrimLeft(buffer.Bytes(), " \t\r\n")
	if len(start) == 0 && buffer.Len() == bytes.MinRead || len(start) > 0 && start[0] != '{' {
		return nil, &FormatError{errors.New("it does not begin as a JSON object; " + remedy)}
	}
	if bytes.IndexByte(buffer.Bytes(), 0) >= 0 {
		return nil, errZero
	}
	_, err := buffer.ReadFrom(withoutZeros{r})
	return buffer.Bytes(), err
}

var errZero = &FormatError{errors.New("it holds a zero byte, as a file does that is not complete or not text")}

// withoutZeros ends with an error at the first zero byte of a reader.
type withoutZeros struct{ io.Reader }

func (r withoutZeros) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if bytes.IndexByte(p[:n], 0) >= 0 {
		return 0, errZero
	}
	return n, err
}

// atLine adds to an error of encoding/json the line that it refers to.
func atLine(err error, content []byte) error {
	var offset int64
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = e.Offset
	} else {
		return err
	}
	line := 1 + bytes.Count(content[:min(offset, int64(len(content)))], []byte("\n"))
	return &lineFault{line, err}
}

// lineFault is the reason why a text cannot be decoded, with its line.
type lineFault struct {
	line int
	err  error
}

func (e *lineFault) Error() string {
	return fmt.Sprintf("line %d: %s", e.line, infile.JSONReason(e.err))
}
func (e *lineFault) Unwrap() error { return e.err }

var missing = Number(math.NaN())

// UnmarshalJSON implements json.Unmarshaler.
func (e *Estimate) UnmarshalJSON(b []byte) error {
	type plain Estimate
	*e = Estimate{Value: missing, Error: missing}
	return json.Unmarshal(b, (*plain)(e))
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Figure) UnmarshalJSON(b []byte) error {
	type plain Figure
	*f = Figure{Value: missing, Error: missing}
	return json.Unmarshal(b, (*plain)(f))
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Neuroid) UnmarshalJSON(b []byte) error {
	type plain Neuroid
	*n = Neuroid{Raw: missing, Ceiling: missing}
	return json.Unmarshal(b, (*plain)(n))
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Composite) UnmarshalJSON(b []byte) error {
	type plain Composite
	*c = Composite{Value: missing}
	return json.Unmarshal(b, (*plain)(c))
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Score) UnmarshalJSON(b []byte) error {
	type plain Score
	none := Estimate{Value: missing, Error: missing}
	*s = Score{Raw: none, Ceiling: none, Score: Figure{Value: missing, Error: missing}}
	other, neuroids := cutNeuroids(b)
	err := json.Unmarshal(other, (*plain)(s))
	if neuroids != nil {
		s.Neuroids = neuroids
	}
	return err
}
