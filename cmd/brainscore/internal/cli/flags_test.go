package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestFlagValues(t *testing.T) {
	within := func(min, max float64) pflag.Value { return &optionalFloat{min: min, max: max} }
	finite := func() pflag.Value { f := anyFloat(); return &f }
	atLeast := func(min int) pflag.Value { return &count{value: new(int), min: min} }
	for _, c := range []struct {
		value pflag.Value
		text  string
		want  string // the value as text, or a part of the error
	}{
		{within(-1, 1), "-1", "-1"}, {within(-1, 1), "1", "1"}, {within(0, 2), "2e-1", "0.2"},
		{within(-1, 1), "1.01", "is not a number from -1 to 1"}, {within(-1, 1), "NaN", "is not a number from -1 to 1"},
		{within(-1, 1), "", "is not a number from -1 to 1"}, {within(0.001, 0.5), "0", "is not a number from 0.001 to 0.5"},
		{finite(), "1e7", "1e+07"}, {finite(), "-3", "-3"}, {finite(), "Inf", "is not a finite number"}, {finite(), "-Inf", "is not a finite number"},
		{finite(), "NaN", "is not a finite number"}, {finite(), "x", "is not a finite number"},
		{atLeast(1), "1", "1"}, {atLeast(0), "0", "0"}, {atLeast(1), "0", "is not a whole number of at least 1"},
		{atLeast(0), "-1", "is not a whole number of at least 0"}, {atLeast(1), "1.5", "is not a whole number of at least 1"},
		{atLeast(1), "99999999999999999999", "is not a whole number of at least 1"},
		{&size{new(int64)}, "2GiB", "2.0 GiB"}, {&size{new(int64)}, "0", "is not a size such as"}, {&size{new(int64)}, "-1", "is not a size such as"},
		{&size{new(int64)}, "lots", "is not a size such as"},
	} {
		if before := c.value.String(); before != "" {
			t.Errorf("a flag that is not set is %q", before)
		}
		got := ""
		if err := c.value.Set(c.text); err != nil {
			got = err.Error()
		} else {
			got = c.value.String()
		}
		if got != c.want && !(strings.HasPrefix(c.want, "is not") && strings.Contains(got, c.want)) {
			t.Errorf("%T set to %q: %q, want %q", c.value, c.text, got, c.want)
		}
	}
}

// No flag of any command that takes a number takes one that is undefined or infinite.
func TestFlagsRefuseInfiniteNumbers(t *testing.T) {
	numbers := 0
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !slices.Contains([]string{"X", "N", "SIZE", "int", "uint64", "float64"}, f.Value.Type()) {
				return
			}
			numbers++
			for _, text := range []string{"NaN", "nan", "-NaN", "Inf", "+Inf", "-inf", "infinity", "1e999", "-1e999", "0x1p2000"} {
				if err := f.Value.Set(text); err == nil {
					t.Errorf("%s --%s takes %s", c.CommandPath(), f.Name, text)
				}
			}
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(newRootCommand(Streams{}, deps{}))
	if numbers < 20 {
		t.Errorf("only %d flags take numbers", numbers)
	}
}

// A flag where the value of another is missing is not taken as that value.
func TestFlagsAreNoValues(t *testing.T) {
	for line, name := range map[string]string{
		"template pytorch --time --stimulus-set X": "--time", "score x -o --quiet": "--output", "score x -qo --ci": "--output", "score x --jobs --quiet": "--jobs",
		"batch plan x --output --data D": "--output", "metrics list --format --help": "--format", "pack x --for -- y": "--for",
		"score x --jobs 2 --quiet": "", "score x -ofile --ci": "", "score x --output=--ci": "", "score --quiet --ci x": "", "score -- --output --ci": "",
		"compare a --alpha -1": "", "score x --output": "", "score x --unknown --ci": "", "unknown --time --ci": "",
	} {
		root := newRootCommand(Streams{}, deps{})
		err := swallowedFlag(root, strings.Fields(line))
		got := ""
		if err != nil {
			got, _, _ = strings.Cut(err.Error(), " needs a value")
		}
		if got != name {
			t.Errorf("%s: %v, want %q", line, err, name)
		}
	}
}
