package figures

import (
	"context"
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// AnswersKind is a kind of figure of the answers of models and people.
type AnswersKind struct {
	Name, Summary string
	build         func(context.Context, *observers.Answers, Request) (*Figure, error)
}

// AnswersKinds returns the kinds of figures of answers.
func AnswersKinds() []AnswersKind {
	return []AnswersKind{
		{"accuracy", "accuracy of models and people by condition, with the range of subjects", accuracyFigure},
		{"shape-bias", "how often models and people follow the shape against the texture, by category", shapeBiasFigure},
		{"confusion", "what was chosen for what was shown, a matrix for people and each model", confusionFigure},
		{"consistency", "error consistency (κ) of all pairs of models and subjects", consistencyFigure},
	}
}

// NewOfAnswers returns a figure of answers of a kind, one of AnswersKinds by name. Of the
// request only the title and the size count.
func NewOfAnswers(ctx context.Context, kind string, a *observers.Answers, r Request) (*Figure, error) {
	for _, k := range AnswersKinds() {
		if k.Name == kind {
			return k.build(ctx, a, r)
		}
	}
	return nil, fmt.Errorf("unknown kind of figure of answers %q", kind)
}

// maxObservers is the largest number of models in a figure of lines or points, which are
// told apart by colour and shape, and of observers in a matrix.
const (
	maxObservers = 28
	maxMatrix    = 120
)

// byKind divides the groups of a table into models, people together (-1 if there are none)
// and subjects, by index.
func byKind(groups []observers.Group) (models []int, people int, subjects []int) {
	people = -1
	for i, g := range groups {
		switch g.Kind {
		case observers.Model:
			models = append(models, i)
		case observers.People:
			people = i
		default:
			subjects = append(subjects, i)
		}
	}
	return models, people, subjects
}

// limitModels returns the models that are drawn, and a note about the others.
func limitModels(models []int, limit int) ([]int, []string) {
	if len(models) <= limit {
		return models, nil
	}
	return models[:limit], []string{fmt.Sprintf("%d of %d models are drawn: choose by --model", limit, len(models))}
}

// peopleName returns the entry of people in a legend.
func peopleName(subjects int) string {
	if subjects == 1 {
		return observers.PeopleName + " (1 subject)"
	}
	return fmt.Sprintf("%s (%d subjects)", observers.PeopleName, subjects)
}

// rangeOf returns the smallest and the largest figure of groups; both are NaN if there are
// none.
func rangeOf(groups []int, value func(int) float64) (low, high float64) {
	low, high = missing, missing
	for _, i := range groups {
		if v := value(i); drawable(v) {
			if !drawable(low) {
				low, high = v, v
			}
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

// consistencyFigure draws κ of all pairs of models and subjects.
func consistencyFigure(ctx context.Context, a *observers.Answers, r Request) (*Figure, error) {
	c, err := a.Consistency(ctx)
	if err != nil {
		return nil, err
	}
	if n := len(c.Groups); n > maxMatrix {
		return nil, dataErrorf("a matrix has up to %d models and subjects, not %d: name fewer models", maxMatrix, n)
	}
	names := make([]string, len(c.Groups))
	cells := make([][]heat, len(c.Groups))
	some, all := false, true
	for i, g := range c.Groups {
		names[i] = g.Name
		for _, kappa := range c.Kappa[i][:i] {
			cells[i] = append(cells[i], heat{kappa, ranking.NoInterval})
			some, all = some || drawable(kappa), all && drawable(kappa)
		}
	}
	if !some {
		return nil, dataErrorf("%s: κ is not defined for any two of the observers: they have no stimuli in common, or are always right or always wrong", a.Benchmark)
	}
	caption := "Cohen’s κ of being right or wrong on the same stimuli" + acrossConditions(a, ", mean over ")
	if !all {
		caption += "; – is not defined"
	}
	return belowDiagonal(names, cells).figure(r, "Error consistency on "+a.Benchmark, caption), nil
}

// acrossConditions returns the number of conditions in words after a text, if there are
// several.
func acrossConditions(a *observers.Answers, before string) string {
	if len(a.Conditions) < 2 {
		return ""
	}
	return fmt.Sprintf("%s%d conditions (%s)", before, len(a.Conditions), strings.Join(a.By, ", "))
}
