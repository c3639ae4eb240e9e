package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// Kind is a kind of figure.
type Kind struct {
	Name, Summary string
	build         func(context.Context, *ranking.Data, Request) (*Figure, error)
}

// Kinds are the kinds of figures.
func Kinds() []Kind {
	return []Kind{
		{"scores", "bars of each model's scores, with errors or intervals and ceilings", scoresFigure},
		{"scatter", "a score against metadata such as ImageNet accuracy, with model names", scatterFigure},
		{"layers", "curves of scores over layers, for each benchmark or region", layersFigure},
		{"agreement", "a matrix of how far benchmarks agree on the order of models", agreementFigure},
		{"neuroids", "how the scores of single neuroids are distributed", neuroidsFigure},
	}
}

// Request says what to draw.
type Request struct {
	Title string
	// Width and Height are in millimetres; zero chooses by kind and content.
	Width, Height float64
	// Scores are names of scores: what they mean depends on the kind. Models
	// are those to draw, all where there are none.
	Scores, Models []string
	// X is the column of metadata on the x axis of a scatter.
	X string
	// Top is how many models are drawn, the best first; zero draws all.
	Top int
	// Label is how many models a scatter names; below zero chooses.
	Label int
	Seed  uint64
}

// New makes a figure of a kind.
func New(ctx context.Context, kind string, data *ranking.Data, r Request) (*Figure, error) {
	for _, k := range Kinds() {
		if k.Name == kind {
			return k.build(ctx, data, r)
		}
	}
	return nil, fmt.Errorf("unknown kind of figure %q", kind)
}

// DataError reports scores that a figure cannot be made of.
type DataError struct{ msg string }

func (e *DataError) Error() string { return e.msg }

// DataError says that the cause is invalid data.
func (e *DataError) DataError() bool { return true }

func nothing(format string, args ...any) error { return &DataError{fmt.Sprintf(format, args...)} }

// lacking reports a score that no model has.
func lacking(data *ranking.Data, models []*ranking.Model, score string) error {
	if m := models[0]; score == ranking.CompositeScore && m.Why != "" {
		return nothing("no model has composite %s: %s lacks %s", scoreTitle(data, score), m.Name, m.Why)
	}
	return nothing("no model has one value of %s", score)
}

// figure starts a figure, with a height in points for what is not asked for.
func (r Request) figure(title, caption string, height vg.Length) *Figure {
	f := &Figure{title: r.Title, caption: caption, leastWidth: 85 * vg.Millimeter, leastHeight: 50 * vg.Millimeter, width: defaultWidth * vg.Millimeter, height: min(max(height, LeastSize*vg.Millimeter), MostSize*vg.Millimeter)}
	if f.title == "" {
		f.title = title
	}
	if r.Width > 0 {
		f.width = vg.Length(r.Width) * vg.Millimeter
	}
	if r.Height > 0 {
		f.height = vg.Length(r.Height) * vg.Millimeter
	}
	return f
}

// models are those asked for, by name.
func (r Request) models(data *ranking.Data) ([]*ranking.Model, error) {
	all := data.Models()
	if len(all) == 0 {
		return nil, nothing("there are no models to draw")
	}
	if len(r.Models) == 0 {
		return all, nil
	}
	var chosen []*ranking.Model
	for _, name := range r.Models {
		m, err := ranking.FindModel(all, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(chosen, m) {
			chosen = append(chosen, m)
		}
	}
	return chosen, nil
}

// scores are the names of scores asked for, or else those given.
func (r Request) scores(models []*ranking.Model, otherwise []string) ([]string, error) {
	if len(r.Scores) == 0 {
		return otherwise, nil
	}
	var names []string
	for _, name := range r.Scores {
		found, err := ranking.FindScore(models, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(names, found) {
			names = append(names, found)
		}
	}
	return names, nil
}

// scoreTitle is how a score is named in a figure.
func scoreTitle(data *ranking.Data, score string) string {
	if score == ranking.CompositeScore {
		return data.Composite.Identifier
	}
	return score
}

// familyMarks gives each family its place among the marks: those of most models
// first, others than these none.
func familyMarks(models []*ranking.Model) (of map[string]int, names []string) {
	count := map[string]int{}
	for _, m := range models {
		if f := m.Metadata[ranking.FamilyColumn].Text; f != "" {
			count[f]++
		}
	}
	for f := range count {
		names = append(names, f)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	if len(names) > len(palette) {
		names = names[:len(palette)]
	}
	of = map[string]int{}
	for i, f := range names {
		of[f] = i
	}
	return of, names
}
