package similarity

import (
	"errors"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// TestOptionRanges makes each metric with the ends of the ranges of its numbers and words,
// and with what lies outside.
func TestOptionRanges(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		metric, option string
		good, bad      []any
	}{
		{"svcca", "variance", []any{1, 1., 1e-300, .5}, []any{0, 0., -0., -.1, 1.0000001, 2, nan, inf, -inf, "0.5", true}},
		{"cca", "alpha", []any{0, 1, 0., 1., .5}, []any{-1e-9, 1.0000001, 2, -1, nan, inf, "0", false}},
		{"cka", "biased", []any{true, false}, []any{0, 1, "true", nan}},
		{"rdm", "distance", []any{"correlation", "euclidean", "sqeuclidean", "cosine"}, []any{"", "Correlation", "mahalanobis", 1, nan}},
		{"rdm", "compare", []any{"spearman", "kendall", "whitened_cosine"}, []any{"", "tau-a", "Pearson", 0, true}},
		{"rdm", "active", []any{0, 3.1, 1000}, []any{-.1, 1001, nan, inf, "3", true}},
		{"odd_one_out", "similarity", []any{"dot", "cosine", "pearson"}, []any{"", "euclidean", 0, nan}},
	} {
		for _, value := range c.good {
			if _, err := metrics.New(c.metric, metrics.Options{c.option: value}); err != nil {
				t.Errorf("%s, %s %v: %v", c.metric, c.option, value, err)
			}
		}
		for _, value := range c.bad {
			_, err := metrics.New(c.metric, metrics.Options{c.option: value})
			var option *metrics.OptionError
			if !errors.As(err, &option) || option.Option != c.option {
				t.Errorf("%s, %s %T %v: error %v, want an *OptionError", c.metric, c.option, value, value, err)
			}
		}
	}
}
