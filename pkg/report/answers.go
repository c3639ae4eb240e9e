package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// answers are the answers of models and people on one benchmark. Observers are the models,
// then all people together, if there are any, and each subject.
type answers struct {
	Benchmark  string             `json:"benchmark"`
	By         string             `json:"by"`
	Conditions []string           `json:"conditions"`
	Observers  []observer         `json:"observers"`
	Accuracy   [][]results.Number `json:"accuracy"` // by observer and condition
	Bias       *biases            `json:"bias,omitempty"`
	Confusion  *confusions        `json:"confusion,omitempty"`
	// Kappa holds κ of each observer with those before it. All people together have none.
	Kappa [][]results.Number `json:"kappa,omitempty"`
}

type observer struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // model | people | subject
}

// biases are the shape biases of observers; null for those whose choices are not known.
type biases struct {
	Categories []string           `json:"categories"` // the first is all together
	Values     [][]results.Number `json:"values"`     // by observer and category
}

// confusions are the choices of all people together and of each model.
type confusions struct {
	Truths  []string  `json:"truths"`
	Choices []string  `json:"choices"`
	Counts  [][][]int `json:"counts"` // by observer, truth and choice; null for subjects
}

// maxTruths is the largest number of truths in a confusion matrix of the page, and
// maxPairs of observers whose κ with all others it has.
const (
	maxTruths = 64
	maxPairs  = 60
)

// rankedLine is a model in the table of mean ranks.
type rankedLine struct {
	Name, MeanRank, Accuracy, Difference, Observed, Kappa string
}

// addAnswers adds the answers of models and people.
func (b *builder) addAnswers(ctx context.Context) error {
	for _, a := range b.options.Answers {
		out, err := newAnswers(ctx, a)
		if err != nil {
			return err
		}
		b.doc.Answers = append(b.doc.Answers, *out)
	}
	var err error
	b.ranking, err = observers.Rank(ctx, b.options.Answers)
	return err
}

func newAnswers(ctx context.Context, a *observers.Answers) (*answers, error) {
	out := &answers{Benchmark: visible(a.Benchmark), By: visible(strings.Join(a.By, ", ")), Conditions: visibleAll(a.Conditions)}
	index := make(map[string]int) // of a group
	key := func(g observers.Group) string { return fmt.Sprintf("%s\x00%s\x00%s", g.Kind, g.Name, g.Layer) }
	t, err := a.Accuracies()
	if err != nil {
		return nil, err
	}
	for i, g := range t.Groups {
		index[key(g)] = i
		out.Observers = append(out.Observers, observer{visible(g.Name), string(g.Kind)})
		var row []results.Number
		for _, share := range t.Cells[i] {
			row = append(row, short(share.Value()))
		}
		out.Accuracy = append(out.Accuracy, row)
	}
	// Not all tables can be made of all answers; the page then lacks them.
	if bias, err := a.ShapeBiases(); err == nil {
		out.Bias = &biases{Categories: append([]string{"all categories"}, visibleAll(bias.Categories)...), Values: make([][]results.Number, len(t.Groups))}
		for i, g := range bias.Groups {
			row := []results.Number{short(bias.All[i].Value())}
			for _, cell := range bias.Cells[i] {
				row = append(row, short(cell.Value()))
			}
			out.Bias.Values[index[key(g)]] = row
		}
	}
	if c, err := a.Confusions(); err == nil && len(c.Truths) <= maxTruths {
		out.Confusion = newConfusions(c, len(t.Groups), func(g observers.Group) int { return index[key(g)] })
	}
	if len(a.Models)+len(a.People) > maxPairs {
		return out, nil
	}
	if c, err := a.Consistency(ctx); err == nil {
		for i := range c.Groups {
			row := []results.Number{}
			for _, kappa := range c.Kappa[i][:i] {
				row = append(row, short(kappa))
			}
			out.Kappa = append(out.Kappa, row)
		}
	}
	return out, ctx.Err()
}

// newConfusions returns the confusions with all choices that are no truth as one.
func newConfusions(c *observers.Confusions, groups int, indexOf func(observers.Group) int) *confusions {
	n := len(c.Truths)
	out := &confusions{Truths: visibleAll(c.Truths), Choices: visibleAll(c.Truths), Counts: make([][][]int, groups)}
	if len(c.Choices) > n {
		out.Choices = append(out.Choices, "other")
	}
	for i, g := range c.Groups {
		if g.Kind == observers.Subject {
			continue
		}
		var rows [][]int
		for _, counts := range c.Counts[i] {
			row := make([]int, len(out.Choices))
			for k, count := range counts {
				row[min(k, n)] += count
			}
			rows = append(rows, row)
		}
		out.Counts[indexOf(g)] = rows
	}
	return out
}

// visibleAll returns texts made visible.
func visibleAll(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		out = append(out, visible(text))
	}
	return out
}

// addRanking adds the table of mean ranks.
func (p *page) addRanking(b *builder) {
	if len(b.doc.Answers) == 0 {
		return
	}
	p.HasAnswers = true
	p.HasPeople = slices.ContainsFunc(b.options.Answers, func(a *observers.Answers) bool { return len(a.People) > 0 })
	if b.ranking == nil {
		return
	}
	p.RankedOn = visibleAll(b.ranking.Benchmarks)
	for _, m := range b.ranking.Models {
		p.Ranked = append(p.Ranked, rankedLine{visible(m.Name), text(m.MeanRank, 2), text(m.Accuracy, 4), text(m.AccuracyDifference, 4), text(m.ObservedConsistency, 4), text(m.ErrorConsistency, 4)})
	}
}
