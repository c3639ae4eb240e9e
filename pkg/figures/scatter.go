package figures

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// A scatter of up to maxAllNamed models names all of them by default, and otherwise the
// defaultNamed most notable ones.
const (
	maxAllNamed  = 25
	defaultNamed = 16
)

// dot is a model in a scatter.
type dot struct {
	model *ranking.Model
	x, y  float64
	mark  int
}

// scatterFigure draws one score against metadata.
func scatterFigure(_ context.Context, data *ranking.Data, r Request) (*Figure, error) {
	models, err := r.models(data)
	if err != nil {
		return nil, err
	}
	scores, err := r.scores(models, []string{ranking.CompositeScore})
	if err != nil {
		return nil, err
	}
	if len(scores) > 1 {
		return nil, dataErrorf("a scatter has one score: give --score once")
	}
	column, err := data.FindNumeric(cmp.Or(r.X, ranking.AccuracyColumn))
	if err != nil {
		return nil, err
	}
	score := scores[0]
	families, names := familyMarks(models)
	var dots []dot
	for _, m := range models {
		d := dot{m, math.NaN(), m.Score(score), -1}
		if v, ok := m.Metadata[column]; ok {
			d.x = v.Number
		}
		if i, ok := families[m.Metadata[ranking.FamilyColumn].Text]; ok {
			d.mark = i
		} else if len(names) == 0 {
			d.mark = 0
		}
		if drawable(d.x) && drawable(d.y) {
			dots = append(dots, d)
		}
	}
	if !slices.ContainsFunc(models, func(m *ranking.Model) bool { return drawable(m.Score(score)) }) {
		return nil, missingScore(data, models, score)
	}
	if len(dots) == 0 {
		return nil, dataErrorf("no model has both %s and %s", scoreTitle(data, score), column)
	}
	slices.SortStableFunc(dots, func(a, b dot) int { return cmp.Compare(b.y, a.y) })
	if r.Top > 0 && len(dots) > r.Top {
		dots = dots[:r.Top]
	}
	// Models are in the order of their names, as for analyze, to get the same intervals.
	isDrawn := make(map[*ranking.Model]bool, len(dots))
	for _, d := range dots {
		isDrawn[d.model] = true
	}
	drawnModels := slices.DeleteFunc(slices.Clone(models), func(m *ranking.Model) bool { return !isDrawn[m] })
	title := fmt.Sprintf("%s against %s", scoreTitle(data, score), column)
	f := r.figure(title, correlationCaption(ranking.Correlate(drawnModels, score, column, r.Seed)), 120*vg.Millimeter)
	if n := len(models) - len(dots); n > 0 && r.Top == 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d of %d models lack %s or %s and are not drawn", n, len(models), scoreTitle(data, score), column))
	}
	s := scatter{dots: dots, families: names, label: r.Label, column: column, score: fmt.Sprintf("%s (%s)", scoreTitle(data, score), data.Composite.Of)}
	s.others = len(names) > 0 && slices.ContainsFunc(dots, func(d dot) bool { return d.mark < 0 })
	s.interval = func(m *ranking.Model) ranking.Interval {
		if i := m.Interval(score); drawable(i.Low) && drawable(i.High) {
			return i
		}
		return ranking.NoInterval
	}
	f.draw = s.draw
	return f, nil
}

func correlationCaption(a ranking.Against) string {
	if math.IsNaN(a.Pearson) {
		return fmt.Sprintf("n = %d", a.N)
	}
	text := fmt.Sprintf("Pearson r = %.3f", a.Pearson)
	if !a.Interval.None() {
		text += fmt.Sprintf(" [%.3f, %.3f]", a.Interval.Low, a.Interval.High)
	}
	text += fmt.Sprintf(", Spearman ρ = %.3f", a.Spearman)
	if !a.SpearmanInterval.None() {
		text += fmt.Sprintf(" [%.3f, %.3f]", a.SpearmanInterval.Low, a.SpearmanInterval.High)
	}
	return strings.ReplaceAll(text+fmt.Sprintf(", n = %d models; 95 %% intervals", a.N), "-", "−")
}

