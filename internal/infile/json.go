package infile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// JSONReason returns the reason why a text cannot be decoded as JSON of some kind, in words
// about the text: "its models cannot be a JSON string".
func JSONReason(err error) string {
	if of, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if of.Field == "" {
			return fmt.Sprintf("it is a JSON %s, not an object", of.Value)
		}
		return fmt.Sprintf("its %s cannot be a JSON %s", of.Field, of.Value)
	}
	// The decoder has no error of its own for a text that ends too early.
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), ok && syntax.Error() == "unexpected end of JSON input":
		return "it is empty or cut off"
	case ok:
		return "it is not JSON: " + syntax.Error()
	}
	return err.Error()
}
