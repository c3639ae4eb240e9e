package observers

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Ranking compares models with people over several benchmarks.
type Ranking struct {
	Benchmarks []string
	Models     []Ranked // the lowest mean rank first; then those without one, by name
}

// Ranked holds a model's figures, each the mean over the benchmarks.
type Ranked struct {
	Name string
	// Accuracy is the share of right answers. AccuracyDifference, ObservedConsistency and
	// ErrorConsistency are the raw scores of the metrics of these names, the last with its
	// sign.
	Accuracy, AccuracyDifference, ObservedConsistency, ErrorConsistency float64
	// MeanRank is the mean of the ranks by accuracy difference (the lowest first),
	// observed consistency and error consistency (the highest first). Equal values share
	// the average of their ranks. It is NaN if one of the figures is.
	MeanRank float64
}

// Rank compares the models that have answers on all benchmarks whose people have trials.
// It returns nil if there are no such benchmarks or models.
func Rank(ctx context.Context, all []*Answers) (*Ranking, error) {
	r := &Ranking{}
	figures := make(map[string][][4]float64)
	for _, a := range all {
		if len(a.People) == 0 {
			continue
		}
		r.Benchmarks = append(r.Benchmarks, a.Benchmark)
		for i, g := range a.Groups()[:len(a.Models)] {
			f, err := a.figures(ctx, a.Models[i])
			if err != nil {
				return nil, err
			}
			figures[g.Name] = append(figures[g.Name], f)
		}
	}
	for name, rows := range figures {
		if len(rows) != len(r.Benchmarks) {
			continue
		}
		var mean [4]float64
		for k := range mean {
			for _, row := range rows {
				mean[k] += row[k] / float64(len(rows)) // NaN stays
			}
		}
		r.Models = append(r.Models, Ranked{name, mean[0], mean[1], mean[2], mean[3], math.NaN()})
	}
	if len(r.Models) == 0 {
		return nil, nil
	}
	slices.SortFunc(r.Models, func(x, y Ranked) int { return cmp.Compare(x.Name, y.Name) })
	var ranks [3][]float64
	for k, value := range []func(Ranked) float64{
		func(m Ranked) float64 { return m.AccuracyDifference },
		func(m Ranked) float64 { return -m.ObservedConsistency },
		func(m Ranked) float64 { return -m.ErrorConsistency },
	} {
		var values []float64
		for _, m := range r.Models {
			values = append(values, value(m))
		}
		ranks[k] = averageRanks(values)
	}
	for i := range r.Models {
		r.Models[i].MeanRank = (ranks[0][i] + ranks[1][i] + ranks[2][i]) / 3
	}
	slices.SortStableFunc(r.Models, func(x, y Ranked) int {
		if nan := math.IsNaN(x.MeanRank); nan != math.IsNaN(y.MeanRank) {
			if nan {
				return 1
			}
			return -1
		}
		return cmp.Compare(x.MeanRank, y.MeanRank)
	})
	return r, nil
}

// figures returns a model's accuracy, accuracy difference, observed consistency and error
// consistency with people.
func (a *Answers) figures(ctx context.Context, model Observer) (f [4]float64, err error) {
	var all Share
	for _, answer := range model.Answers {
		all.Trials++
		if answer.Right {
			all.Right++
		}
	}
	f = [4]float64{all.Value(), math.NaN(), math.NaN(), math.NaN()}
	in, _ := a.compare(model, a.People)
	if len(in.Trials) == 0 {
		return f, nil
	}
	for k, name := range []string{"accuracy_difference", "observed_consistency", "error_consistency"} {
		metric, err := newConsistency(name)
		if err != nil {
			return f, err
		}
		score, err := metric.ScoreConsistency(ctx, in)
		if err != nil {
			return f, err
		}
		f[k+1] = metrics.MeanSD(score.Raw.Splits).Value // with its sign
	}
	return f, nil
}

// averageRanks returns the rank of each value, 1 for the lowest. Equal values share the
// average of their ranks; NaN has none.
func averageRanks(values []float64) []float64 {
	ranks := make([]float64, len(values))
	for i, v := range values {
		below, equal := 0, 0
		for _, w := range values {
			if w < v {
				below++
			} else if w == v {
				equal++
			}
		}
		ranks[i] = float64(below) + float64(float64(equal+1)/2)
		if math.IsNaN(v) {
			ranks[i] = math.NaN()
		}
	}
	return ranks
}
