// Package metrictest checks that a metric keeps the promises that every metric
// of package metrics makes. Start with Run, which takes the name of a registered
// metric; what it checks follows from the metric's kind:
//
//	func TestConformance(t *testing.T) {
//		for _, name := range metrics.Names() {
//			t.Run(name, func(t *testing.T) {
//				t.Parallel()
//				metrictest.Run(t, name)
//			})
//		}
//	}
//
// Each property is a subtest with the metric's default options and with every
// other value of its boolean options and its options of words. A new metric gets
// all properties of its kind; those that a metric's definition excludes are
// listed with the reason in exceptions.go. A new kind is one file, which adds its
// properties in init.
//
// All input is simulated from a fixed seed. The suite knows no figures: it checks
// how those of related inputs compare. That they are the right ones is left to
// golden cases.
package metrictest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// roundoff is how far figures may differ that are equal in exact arithmetic. Units
// and orders of sums round activations and responses by some 1e-16 of their
// values, which mappings raise.
const roundoff = 1e-9

// Run checks the named metric. It fails t if the metric is not registered.
func Run(t *testing.T, name string) {
	t.Helper()
	info, err := metrics.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("documentation", func(t *testing.T) { checkInfo(t, info) })
	t.Run("options", func(t *testing.T) { checkOptions(t, info) })
	for _, options := range variants(info) {
		label := "defaults"
		if len(options) > 0 {
			label = describe(options)
		}
		for key, value := range required(info) {
			if _, given := options[key]; !given {
				options[key] = value
			}
		}
		for key, value := range settings[name] {
			options[key] = value
		}
		t.Run(label, func(t *testing.T) { runVariant(t, info, options) })
	}
}

// runVariant checks the properties of the metric's kind with some options.
func runVariant(t *testing.T, info metrics.Info, options metrics.Options) {
	metric, err := metrics.New(info.Name, options)
	if err != nil {
		t.Fatal(err)
	}
	s := &subject{info: info, options: options}
	if run, ok := properties[info.Kind]; ok {
		run(t, s, metric)
	} else {
		t.Errorf("the suite knows no properties of metrics of kind %s: add them in a file of its own", info.Kind)
	}
}

// properties check a metric of each kind; the file of each kind adds its own.
var properties = map[metrics.Kind]func(t *testing.T, s *subject, metric metrics.Metric){}

// addProperties makes the properties of some kinds known, whose metrics implement M.
func addProperties[M metrics.Metric](run func(t *testing.T, s *subject, metric M), kinds ...metrics.Kind) {
	for _, kind := range kinds {
		properties[kind] = func(t *testing.T, s *subject, metric metrics.Metric) {
			of, ok := metric.(M)
			if !ok {
				t.Fatalf("%T is of kind %s, but not a %v", metric, kind, reflect.TypeFor[M]())
			}
			run(t, s, of)
		}
	}
}

// subject is the metric under test.
type subject struct {
	info    metrics.Info
	options metrics.Options
}

// property runs a check as a subtest with the tolerance that it holds to, unless
// the metric's definition excludes it. want is 0 for figures that are equal bit
// for bit.
func (s *subject) property(t *testing.T, name string, want float64, check func(t *testing.T, tolerance float64)) {
	t.Helper()
	if e := s.exception(name); e != nil {
		if e.tolerance == 0 {
			return
		}
		want = e.tolerance
	}
	t.Run(name, func(t *testing.T) { check(t, want) })
}

func (s *subject) exception(property string) *exception {
	for i, e := range exceptions {
		if e.property == property && slices.Contains(e.metrics, s.info.Name) && (e.when == nil || e.when(s.options)) {
			return &exceptions[i]
		}
	}
	return nil
}

// variants lists the default options, and one set of options for each other value
// of an option that has few.
func variants(info metrics.Info) []metrics.Options {
	all := append([]metrics.Options{{}}, others[info.Name]...)
	for _, o := range info.Options {
		if slices.Contains(ofTrials[info.Name], o.Name) {
			continue
		}
		var values []any
		if words, ok := strings.CutPrefix(o.Type, "one of "); ok {
			for word := range strings.SplitSeq(words, "|") {
				values = append(values, word)
			}
		}
		if o.Type == "boolean" {
			values = []any{false, true}
		}
		for _, value := range values {
			if fmt.Sprint(value) != o.Default {
				all = append(all, metrics.Options{o.Name: value})
			}
		}
	}
	return all
}

// describe names options as subtests do.
func describe(options metrics.Options) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(options)) {
		parts = append(parts, fmt.Sprintf("%s=%v", key, options[key]))
	}
	return strings.Join(parts, ",")
}
