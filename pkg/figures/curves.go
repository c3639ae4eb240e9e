package figures

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// maxModels is the largest number of models in a figure of layers.
const maxModels = 8

// curve holds a model's scores on a benchmark by layer.
type curve struct {
	benchmark string
	layers    []string
	bars      []bar
}

// layersFigure draws a panel for each model, with a curve for each benchmark that was
// scored on several layers.
func layersFigure(_ context.Context, data *ranking.Data, r Request) (*Figure, error) {
	models, wanted, err := r.modelsAndResults(data)
	if err != nil {
		return nil, err
	}
	var l layers
	intervals, named, skipped := false, false, 0
	for _, m := range models {
		curves := curvesOf(data, m, wanted)
		if len(curves) == 0 {
			continue
		}
		if len(l.panels) == maxModels {
			skipped++
			continue
		}
		for _, c := range curves {
			if !slices.Contains(l.benchmarks, c.benchmark) {
				l.benchmarks = append(l.benchmarks, c.benchmark)
			}
			intervals = intervals || slices.ContainsFunc(c.bars, func(b bar) bool { return drawable(b.low) })
		}
		named = named || len(m.Layers()) == 0
		l.panels = append(l.panels, layerPanel{m.Name, layerOrder(m, curves), curves})
	}
	if len(l.panels) == 0 {
		return nil, dataErrorf("no model has scores of several layers on one benchmark: score --all-layers gives them")
	}
	slices.Sort(l.benchmarks)
	l.axis = data.Composite.Of + " score"
	caption := "layers by depth"
	if named {
		caption = "layers in the order of their names, numbers as numbers"
	}
	if intervals {
		caption = "whiskers: 95 % intervals where the scores have them, else errors; " + caption
	}
	title := "Scores by layer"
	if len(l.panels) == 1 {
		title += " of " + l.panels[0].model
	}
	f := r.figure(title, caption, 30*vg.Millimeter+vg.Length(l.rows())*70*vg.Millimeter)
	if skipped > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d more models have scores of several layers and are not drawn: choose up to %d by --model", skipped, maxModels))
	}
	f.minWidth = max(f.minWidth, vg.Length(l.columns()*60+30)*vg.Millimeter)
	f.minHeight = vg.Length(25+45*l.rows()) * vg.Millimeter
	f.draw = l.draw
	return f, nil
}

// modelsAndResults returns the requested models, and the names of the benchmarks and
// parts whose results are requested, nil for all. Unlike scores of a model, these include
// benchmarks with several layers.
func (r Request) modelsAndResults(data *ranking.Data) (models []*ranking.Model, wanted map[string]bool, err error) {
	if models, err = r.models(data); err != nil || len(r.Scores) == 0 {
		return models, nil, err
	}
	var known []string
	for _, m := range models {
		for _, result := range m.Results() {
			known = append(known, result.Benchmark, result.Parent)
		}
	}
	slices.Sort(known)
	known = slices.DeleteFunc(slices.Compact(known), func(name string) bool { return name == "" })
	wanted = map[string]bool{}
	for _, name := range r.Scores {
		found, err := ranking.Find("benchmark or part", name, known)
		if err != nil {
			return nil, nil, err
		}
		wanted[found] = true
	}
	return models, wanted, nil
}

// selects reports whether wanted names a result's benchmark or part; nil selects all.
func selects(wanted map[string]bool, r benchmarks.Result) bool {
	return wanted == nil || wanted[r.Benchmark] || r.Parent != "" && wanted[r.Parent]
}

// curvesOf returns the curves of a model's benchmarks with several layers, by name.
func curvesOf(data *ranking.Data, m *ranking.Model, wanted map[string]bool) []curve {
	byName := map[string]*curve{}
	var names []string
	for _, r := range m.Results() {
		if !selects(wanted, r) {
			continue
		}
		c, ok := byName[r.Benchmark]
		if !ok {
			c = &curve{benchmark: r.Benchmark}
			byName[r.Benchmark] = c
			names = append(names, r.Benchmark)
		}
		e := r.Raw
		if data.Composite.Of == benchmarks.OfCeiled {
			e = r.Ceiled
		}
		b := bar{e.Value, e.Value - e.Error, e.Value + e.Error, math.NaN(), ranking.NoInterval}
		if e.Interval != nil && !e.Interval.None() {
			b.low, b.high = e.Interval.Low, e.Interval.High
		}
		c.layers, c.bars = append(c.layers, r.Layer), append(c.bars, b)
	}
	slices.Sort(names)
	var curves []curve
	for _, name := range names {
		if len(byName[name].layers) > 1 {
			curves = append(curves, *byName[name])
		}
	}
	return curves
}

