package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// FormatError reports a file that is not a document of scores.
type FormatError struct{ Err error }

func (e *FormatError) Error() string { return "not a document of scores: " + e.Err.Error() }
func (e *FormatError) Unwrap() error { return e.Err }

// DataError reports that the cause is invalid data.
func (e *FormatError) DataError() bool { return true }

// ReadJSON reads a document. It skips unknown fields, which later versions may add.
// Figures that are null or missing are NaN. Anything but a document of scores gives a
// *FormatError.
func ReadJSON(r io.Reader) (Document, error) {
	var buffer bytes.Buffer
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			buffer.Grow(int(min(info.Size(), math.MaxInt32)) + bytes.MinRead)
		}
	}
	if _, err := buffer.ReadFrom(r); err != nil {
		return Document{}, err
	}
	content := buffer.Bytes()
	var doc Document
	if err := json.Unmarshal(content, &doc); err != nil {
		return Document{}, &FormatError{atLine(err, content)}
	}
	switch {
	case doc.Schema == 0:
		return Document{}, &FormatError{errors.New("it states no schema")}
	case doc.Schema != Schema:
		return Document{}, &FormatError{fmt.Errorf("its schema is %d, but this build reads %d", doc.Schema, Schema)}
	}
	return doc, nil
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
	return fmt.Errorf("line %d: %w", line, err)
}

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