// scatter is a figure of a score against metadata.
type scatter struct {
	dots          []dot
	families      []string
	others        bool // some models have no marked family
	label         int
	column, score string
	interval      func(*ranking.Model) ranking.Interval
}

func (sc scatter) draw(s *sheet) {
	area := s.Canvas
	if len(sc.families) > 0 {
		area = sc.legend(s)
	}
	p := newPlot(s.name(sc.column), s.name(sc.score))
	p.Add(grid{true, true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		points := make([]vg.Point, len(sc.dots))
		var whiskers [][2]vg.Point
		for i, d := range sc.dots {
			points[i] = vg.Point{X: toX(d.x), Y: toY(d.y)}
			if interval := sc.interval(d.model); !interval.None() {
				w := [2]vg.Point{{X: points[i].X, Y: toY(interval.Low)}, {X: points[i].X, Y: toY(interval.High)}}
				c.StrokeLine2(draw.LineStyle{Color: other, Width: 0.6}, w[0].X, w[0].Y, w[1].X, w[1].Y)
				whiskers = append(whiskers, w)
			}
		}
		for i := len(points) - 1; i >= 0; i-- {
			c.DrawGlyphNoClip(mark(sc.dots[i].mark), points[i])
		}
		var labels []label
		for _, i := range sc.labelled() {
			labels = append(labels, label{points[i], s.name(sc.dots[i].model.Name)})
		}
		if omitted := placeLabels(c, labels, points, whiskers, 6.5); omitted > 0 {
			c.FillText(aligned(styled(smallSize, faint, false), -1, 0), vg.Point{X: c.Max.X, Y: c.Min.Y + 2}, fmt.Sprintf("%d names have no room", omitted))
		}
	}))
	for _, d := range sc.dots {
		widen(&p.X, d.x, d.x)
		widen(&p.Y, d.y, d.y)
		if interval := sc.interval(d.model); !interval.None() {
			widen(&p.Y, interval.Low, interval.High)
		}
	}
	spread(&p.X, 0.04)
	spread(&p.Y, 0.04)
	p.Draw(area)
}

// labelled returns the models to name: of many, the best, the one furthest to the right,
// and those furthest off the line through all.
func (sc scatter) labelled() []int {
	n := sc.label
	if n < 0 {
		if n = len(sc.dots); n > maxAllNamed {
			n = defaultNamed
		}
	}
	n = min(n, len(sc.dots))
	if n == len(sc.dots) {
		return indices(n)
	}
	residuals := sc.residuals()
	right := 0
	for i, d := range sc.dots {
		if d.x > sc.dots[right].x {
			right = i
		}
	}
	var chosen []int
	isChosen := make([]bool, len(sc.dots))
	add := func(i int) {
		if len(chosen) < n && !isChosen[i] {
			chosen, isChosen[i] = append(chosen, i), true
		}
	}
	for i := range (n + 1) / 2 {
		add(i)
	}
	add(right)
	for _, i := range slices.SortedStableFunc(slices.Values(indices(len(residuals))), func(i, j int) int { return cmp.Compare(residuals[j], residuals[i]) }) {
		add(i)
	}
	return chosen
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// residuals returns the vertical distances from the line of least squares.
func (sc scatter) residuals() []float64 {
	n := float64(len(sc.dots))
	var mx, my, xy, xx float64
	for _, d := range sc.dots {
		mx += d.x / n
		my += d.y / n
	}
	for _, d := range sc.dots {
		xy += (d.x - mx) * (d.y - my)
		xx += (d.x - mx) * (d.x - mx)
	}
	slope := 0.0
	if xx > 0 {
		slope = xy / xx
	}
	distances := make([]float64, len(sc.dots))
	for i, d := range sc.dots {
		distances[i] = math.Abs(d.y - my - slope*(d.x-mx))
	}
	return distances
}

// legend draws the families on the right and returns the canvas beside them.
func (sc scatter) legend(s *sheet) draw.Canvas {
	names := slices.Clone(sc.families)
	if sc.others {
		names = append(names, "other")
	}
	entries := make([]entry, len(names))
	for i, name := range names {
		entries[i] = entry{s.name(name), mark(i), false}
		if i == len(sc.families) {
			entries[i].glyph = mark(-1)
		}
	}
	return drawLegend(s.Canvas, entries)
}
