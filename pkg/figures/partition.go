package figures

import (
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Spread is figures of neuroids, of which each is a point, with their mean and its interval.
type Spread struct {
	Name     string
	Group    int // those of one group have one colour
	Neuroids []float64
	Mean     float64
	Interval metrics.Interval
}

// NewOfSpreads returns a figure with a row for each of some spreads. ceilings belong to the
// neuroids, nil if there are none.
func NewOfSpreads(label string, spreads []Spread, ceilings []float64, r Request) (*Figure, error) {
	var rows []distribution
	for _, s := range spreads {
		d := distribution{name: s.Name, group: s.Group, ceiling: metrics.Median(ceilings), mean: &s}
		for _, v := range s.Neuroids {
			if drawable(v) {
				d.values = append(d.values, v)
			}
		}
		if len(d.values) == 0 {
			return nil, dataErrorf("no neuroid has a figure to draw of %s", s.Name)
		}
		slices.Sort(d.values)
		d.low, d.median, d.high = stats.Quantile(d.values, 0.25), metrics.Median(d.values), stats.Quantile(d.values, 0.75)
		rows = append(rows, d)
	}
	caption := "diamonds: means with 95 % intervals; points: neuroids; boxes: quartiles; upright lines: medians"
	if drawable(metrics.Median(ceilings)) {
		caption += "; dashes: median of the neuroids' ceilings"
	}
	f := r.figure(label, caption, vg.Length(len(rows))*9*vg.Millimeter+32*vg.Millimeter)
	f.minHeight = vg.Length(len(rows))*4*vg.Millimeter + 32*vg.Millimeter
	f.draw = swarm{rows, label + " of a neuroid"}.draw
	return f, nil
}
