package similarity

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// tripletPoints counts the points of trials by subject, in sixths, which halves and thirds
// are multiples of, so that no order of trials changes their mean.
type tripletPoints struct {
	count, sum, squares []int // by subject: trials, their points, the squares of these
	tied                int
}

const wholePoint = 6

// points returns the points of the choices: 1 for the one that the subject made, 1/k if it
// is one of k. Trials without a choice are left out.
func (c choices) points(in metrics.TripletInput) tripletPoints {
	p := tripletPoints{count: make([]int, in.Subjects), sum: make([]int, in.Subjects), squares: make([]int, in.Subjects)}
	for i, t := range in.Trials {
		k := bits.OnesCount8(c[i])
		if k == 0 {
			continue
		}
		if k > 1 {
			p.tied++
		}
		p.count[t.Subject]++
		if c[i]>>t.Odd&1 == 1 {
			p.sum[t.Subject] += wholePoint / k
			p.squares[t.Subject] += wholePoint / k * (wholePoint / k)
		}
	}
	return p
}

func total(counts []int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// trials returns the number of trials with a choice.
func (p tripletPoints) trials() int { return total(p.count) }

// estimate returns the mean of the points and their standard deviation; NaN without trials.
func (p tripletPoints) estimate() metrics.Estimate {
	n, sum, squares := p.trials(), total(p.sum), total(p.squares)
	if n == 0 {
		return metrics.None()
	}
	// n² times the variance, in sixths: squares and counts are far below 2⁵³.
	variance := float64(float64(n)*float64(squares)) - float64(float64(sum)*float64(sum))
	return metrics.Estimate{Value: float64(sum) / float64(wholePoint*n), Error: math.Sqrt(max(0, variance)) / float64(wholePoint*n)}
}

// interval bootstraps over subjects: as many as there are, drawn with replacement.
func (p tripletPoints) interval(ctx context.Context, r metrics.Resampling) (*metrics.Interval, error) {
	var subjects []int
	for s, n := range p.count {
		if n > 0 {
			subjects = append(subjects, s)
		}
	}
	n := len(subjects)
	if n < 2 {
		none := metrics.NoInterval
		return &none, nil
	}
	random := rand.New(rand.NewPCG(r.Seed, 0))
	draws := make([]float64, r.Samples)
	for k := range draws {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sum, count := 0, 0
		for range n {
			s := subjects[random.IntN(n)]
			sum, count = sum+p.sum[s], count+p.count[s]
		}
		draws[k] = float64(sum) / float64(wholePoint*count)
	}
	// A sample of n subjects varies as if it had n − 1.
	value := p.estimate().Value
	i := metrics.About(value, draws, math.Sqrt(float64(n)/float64(n-1)), metrics.Alpha)
	return &metrics.Interval{Low: max(0, i.Low), High: min(1, i.High)}, nil
}
