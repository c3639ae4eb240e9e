package figures

import (
	"cmp"
	"context"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// maxPanels is the largest number of scores in a figure of bars.
const maxPanels = 6

// bar is a score of a model with the ends of its whisker and its ceiling; missing
// figures are NaN.
type bar struct {
	value, low, high float64
	ceiling          float64
	bounds           ranking.Interval // of a ceiling that leaves one subject out
}

// scoresFigure draws a panel of bars for each score, a row for each model.
func scoresFigure(_ context.Context, data *ranking.Data, r Request) (*Figure, error) {
	models, err := r.models(data)
	if err != nil {
		return nil, err
	}
	scores, err := r.scores(models, defaultScores(models))
	if err != nil {
		return nil, err
	}
	if len(scores) > maxPanels {
		return nil, dataErrorf("%d scores do not fit beside each other: name up to %d by --score", len(scores), maxPanels)
	}
	drawn := slices.DeleteFunc(slices.Clone(models), func(m *ranking.Model) bool { return !drawable(m.Score(scores[0])) })
	if len(drawn) == 0 {
		return nil, missingScore(data, models, scores[0])
	}
	slices.SortStableFunc(drawn, func(a, b *ranking.Model) int { return cmp.Compare(b.Score(scores[0]), a.Score(scores[0])) })
	total := len(drawn)
	if r.Top > 0 && total > r.Top {
		drawn = drawn[:r.Top]
	}
	b := bars{}
	for _, m := range drawn {
		b.names = append(b.names, m.Name)
	}
	whiskers, ceilings, bands := "", false, false
	for _, score := range scores {
		p := panel{title: scoreTitle(data, score)}
		for _, m := range drawn {
			bar, kind := barOf(m, score)
			whiskers = cmp.Or(whiskers, kind)
			bands = bands || !bar.bounds.None()
			ceilings = ceilings || drawable(bar.ceiling) && bar.bounds.None()
			p.bars = append(p.bars, bar)
		}
		b.panels = append(b.panels, p)
	}
	caption := data.Composite.Of + " scores"
	if whiskers != "" {
		caption += "; whiskers: " + whiskers
	}
	if bands {
		caption += "; grey: from the lower to the upper bound of the noise ceiling"
	}
	if ceilings {
		caption += "; upright lines: noise ceilings"
	}
	f := r.figure("Scores of "+countOf(len(drawn), total, "models"), caption, vg.Length(len(drawn))*rowHeight+30*vg.Millimeter)
	if n := len(models) - total; n > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d of %d models lack %s and are not drawn", n, len(models), scoreTitle(data, scores[0])))
	}
	f.minWidth = max(f.minWidth, vg.Length(50+25*len(scores))*vg.Millimeter)
	f.minHeight = vg.Length(len(drawn))*2.6*vg.Millimeter + 25*vg.Millimeter
	f.draw = b.draw
	return f, nil
}

// countOf describes n of a total number of things, whose name is a plural.
func countOf(n, total int, things string) string {
	if n < total {
		return fmt.Sprintf("the first %d of %d %s", n, total, things)
	}
	if n == 1 {
		return "1 " + strings.TrimSuffix(things, "s")
	}
	return fmt.Sprintf("%d %s", n, things)
}

// defaultScores returns the composite if some model has it, and the parts, or else the
// benchmarks.
func defaultScores(models []*ranking.Model) []string {
	var scores []string
	if slices.ContainsFunc(models, func(m *ranking.Model) bool { return drawable(m.Composite) }) {
		scores = append(scores, ranking.CompositeScore)
	}
	scores = append(scores, ranking.UpperParts(models)...)
	if len(scores) == 0 {
		scores = ranking.Benchmarks(models)
	}
	if len(scores) == 0 {
		return []string{ranking.CompositeScore}
	}
	return scores[:min(len(scores), maxPanels)]
}

// barOf returns a model's bar and the kind of its whisker: the interval of the score,
// or else the error of a score on a single benchmark, which also has a ceiling.
func barOf(m *ranking.Model, score string) (b bar, whisker string) {
	nan := math.NaN()
	b = bar{m.Score(score), nan, nan, nan, ranking.NoInterval}
	if u := m.Uncertainty(score); drawable(b.value) {
		b.ceiling, b.bounds = u.Ceiling, u.Bounds
		if drawable(u.Error) {
			b.low, b.high, whisker = b.value-u.Error, b.value+u.Error, "errors"
		}
	}
	if interval := m.Interval(score); !interval.None() {
		b.low, b.high, whisker = interval.Low, interval.High, "95 % intervals"
	}
	return b, whisker
}

// bars is a figure with a panel of bars for each score.
type bars struct {
	names  []string
	panels []panel
}

type panel struct {
	title string
	bars  []bar
}

// band is the colour of the range between the bounds of a noise ceiling.
var band = color.NRGBA{R: 0, G: 0, B: 0, A: 40}

