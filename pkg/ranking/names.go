package ranking

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
)

// CompareNames compares names alphabetically, first regardless of case.
func CompareNames(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}

// Find returns the known name that equals name, if need be in another case.
// kind describes the names in the error, as in "unknown kind".
func Find(kind, name string, known []string) (string, error) {
	if slices.Contains(known, name) {
		return name, nil
	}
	if i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, name) }); i >= 0 {
		return known[i], nil
	}
	msg := fmt.Sprintf("unknown %s %q", kind, name)
	if question := nearest.Suggest(name, known); question != "" {
		msg += ": " + question
	}
	if len(known) == 0 {
		return "", errorf("%s (the inputs have none)", msg)
	}
	return "", errorf("%s (known: %s)", msg, strings.Join(known, ", "))
}

// FindScore returns the name of the models' score that equals name in any case.
func FindScore(models []*Model, name string) (string, error) {
	return findScore(models, name, Scores(models))
}

// findScore returns the known name that equals name in any case. The error about another
// says if it is a benchmark without a value, as it was scored on several layers.
func findScore(models []*Model, name string, known []string) (string, error) {
	found, err := Find("score", name, known)
	if err == nil {
		return found, nil
	}
	for _, m := range models {
		if slices.Contains(m.OnLayers, name) {
			return "", errorf("%s has no single score, as %s was scored on several layers, and other models may be: choose one of each region by brainscore layers --write, and score again", name, m.Name)
		}
	}
	return "", err
}

// FindModel returns the model whose name equals name in any case.
func FindModel(models []*Model, name string) (*Model, error) {
	known := make([]string, len(models))
	for i, m := range models {
		known[i] = m.Name
	}
	found, err := Find("model", name, known)
	if err != nil {
		return nil, err
	}
	return models[slices.Index(known, found)], nil
}

// FindNumeric returns the numeric column of metadata whose name equals name in
// any case.
func (d *Data) FindNumeric(name string) (string, error) {
	found, err := Find("numeric metadata", name, d.numericColumns())
	if err == nil {
		return found, nil
	}
	if column, unknown := Find("metadata", name, d.columns); unknown == nil {
		for _, m := range d.models {
			if v, ok := m.Metadata[column]; ok && math.IsNaN(v.Number) {
				return "", errorf("unknown numeric metadata %q: that of model %q is %q", column, m.Name, v.Text)
			}
		}
	}
	return "", err
}
