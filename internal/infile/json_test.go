package infile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestJSONReason(t *testing.T) {
	type document struct {
		Models []string `json:"models"`
	}
	for text, want := range map[string]string{
		"":                "it is empty or cut off",
		`{"models": [`:    "it is empty or cut off",
		`{"models": [1]}`: "its models cannot be a JSON number",
		`{"models": "a"}`: "its models cannot be a JSON string",
		`[]`:              "it is a JSON array, not an object",
		`models: a`:       "it is not JSON: invalid character 'm' looking for beginning of value",
	} {
		for _, err := range []error{
			json.Unmarshal([]byte(text), &document{}),
			fmt.Errorf("line 1: %w", json.NewDecoder(strings.NewReader(text)).Decode(&document{})),
		} {
			if got := JSONReason(err); got != want {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
	if got := JSONReason(errors.New("another")); got != "another" {
		t.Error(got)
	}
}
