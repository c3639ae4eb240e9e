package metrictest

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// checkInfo wants everything that people read about a metric.
func checkInfo(t *testing.T, info metrics.Info) {
	for _, field := range []struct{ name, text string }{
		{"Name", info.Name}, {"Kind", string(info.Kind)}, {"Summary", info.Summary},
		{"Formula", info.Formula}, {"Range", info.Range}, {"NaN", info.NaN},
	} {
		if strings.TrimSpace(field.text) == "" {
			t.Errorf("Info.%s is empty", field.name)
		}
	}
	if len(info.References) == 0 {
		t.Error("Info.References is empty: name the source of the definition")
	}
	for i, reference := range info.References {
		if strings.TrimSpace(reference) == "" {
			t.Errorf("Info.References[%d] is empty", i)
		}
	}
	if _, _, ok := bounds(info.Range); !ok {
		t.Errorf(`Info.Range is %q, but must begin with "LOW to HIGH"`, info.Range)
	}
	if metric, err := metrics.New(info.Name, required(info)); err != nil {
		t.Errorf("New with the options that must be given: %v", err)
	} else if got := metric.Info().Name; got != info.Name {
		t.Errorf("the metric's own Info names %q", got)
	}
}

// bounds reads the numbers at the start of a documented range.
func bounds(text string) (low, high float64, ok bool) {
	before, after, found := strings.Cut(text, " to ")
	low, err := strconv.ParseFloat(before, 64)
	if err != nil || !found {
		return 0, 0, false
	}
	end := strings.IndexFunc(after, func(r rune) bool { return !strings.ContainsRune("-.0123456789∞", r) })
	if end >= 0 {
		after = after[:end]
	}
	high, err = strconv.ParseFloat(strings.Replace(after, "∞", "Inf", 1), 64)
	return low, high, err == nil
}

// required returns the options that a metric must be given, as their examples.
func required(info metrics.Info) metrics.Options {
	options := metrics.Options{}
	for _, o := range info.Options {
		if o.Example != "" {
			options[o.Name] = o.Example
		}
	}
	return options
}

// isText reports whether an option takes any text.
func isText(o metrics.Option) bool {
	return slices.Contains([]string{"column", "columns", "value", "values", "file"}, o.Type)
}

// checkOptions makes the metric with each documented default, and wants errors of
// the documented types for other values and names.
func checkOptions(t *testing.T, info metrics.Info) {
	defaults := required(info)
	for _, o := range info.Options {
		if o.Doc == "" {
			t.Errorf("option %s has no Doc", o.Name)
		}
		with := func(value any) error {
			options := required(info)
			options[o.Name] = value
			_, err := metrics.New(info.Name, options)
			return err
		}
		bad := []any{nil, "no such word", []any{}, struct{}{}}
		if isText(o) {
			bad[1] = ""
		}
		if o.Example == "" && !((isText(o) || o.Type == "numbers") && o.Default == "") {
			value, err := parseDefault(o)
			if err != nil {
				t.Errorf("option %s: default %q is not of type %q", o.Name, o.Default, o.Type)
				continue
			}
			defaults[o.Name] = value
			if err := with(value); err != nil {
				t.Errorf("option %s: default %v: %v", o.Name, value, err)
			}
		}
		for _, bad := range bad {
			err := with(bad)
			var option *metrics.OptionError
			if !errors.As(err, &option) || option.Option != o.Name {
				t.Errorf("option %s: %T %v gives error %v, want an *OptionError", o.Name, bad, bad, err)
			}
		}
	}
	if _, err := metrics.New(info.Name, defaults); err != nil {
		t.Errorf("all defaults together: %v", err)
	}
	for name := range required(info) {
		options := required(info)
		delete(options, name)
		_, err := metrics.New(info.Name, options)
		var option *metrics.OptionError
		if !errors.As(err, &option) || option.Option != name {
			t.Errorf("without option %s: error %v, want an *OptionError", name, err)
		}
	}
	const unknown = "no_such_option"
	_, err := metrics.New(info.Name, metrics.Options{unknown: 1})
	var name *metrics.UnknownError
	if !errors.As(err, &name) || name.Name != unknown {
		t.Errorf("an unknown option gives error %v, want an *UnknownError", err)
	}
}

// parseDefault returns an option's default as a document would hold it.
func parseDefault(o metrics.Option) (any, error) {
	switch o.Type {
	case "integer":
		return strconv.Atoi(o.Default)
	case "number":
		return strconv.ParseFloat(o.Default, 64)
	case "boolean":
		return strconv.ParseBool(o.Default)
	}
	if isText(o) {
		return o.Default, nil
	}
	words, ok := strings.CutPrefix(o.Type, "one of ")
	if !ok || !slices.Contains(strings.Split(words, "|"), o.Default) {
		return nil, strconv.ErrSyntax
	}
	return o.Default, nil
}
