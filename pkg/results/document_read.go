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

// FormatError reports a document that is not one of scores.
type FormatError struct{ Err error }

func (e *FormatError) Error() string { return "not a document of scores: " + e.Err.Error() }
func (e *FormatError) Unwrap() error { return e.Err }

// DataError says that the cause is invalid data.
func (e *FormatError) DataError() bool { return true }

// ReadJSON reads a document back. Fields that it does not know are passed over,
// so that later builds may add some; figures that are null or left out are NaN.
// A document that is none gives a *FormatError.
func ReadJSON(r io.Reader) (Document, error) {
	var whole bytes.Buffer
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			whole.Grow(int(min(info.Size(), math.MaxInt32)) + bytes.MinRead)
		}
	}
	if _, err := whole.ReadFrom(r); err != nil {
		return Document{}, err
	}
	content := whole.Bytes()
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

// atLine says in which line JSON is wrong.
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
	rest, neuroids := cutNeuroids(b)
	err := json.Unmarshal(rest, (*plain)(s))
	if neuroids != nil {
		s.Neuroids = neuroids
	}
	return err
}
