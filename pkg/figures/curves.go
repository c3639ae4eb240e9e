package figures

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// mostModels is how many models have their layers drawn.
const mostModels = 8

// curve is a benchmark's scores by layer of a model.
type curve struct {
	benchmark string
	layers    []string
	bars      []bar
}

// layersFigure draws a panel for each model with a curve for each benchmark that
// is scored on several layers.
func layersFigure(_ context.Context, data *ranking.Data, r Request) (*Figure, error) {
	models, err := r.models(data)
	if err != nil {
		return nil, err
	}
	wanted, err := r.resultNames(models)
	if err != nil {
		return nil, err
	}
	var l layers
	intervals, skipped := false, 0
	for _, m := range models {
		curves := curvesOf(data, m, wanted)
		if len(curves) == 0 {
			continue
		}
		if len(l.panels) == mostModels {
			skipped++
			continue
		}
		for _, c := range curves {
			if !slices.Contains(l.benchmarks, c.benchmark) {
				l.benchmarks = append(l.benchmarks, c.benchmark)
			}
			intervals = intervals || slices.ContainsFunc(c.bars, func(b bar) bool { return finite(b.low) })
		}
		l.panels = append(l.panels, layerPanel{m.Name, layerOrder(curves), curves})
	}
	if len(l.panels) == 0 {
		return nil, nothing("no model has scores of several layers on one benchmark: score --all-layers gives them")
	}
	slices.Sort(l.benchmarks)
	l.of = data.Composite.Of + " score"
	caption := "layers in the order of their names, numbers as numbers"
	if intervals {
		caption = "whiskers: 95 % intervals where the scores have them, else errors; " + caption
	}
	title := "Scores by layer"
	if len(l.panels) == 1 {
		title += " of " + l.panels[0].model
	}
	f := r.figure(title, caption, 30*vg.Millimeter+vg.Length(l.rows())*70*vg.Millimeter)
	if skipped > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d more models have scores of several layers and are not drawn: choose up to %d by --model", skipped, mostModels))
	}
	f.leastWidth = max(f.leastWidth, vg.Length(l.columns()*60+30)*vg.Millimeter)
	f.leastHeight = vg.Length(25+45*l.rows()) * vg.Millimeter
	f.draw = l.draw
	return f, nil
}

// resultNames are benchmarks and parts to draw results of, all where there are
// none. Benchmarks of several layers are no scores of a model, but known here.
func (r Request) resultNames(models []*ranking.Model) (map[string]bool, error) {
	if len(r.Scores) == 0 {
		return nil, nil
	}
	var known []string
	for _, m := range models {
		for _, result := range m.Results() {
			known = append(known, result.Benchmark, result.Parent)
		}
	}
	slices.Sort(known)
	known = slices.DeleteFunc(slices.Compact(known), func(name string) bool { return name == "" })
	wanted := map[string]bool{}
	for _, name := range r.Scores {
		found, err := ranking.Find("benchmark or part", name, known)
		if err != nil {
			return nil, err
		}
		wanted[found] = true
	}
	return wanted, nil
}

// chosen says whether a result is of what is wanted; nil wants all.
func chosen(wanted map[string]bool, r benchmarks.Result) bool {
	return wanted == nil || wanted[r.Benchmark] || r.Parent != "" && wanted[r.Parent]
}

func curvesOf(data *ranking.Data, m *ranking.Model, wanted map[string]bool) []curve {
	of := map[string]*curve{}
	var names []string
	for _, r := range m.Results() {
		if !chosen(wanted, r) {
			continue
		}
		c, ok := of[r.Benchmark]
		if !ok {
			c = &curve{benchmark: r.Benchmark}
			of[r.Benchmark] = c
			names = append(names, r.Benchmark)
		}
		e := r.Raw
		if data.Composite.Of == benchmarks.OfCeiled {
			e = r.Ceiled
		}
		b := bar{e.Value, e.Value - e.Error, e.Value + e.Error, math.NaN()}
		if e.Interval != nil && !e.Interval.None() {
			b.low, b.high = e.Interval.Low, e.Interval.High
		}
		c.layers, c.bars = append(c.layers, r.Layer), append(c.bars, b)
	}
	slices.Sort(names)
	var curves []curve
	for _, name := range names {
		if len(of[name].layers) > 1 {
			curves = append(curves, *of[name])
		}
	}
	return curves
}

// layerOrder lists the layers of curves by name, numbers in names as numbers.
func layerOrder(curves []curve) []string {
	var all []string
	for _, c := range curves {
		all = append(all, c.layers...)
	}
	slices.SortFunc(all, natural)
	return slices.Compact(all)
}

// natural compares text with the numbers in it as numbers.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		m, n := digits(x), digits(y)
		if m == 0 || n == 0 {
			if x[0] != y[0] {
				return cmp.Compare(x[0], y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		u, v := strings.TrimLeft(x[:m], "0"), strings.TrimLeft(y[:n], "0")
		if c := cmp.Or(cmp.Compare(len(u), len(v)), strings.Compare(u, v)); c != 0 {
			return c
		}
		x, y = x[m:], y[n:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// digits is how many digits text starts with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

type layers struct {
	of         string
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
					if finite(v) {
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
	plot := newPlot("", l.of)
	nominal(&plot.X, s, p.layers, c.Max.X-c.Min.X)
	if low > high {
		low, high = 0, 1
	}
	plot.Y.Min, plot.Y.Max = low, high
	spread(&plot.Y, 0.04)
	plot.Add(grid{y: true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		for k, cu := range p.curves {
			style := mark(slices.Index(l.benchmarks, cu.benchmark))
			// Beside each other, so that whiskers do not hide each other.
			aside := min(0.3, 0.06*float64(len(p.curves))) * (float64(k) - float64(len(p.curves)-1)/2) / float64(len(p.curves))
			var line []vg.Point
			for i, layer := range p.layers {
				at := slices.Index(cu.layers, layer)
				if at < 0 || !finite(cu.bars[at].value) {
					continue
				}
				b := cu.bars[at]
				here := vg.Point{X: toX(float64(i) + aside), Y: toY(b.value)}
				if finite(b.low) && finite(b.high) {
					c.StrokeLine2(draw.LineStyle{Color: style.Color, Width: 0.6}, here.X, toY(b.low), here.X, toY(b.high))
				}
				line = append(line, here)
			}
			c.StrokeLines(draw.LineStyle{Color: style.Color, Width: 1}, line)
			for _, at := range line {
				c.DrawGlyphNoClip(style, at)
			}
		}
	}))
	plot.Draw(c)
}

// nominal names the places 0, 1, … on a horizontal axis, aslant where they would
// touch.
func nominal(a *plot.Axis, s *sheet, names []string, room vg.Length) {
	var all []plot.Tick
	widest := vg.Length(0)
	for i, name := range names {
		text := fit(s.name(name), tickSize, 100)
		widest = max(widest, width(text, tickSize, false))
		all = append(all, plot.Tick{Value: float64(i), Label: text})
	}
	a.Min, a.Max = -0.4, float64(len(names))-0.6
	a.Tick.Marker = plot.ConstantTicks(all)
	each := room * 0.85 / vg.Length(len(names))
	if widest+4 > each {
		// Those that would touch even so go without a name.
		step := int(math.Ceil(float64(tickSize * 1.1 / each)))
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
