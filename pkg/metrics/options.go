package metrics

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// Options are a metric's options by name, with values as a YAML or JSON
// document gives them: int, float64, bool or string.
type Options map[string]any

func (o Options) keys() []string { return slices.Sorted(maps.Keys(o)) }

// OptionError reports an option whose value cannot be used.
type OptionError struct {
	Option string
	Value  any // nil if the option is missing
	Want   string
}

func (e *OptionError) Error() string {
	if e.Value == nil {
		return fmt.Sprintf("option %s is missing, which must be %s", e.Option, e.Want)
	}
	return fmt.Sprintf("option %s is %v, but must be %s", e.Option, e.Value, e.Want)
}

// DataError reports that the cause is invalid data.
func (e *OptionError) DataError() bool { return true }

// Int returns the named option as a whole number of at least min.
func (o Options) Int(name string, otherwise, min int) (int, error) {
	v, ok := o[name]
	if !ok {
		return otherwise, nil
	}
	i, ok := v.(int)
	if f, isFloat := v.(float64); isFloat && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		i, ok = int(f), true
	}
	if !ok || i < min {
		return 0, &OptionError{name, v, fmt.Sprintf("a whole number of at least %d", min)}
	}
	return i, nil
}

// Positive returns the named option as a finite number above zero.
func (o Options) Positive(name string, otherwise float64) (float64, error) {
	v, ok := o[name]
	if !ok {
		return otherwise, nil
	}
	f, ok := asNumber(v)
	if !ok || !(f > 0) || math.IsInf(f, 0) {
		return 0, &OptionError{name, v, "a number above zero"}
	}
	return f, nil
}

// PositiveNumbers returns the named option as a list of different finite numbers above zero, nil
// if it is not given.
func (o Options) PositiveNumbers(name string) ([]float64, error) {
	return o.numbers(name, 1, "a list of numbers above zero", "different numbers above zero", func(before []float64, f float64) bool {
		return f > 0 && !slices.Contains(before, f)
	})
}

// AscendingNumbers returns the named option as a list of finite numbers, each above the one
// before it, of at least min; nil if it is not given.
func (o Options) AscendingNumbers(name string, min int) ([]float64, error) {
	return o.numbers(name, min, fmt.Sprintf("a list of %d numbers at least", min), "ascending numbers", func(before []float64, f float64) bool {
		return len(before) == 0 || f > before[len(before)-1]
	})
}

// numbers returns the named option as a list of at least min finite numbers, of which fits
// accepts each after those before it. list and each describe what the option must be.
func (o Options) numbers(name string, min int, list, each string, fits func(before []float64, f float64) bool) ([]float64, error) {
	v, ok := o[name]
	if !ok {
		return nil, nil
	}
	items, ok := v.([]any)
	var numbers []float64
	for _, item := range items {
		f, isNumber := asNumber(item)
		if !isNumber || math.IsInf(f, 0) || math.IsNaN(f) || !fits(numbers, f) {
			return nil, &OptionError{name, v, fmt.Sprintf("%s, unlike %v", each, item)}
		}
		numbers = append(numbers, f)
	}
	if !ok || len(numbers) < min {
		return nil, &OptionError{name, v, list}
	}
	return numbers, nil
}

// asNumber returns a value of a document as a number, if it is one.
func asNumber(v any) (float64, bool) {
	if i, ok := v.(int); ok {
		return float64(i), true
	}
	f, ok := v.(float64)
	return f, ok
}

// Bool returns the named option as true or false.
func (o Options) Bool(name string, otherwise bool) (bool, error) {
	v, ok := o[name]
	if !ok {
		return otherwise, nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, &OptionError{name, v, "true or false"}
	}
	return b, nil
}

// OneOf returns the named option as one of the given words.
func (o Options) OneOf(name, otherwise string, words ...string) (string, error) {
	v, ok := o[name]
	if !ok {
		return otherwise, nil
	}
	s, ok := v.(string)
	if !ok || !slices.Contains(words, s) {
		return "", &OptionError{name, v, fmt.Sprintf("one of %v", words)}
	}
	return s, nil
}

// Within returns the named option as a number from low to high.
func (o Options) Within(name string, otherwise, low, high float64) (float64, error) {
	v, ok := o[name]
	if !ok {
		return otherwise, nil
	}
	f, ok := asNumber(v)
	if !ok || !(f >= low && f <= high) {
		return 0, &OptionError{name, v, fmt.Sprintf("a number from %g to %g", low, high)}
	}
	return f, nil
}

// Share returns the named option as a number above zero and of at most one.
func (o Options) Share(name string, otherwise float64) (float64, error) {
	f, err := o.Within(name, otherwise, 0, 1)
	if err != nil || f == 0 {
		return 0, &OptionError{name, o[name], "a number above 0, of at most 1"}
	}
	return f, nil
}

// Text returns the named option as a column's name or value, "" if it is not given. Numbers and
// truth values are taken as they are written.
func (o Options) Text(name string) (string, error) {
	v, ok := o[name]
	if !ok {
		return "", nil
	}
	text, ok := asText(v)
	if !ok {
		return "", &OptionError{name, v, "a text"}
	}
	return text, nil
}

// Texts returns the named option as one or several names of columns, nil if it is not given.
func (o Options) Texts(name string) ([]string, error) {
	v, ok := o[name]
	if !ok {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var texts []string
	for _, item := range list {
		text, ok := asText(item)
		if !ok || slices.Contains(texts, text) {
			return nil, &OptionError{name, v, "a column, or a list of different ones"}
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return nil, &OptionError{name, v, "a column, or a list of different ones"}
	}
	return texts, nil
}

func asText(v any) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, v != ""
	case int, bool:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}
