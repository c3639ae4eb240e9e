package scoring

import (
	"fmt"
	"runtime"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Versions of what figures are computed by. Whoever changes a figure, by
// however little, raises the version that it depends on: results that were kept
// are then computed again.
const (
	figuresVersion   = 6 // alignment, averages, units, splits, ceilings, means over bins, their forms, warnings
	readoutVersion   = 3 // the fitted read-out
	reductionVersion = 2 // principal components
	intervalsVersion = 2 // intervals of scores on behaviour, samples of those on recordings
)

// algorithm names what a metric's figures are computed by with a kernel, which is empty
// for any. Architectures round differently with all but the portable one.
func algorithm(info metrics.Info, kernel string) string {
	text := fmt.Sprintf("%s %d, figures %d", info.Name, info.Version, figuresVersion)
	if kernel == metrics.PortableKernel {
		return text
	}
	return text + ", " + runtime.GOARCH
}

// optionText returns an option's value as text, lists so that no two are alike.
func optionText(value any) string {
	if list, ok := value.([]any); ok {
		texts := make([]string, len(list))
		for i, item := range list {
			texts[i] = strconv.Quote(optionText(item))
		}
		return fmt.Sprint(texts)
	}
	return fmt.Sprint(value)
}

// canonical returns a definition as one text, with every default filled in, that
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
		c.Metric.Options[name] = optionText(value)
	}
	text, err := c.MarshalJSON()
	return string(text), err
}
