package scoring

import (
	"fmt"
	"runtime"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Versions of what figures are computed by. Whoever changes a figure, by
// however little, raises the version that it depends on: results that were kept
// are then computed again.
const (
	figuresVersion   = 3 // alignment, averages, splits, ceilings, means over bins, their forms, warnings
	readoutVersion   = 2 // the fitted read-out
	reductionVersion = 2 // principal components
	intervalsVersion = 2 // intervals of scores on behaviour
)

// metricVersions are the versions of the metrics.
var metricVersions = map[string]int{
	"cka":                      2,
	"error_consistency":        2,
	"i1":                       2,
	"i1n":                      2,
	"i2":                       2,
	"i2n":                      2,
	"linear":                   2,
	"neuron_to_neuron":         2,
	"o1":                       2,
	"o2":                       2,
	"ost":                      2,
	"pls":                      4,
	"rdm":                      2,
	"reverse_linear":           3,
	"reverse_neuron_to_neuron": 3,
	"reverse_pls":              3,
	"reverse_ridge":            3,
	"reverse_ridgecv":          3,
	"ridge":                    4,
	"ridgecv":                  3,
}

// algorithm names what a metric's figures are computed by. Architectures round
// differently.
func algorithm(metric string) string {
	return fmt.Sprintf("%s %d, figures %d, %s", metric, metricVersions[metric], figuresVersion, runtime.GOARCH)
}

// canonical is a definition as one text, with every default filled in, that
// changes with whatever changes a figure or its labels.
func canonical(d *benchmarks.Definition) (string, error) {
	c := *d
	c.Reference = nil
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil {
		return "", err
	}
	c.Metric.Options = make(map[string]any)
	for _, o := range info.Options {
		c.Metric.Options[o.Name] = o.Default
	}
	for name, value := range d.Metric.Options {
		c.Metric.Options[name] = fmt.Sprint(value)
	}
	text, err := c.MarshalJSON()
	return string(text), err
}