// layerOrder returns the layers of a model's curves by depth where it is known, else in the
// natural order of their names.
func layerOrder(m *ranking.Model, curves []curve) []string {
	var all []string
	for _, c := range curves {
		all = append(all, c.layers...)
	}
	slices.SortFunc(all, benchmarks.CompareLayers(m.Layers()))
	return slices.Compact(all)
}

// layers is a figure with a panel of curves for each model.
type layers struct {
	axis       string   // label of the scores' axis
	benchmarks []string // of all panels
	panels     []layerPanel
}

type layerPanel struct {
	model  string
	layers []string
	curves []curve
}

func (l layers) columns() int { return min(2, len(l.panels)) }
func (l layers) rows() int    { return (len(l.panels) + l.columns() - 1) / l.columns() }

func (l layers) draw(s *sheet) {
	var entries []entry
	for i, b := range l.benchmarks {
		entries = append(entries, entry{s.name(b), mark(i), true})
	}
	area := drawLegend(s.Canvas, entries)
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range l.panels {
		for _, c := range p.curves {
			for _, b := range c.bars {
				for _, v := range []float64{b.value, b.low, b.high} {
					if drawable(v) {
						low, high = min(low, v), max(high, v)
					}
				}
			}
		}
	}
	tiles := draw.Tiles{Cols: l.columns(), Rows: l.rows(), PadX: 5 * vg.Millimeter, PadY: 5 * vg.Millimeter}
	for i, p := range l.panels {
		c := tiles.At(area, i%tiles.Cols, i/tiles.Cols)
		if len(l.panels) > 1 {
			c.FillText(styled(labelSize, ink, true), vg.Point{X: c.Min.X, Y: c.Max.Y - labelSize}, fit(s.name(p.model), labelSize*1.08, c.Max.X-c.Min.X))
			c = draw.Crop(c, 0, 0, 0, -labelSize*1.6)
		}
		l.drawPanel(s, c, p, low, high)
	}
}

func (l layers) drawPanel(s *sheet, c draw.Canvas, p layerPanel, low, high float64) {
	plot := newPlot("", l.axis)
	setNames(&plot.X, s, p.layers, c.Max.X-c.Min.X)
	if low > high {
		low, high = 0, 1
	}
	plot.Y.Min, plot.Y.Max = low, high
	spread(&plot.Y, 0.04)
	plot.Add(grid{y: true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		for k, cu := range p.curves {
			style := mark(slices.Index(l.benchmarks, cu.benchmark))
			// Curves are shifted so that their whiskers do not hide each other.
			shift := min(0.3, 0.06*float64(len(p.curves))) * (float64(k) - float64(len(p.curves)-1)/2) / float64(len(p.curves))
			var line []vg.Point
			for i, layer := range p.layers {
				index := slices.Index(cu.layers, layer)
				if index < 0 || !drawable(cu.bars[index].value) {
					continue
				}
				b := cu.bars[index]
				point := vg.Point{X: toX(float64(i) + shift), Y: toY(b.value)}
				if drawable(b.low) && drawable(b.high) {
					c.StrokeLine2(draw.LineStyle{Color: style.Color, Width: 0.6}, point.X, toY(b.low), point.X, toY(b.high))
				}
				line = append(line, point)
			}
			c.StrokeLines(draw.LineStyle{Color: style.Color, Width: 1}, line)
			for _, point := range line {
				c.DrawGlyphNoClip(style, point)
			}
		}
	}))
	plot.Draw(c)
}

// setNames labels the positions 0, 1, … of a horizontal axis with names, which are
// slanted if they would touch.
func setNames(a *plot.Axis, s *sheet, names []string, room vg.Length) {
	var all []plot.Tick
	widest := vg.Length(0)
	for i, name := range names {
		text := fit(s.name(name), tickSize, 100)
		widest = max(widest, width(text, tickSize, false))
		all = append(all, plot.Tick{Value: float64(i), Label: text})
	}
	a.Min, a.Max = -0.4, float64(len(names))-0.6
	a.Tick.Marker = plot.ConstantTicks(all)
	pitch := room * 0.85 / vg.Length(len(names))
	if widest+4 > pitch {
		// If slanted names would touch too, only every step-th one is drawn.
		step := int(math.Ceil(float64(tickSize * 1.1 / pitch)))
		for i := range all {
			if i%step != 0 {
				all[i].Label = ""
			}
		}
		a.Tick.Marker = plot.ConstantTicks(all)
		a.Tick.Label.Rotation = math.Pi / 4
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = -1, -0.8
	}
}