// rowHeight is the height of a model's row.
const rowHeight = 4 * vg.Millimeter

func (b bars) draw(s *sheet) {
	size := max(1, min(tickSize, (s.Max.Y-s.Min.Y-30)/vg.Length(len(b.names))*0.9))
	maxNameWidth := (s.Max.X - s.Min.X) * (0.38 - 0.02*vg.Length(len(b.panels)))
	names, column := make([]string, len(b.names)), vg.Length(0)
	for i, name := range b.names {
		names[i] = fit(s.name(name), size, maxNameWidth)
		column = max(column, width(names[i], size, false))
	}
	// The values are in a column on the right of each panel.
	figures := vg.Length(0)
	for _, p := range b.panels {
		for _, bar := range p.bars {
			figures = max(figures, width(barText(bar.value), size, false)+3)
		}
	}
	gap := 4 * vg.Millimeter
	left := s.Min.X + column + 2*vg.Millimeter
	panelWidth := (s.Max.X - left - gap*vg.Length(len(b.panels)-1)) / vg.Length(len(b.panels))
	for i, p := range b.panels {
		start := left + vg.Length(i)*(panelWidth+gap)
		c := draw.Crop(s.Canvas, start-s.Min.X, start+panelWidth-figures-s.Max.X, 0, -labelSize*1.6)
		s.FillText(styled(labelSize, ink, true), vg.Point{X: start, Y: c.Max.Y + labelSize*0.4}, fit(s.name(p.title), labelSize*1.08, panelWidth+gap/2))
		toY := p.draw(c, palette[i%len(palette)])
		for row, bar := range p.bars {
			style := aligned(styled(size, ink, false), -1, -0.4)
			s.FillText(style, vg.Point{X: start + panelWidth, Y: toY(float64(len(p.bars) - 1 - row))}, barText(bar.value))
		}
		if i > 0 {
			continue
		}
		style := aligned(styled(size, ink, false), -1, -0.4)
		for row, name := range names {
			s.FillText(style, vg.Point{X: left - 1.5*vg.Millimeter, Y: toY(float64(len(names) - 1 - row))}, name)
		}
	}
}

// draw draws a panel with the first model at the top, and returns the function from
// rows to their positions.
func (p panel) draw(c draw.Canvas, fill color.NRGBA) func(float64) vg.Length {
	plot := newPlot("", "")
	plot.HideY()
	plot.X.Tick.Marker = ticks{max(2, int((c.Max.X-c.Min.X)/20))}
	plot.X.Min, plot.X.Max = 0, 0
	plot.Y.Min, plot.Y.Max = -0.5, float64(len(p.bars))-0.5
	for _, b := range p.bars {
		for _, v := range []float64{b.value, b.low, b.high, b.ceiling, b.bounds.Low, b.bounds.High} {
			if drawable(v) {
				widen(&plot.X, v, v)
			}
		}
	}
	if plot.X.Max <= plot.X.Min {
		plot.X.Max = plot.X.Min + 1
	}
	plot.X.Max += 0.02 * (plot.X.Max - plot.X.Min)
	plot.X.Padding, plot.Y.Padding = 0, 0
	plot.Add(grid{x: true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		half := min((toY(1)-toY(0))*0.36, rowHeight*0.6)
		for i, b := range p.bars {
			y := toY(float64(len(p.bars) - 1 - i))
			if !drawable(b.value) {
				continue
			}
			if !b.bounds.None() { // below bars and whiskers, without gaps between rows
				c.FillPolygon(band, corners(vg.Rectangle{Min: vg.Point{X: toX(b.bounds.Low), Y: toY(float64(len(p.bars)-1-i) - 0.5)}, Max: vg.Point{X: toX(b.bounds.High), Y: toY(float64(len(p.bars)-1-i) + 0.5)}}))
			}
			c.FillPolygon(fill, corners(vg.Rectangle{Min: vg.Point{X: toX(0), Y: y - half}, Max: vg.Point{X: toX(b.value), Y: y + half}}))
			if drawable(b.ceiling) && b.bounds.None() {
				c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1.1}, toX(b.ceiling), y-half*1.15, toX(b.ceiling), y+half*1.15)
			}
			if drawable(b.low) && drawable(b.high) {
				style := draw.LineStyle{Color: ink, Width: 0.6}
				c.StrokeLine2(style, toX(b.low), y, toX(b.high), y)
				for _, end := range []float64{b.low, b.high} {
					c.StrokeLine2(style, toX(end), y-half*0.5, toX(end), y+half*0.5)
				}
			}
		}
	}))
	plot.Draw(c)
	inner := plot.DataCanvas(c)
	_, toY := plot.Transforms(&inner)
	return toY
}

func barText(v float64) string {
	if !drawable(v) {
		return "–"
	}
	return numberText(v, 3)
}
