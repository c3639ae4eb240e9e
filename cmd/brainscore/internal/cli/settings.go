package cli

import (
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// optionsOf reads options of a metric that are given as NAME=VALUE. example is one of them.
func optionsOf(settings []string, example string) (metrics.Options, error) {
	options := metrics.Options{}
	for _, setting := range settings {
		name, value, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, usagef("--option %q is not NAME=VALUE, as in --option %s", setting, example)
		}
		if _, ok := options[name]; ok {
			return nil, usagef("--option sets %s twice", name)
		}
		options[name] = settingValue(value)
	}
	return options, nil
}

// settingValue returns the value of an option as YAML would read it.
func settingValue(s string) any {
	if list, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(list, "]") {
		var values []any
		for _, item := range strings.Split(strings.TrimSuffix(list, "]"), ",") {
			values = append(values, settingValue(strings.TrimSpace(item)))
		}
		return values
	}
	if s == "true" || s == "false" {
		return s == "true"
	}
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return x
	}
	return s
}
