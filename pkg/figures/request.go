package figures

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// Kind is a kind of figure.
type Kind struct {
	Name, Summary string
	build         func(context.Context, *ranking.Data, Request) (*Figure, error)
}

// Kinds returns the kinds of figures.
func Kinds() []Kind {
	return []Kind{
		{"scores", "bars of each model's scores, with errors or intervals and ceilings", scoresFigure},
		{"scatter", "a score against metadata such as ImageNet accuracy, with model names", scatterFigure},
		{"layers", "curves of scores over layers, for each benchmark or region", layersFigure},
		{"agreement", "a matrix of how far benchmarks agree on the order of models", agreementFigure},
		{"neuroids", "how the scores of single neuroids are distributed", neuroidsFigure},
	}
}

// Request holds the settings of a figure.
type Request struct {
	Title string
	// Width and Height are in millimetres; zero chooses a size by kind and content.
	Width, Height float64
	// Scores names the scores to draw, which depend on the kind, and Models the
	// models. Empty lists draw the default scores and all models.
	Scores, Models []string
	// X is the column of metadata on the x axis of a scatter.
	X string
	// Top limits the number of models, the best first; zero draws all.
	Top int
	// Label is the number of models that a scatter names; a negative one chooses.
	Label int
	// Seed determines the bootstrap samples of intervals.
	Seed uint64
}

// New returns a figure of a kind, one of Kinds by name.
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

// DataError reports that the cause is invalid data.
func (e *DataError) DataError() bool { return true }

func dataErrorf(format string, args ...any) error { return &DataError{fmt.Sprintf(format, args...)} }

// missingScore returns the error for a score that no model has.
func missingScore(data *ranking.Data, models []*ranking.Model, score string) error {
	if m := models[0]; score == ranking.CompositeScore && m.Why != "" {
		return dataErrorf("no model has composite %s: %s lacks %s", scoreTitle(data, score), m.Name, m.Why)
	}
	return dataErrorf("no model has one value of %s", score)
}

// figure returns a figure without content, of the given height unless the request sets
// another.
func (r Request) figure(title, caption string, height vg.Length) *Figure {
	f := &Figure{title: r.Title, caption: caption, minWidth: 85 * vg.Millimeter, minHeight: 50 * vg.Millimeter, width: defaultWidth * vg.Millimeter, height: min(max(height, LeastSize*vg.Millimeter), MostSize*vg.Millimeter)}
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

// models returns the requested models.
func (r Request) models(data *ranking.Data) ([]*ranking.Model, error) {
	all := data.Models()
	if len(all) == 0 {
		return nil, dataErrorf("there are no models to draw")
	}
	if len(r.Models) == 0 {
		return all, nil
	}
	var models []*ranking.Model
	for _, name := range r.Models {
		m, err := ranking.FindModel(all, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(models, m) {
			models = append(models, m)
		}
	}
	return models, nil
}

// scores returns the names of the requested scores, or else the defaults.
func (r Request) scores(models []*ranking.Model, defaults []string) ([]string, error) {
	if len(r.Scores) == 0 {
		return defaults, nil
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

// scoreTitle returns the name of a score in figures.
func scoreTitle(data *ranking.Data, score string) string {
	if score == ranking.CompositeScore {
		return data.Composite.Identifier
	}
	return score
}

// familyMarks returns the marks of the largest families, by name, and their names.
func familyMarks(models []*ranking.Model) (marks map[string]int, names []string) {
	names = ranking.FamilyNames(models)
	names = names[:min(len(names), len(palette))]
	marks = map[string]int{}
	for i, name := range names {
		marks[name] = i
	}
	return marks, names
}
