package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// maxRows is the largest number of distributions in a figure.
const maxRows = 40

// distribution holds the raw scores of the neuroids of one result.
type distribution struct {
	name              string
	group             int       // index of the benchmark
	values            []float64 // ascending
	low, median, high float64   // quartiles
	ceiling           float64   // median of the neuroids' ceilings
	mean              *Spread   // nil if none is drawn
}

// neuroidsFigure draws the distribution of the neuroids' raw scores of each
// mapping.
func neuroidsFigure(_ context.Context, data *ranking.Data, r Request) (*Figure, error) {
	models, wanted, err := r.modelsAndResults(data)
	if err != nil {
		return nil, err
	}
	var rows []distribution
	groups := map[string]int{}
	for _, m := range models {
		for _, result := range m.Results() {
			d := distribution{name: result.Benchmark}
			if len(models) > 1 {
				d.name = m.Name + " · " + result.Benchmark
			}
			if result.Layer != "" {
				d.name += " (" + result.Layer + ")"
			}
			for _, v := range result.Neuroids {
				if drawable(v) {
					d.values = append(d.values, v)
				}
			}
			if !selects(wanted, result) || len(d.values) == 0 {
				continue
			}
			if _, ok := groups[result.Benchmark]; !ok {
				groups[result.Benchmark] = len(groups)
			}
			d.group = groups[result.Benchmark]
			slices.Sort(d.values)
			d.low, d.median, d.high = stats.Quantile(d.values, 0.25), metrics.Median(d.values), stats.Quantile(d.values, 0.75)
			d.ceiling = metrics.Median(result.NeuroidCeilings)
			rows = append(rows, d)
		}
	}
	if len(rows) == 0 {
		return nil, dataErrorf("no result has scores of single neuroids: mappings such as pls give them, tables do not")
	}
	slices.SortStableFunc(rows, func(a, b distribution) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(b.median, a.median))
	})
	limit, total := maxRows, len(rows)
	if r.Top > 0 {
		limit = min(limit, r.Top)
	}
	rows = rows[:min(total, limit)]
	f := r.figure("Raw scores of single neuroids", "points: neuroids; boxes: quartiles; upright lines: medians; dashes: medians of the neuroids' ceilings",
		vg.Length(len(rows))*9*vg.Millimeter+32*vg.Millimeter)
	if total > len(rows) {
		f.Notes = append(f.Notes, fmt.Sprintf("%d of %d distributions are drawn: choose by --model and --score", len(rows), total))
	}
	f.minHeight = vg.Length(len(rows))*4*vg.Millimeter + 32*vg.Millimeter
	f.draw = swarm{rows, "raw score of a neuroid"}.draw
	return f, nil
}

// swarm is a figure with a row of points for each distribution.
type swarm struct {
	rows  []distribution
	label string // of the axis
}

func (sw swarm) draw(s *sheet) {
	maxNameWidth := (s.Max.X - s.Min.X) * 0.4
	names, column := make([]string, len(sw.rows)), vg.Length(0)
	for i, d := range sw.rows {
		names[i] = fit(s.text(clean(d.name)), tickSize, maxNameWidth)
		column = max(column, width(names[i], tickSize, false))
	}
	left := column + 2*vg.Millimeter
	c := draw.Crop(s.Canvas, left, 0, 0, 0)
	p := newPlot(sw.label, "")
	p.HideY()
	p.Y.Padding = 0
	p.Y.Min, p.Y.Max = -0.5, float64(len(sw.rows))-0.5
	for _, d := range sw.rows {
		widen(&p.X, d.values[0], d.values[len(d.values)-1])
		if drawable(d.ceiling) {
			widen(&p.X, d.ceiling, d.ceiling)
		}
		if d.mean != nil && !d.mean.Interval.None() {
			widen(&p.X, d.mean.Interval.Low, d.mean.Interval.High)
		}
	}
	spread(&p.X, 0.02)
	p.Add(grid{x: true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		row := toY(1) - toY(0)
		for i, d := range sw.rows {
			d.draw(c, toX, toY(float64(len(sw.rows)-1-i)), row)
		}
	}))
	p.Draw(c)
	inner := p.DataCanvas(c)
	_, toY := p.Transforms(&inner)
	style := aligned(styled(tickSize, ink, false), -1, -0.4)
	for i, name := range names {
		s.FillText(style, vg.Point{X: c.Min.X - 1.5*vg.Millimeter, Y: toY(float64(len(names) - 1 - i))}, name)
	}
}

// draw draws a row: a box of the quartiles, with the points on both sides of its middle.
func (d distribution) draw(c draw.Canvas, toX func(float64) vg.Length, y, row vg.Length) {
	fill := palette[d.group%len(palette)]
	half := row * 0.4
	pale := fill
	pale.A = 60
	c.FillPolygon(pale, corners(vg.Rectangle{Min: vg.Point{X: toX(d.low), Y: y - half}, Max: vg.Point{X: toX(d.high), Y: y + half}}))
	point := draw.GlyphStyle{Color: fill, Radius: 1.1, Shape: draw.CircleGlyph{}}
	for i, offset := range beeswarm(d.values, toX, half, point.Radius*2) {
		c.DrawGlyphNoClip(point, vg.Point{X: toX(d.values[i]), Y: y + offset})
	}
	c.StrokeLine2(draw.LineStyle{Color: paper, Width: 2.6}, toX(d.median), y-half, toX(d.median), y+half)
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1.2}, toX(d.median), y-half, toX(d.median), y+half)
	if drawable(d.ceiling) {
		c.StrokeLine2(dashed(ink), toX(d.ceiling), y-half, toX(d.ceiling), y+half)
	}
	if d.mean == nil {
		return
	}
	for _, s := range []struct {
		style draw.LineStyle
		grow  vg.Length
	}{{draw.LineStyle{Color: paper, Width: 3}, 1}, {draw.LineStyle{Color: ink, Width: 1.2}, 0}} {
		if i := d.mean.Interval; !i.None() {
			c.StrokeLine2(s.style, toX(i.Low), y, toX(i.High), y)
		}
		x, size := toX(d.mean.Mean), 2.8+s.grow
		c.FillPolygon(s.style.Color, []vg.Point{{X: x - size, Y: y}, {X: x, Y: y + size}, {X: x + size, Y: y}, {X: x, Y: y - size}})
	}
}

// beeswarm returns the distance above or below the middle at which each of ascending
// values is drawn, so that points of a size do not cover each other. Points without room
// are spread evenly over the height.
func beeswarm(values []float64, toX func(float64) vg.Length, half, size vg.Length) []vg.Length {
	offsets := make([]vg.Length, len(values))
	for i, v := range values {
		x := toX(v)
		isFree := func(y vg.Length) bool {
			for j := i - 1; j >= 0 && x-toX(values[j]) < size; j-- {
				dx, dy := x-toX(values[j]), y-offsets[j]
				if dx*dx+dy*dy < size*size {
					return false
				}
			}
			return true
		}
		found := false
		for k := 0; !found && vg.Length(k)*size/2 <= half-size/2; k++ {
			for _, side := range []vg.Length{1, -1} {
				if y := side * vg.Length(k) * size / 2; !found && isFree(y) {
					offsets[i], found = y, true
				}
			}
		}
		if !found {
			// A fixed sequence that fills the height evenly.
			const golden = 0.6180339887498949
			share := float64(i) * golden
			offsets[i] = (vg.Length(share-float64(int(share))) - 0.5) * 2 * (half - size/2)
		}
	}
	return offsets
}
