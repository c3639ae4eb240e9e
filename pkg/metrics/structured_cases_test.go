package metrics_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// The tests of structured cases draw activations and recordings that look like real
// ones and compare each metric with a slow path of its own, written from the
// definitions in double-double arithmetic. A failure names its seed:
//
//	go test ./pkg/metrics -run Structured -seed 17 -cases 1 -v
//
// draws that case again. The build tag structured draws thousands.
var (
	firstSeed = flag.Uint64("seed", 1, "seed of the first structured case; each further case takes the next")
	float64s  = flag.Bool("float64", false, "fit no mapping in twice the precision, as if layers were large")
	caseCount = flag.Int("cases", 0, "structured cases of each family of metrics (0: the usual number)")
)

// precisionWarning finds a warning that rounding can have moved a figure.
var precisionWarning = regexp.MustCompile(`(?i)precision|rounding|digits|conditioned|taken as zero|can be off|may be off|accura`)

// tolerance of a figure without a warning about precision.
const (
	mappingTolerance = 1e-6
	closeTolerance   = 1e-9
)

// tally counts what became of the cases of one metric; needed are the warnings about
// precision without which the case would have failed.
type tally struct {
	cases, warned, needed, undefined, doubtful, failed int
	worst                                              float64 // error without a warning
	seed                                               uint64  // of the worst
	examples                                           []string
}

// tallies are those of all metrics of a test.
type tallies struct {
	sync.Mutex
	of map[string]*tally
}

// figure is a number of the program's beside the exact one.
type figure struct {
	metric    string
	what      fmt.Stringer // describes the case
	seed      uint64
	got, want float64
	warnings  []string
	tolerance float64
	// steep is how much more than r itself the figure moves with it, 1 if 0.
	steep float64
	// doubtful says that the definition itself hangs on rounding there.
	doubtful bool
	// part says that the figure is one of many of a score: NaN needs no reason.
	part bool
}

// check counts a figure, and whether it is wrong.
func (a *tallies) check(f figure) {
	a.Lock()
	defer a.Unlock()
	if a.of == nil {
		a.of = make(map[string]*tally)
	}
	t := a.of[f.metric]
	if t == nil {
		t = &tally{}
		a.of[f.metric] = t
	}
	t.cases++
	warned := slices.ContainsFunc(f.warnings, precisionWarning.MatchString)
	if warned {
		t.warned++
	}
	problem, off := "", math.Abs(f.got-f.want)/max(1, f.steep)
	switch {
	case math.IsInf(f.got, 0):
		problem = "is infinite"
	case math.IsNaN(f.got) && math.IsNaN(f.want):
		t.undefined++
		if len(f.warnings) == 0 && !f.part {
			problem = "is rightly NaN, but no warning says why"
		}
	case warned:
		if !(off <= f.tolerance) {
			t.needed++
		}
	case f.doubtful && !(off <= f.tolerance):
		t.doubtful++
	case math.IsNaN(f.got):
		problem = "is NaN"
	case math.IsNaN(f.want):
		problem = "is a number"
	default:
		if off > t.worst {
			t.worst, t.seed = off, f.seed
		}
		if off > f.tolerance {
			problem = fmt.Sprintf("is off by %.2g", off)
		}
	}
	if problem == "" {
		return
	}
	t.failed++
	t.examples = append(t.examples, fmt.Sprintf("seed %d: %s %s: %.12g, exact %.12g (%v); warnings %q", f.seed, f.metric, problem, f.got, f.want, f.what, f.warnings))
}

// fail counts a case that gave no figure.
func (a *tallies) fail(metric string, seed uint64, what fmt.Stringer, err error) {
	a.Lock()
	defer a.Unlock()
	if a.of == nil {
		a.of = make(map[string]*tally)
	}
	if a.of[metric] == nil {
		a.of[metric] = &tally{}
	}
	t := a.of[metric]
	t.cases++
	t.failed++
	t.examples = append(t.examples, fmt.Sprintf("seed %d: %s: %v (%v)", seed, metric, err, what))
}

// show logs the table and fails the test with some examples of what is wrong.
func (a *tallies) show(t *testing.T) {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "%-48s %6s %7s %7s %6s %9s %7s %15s %8s\n", "metric", "cases", "warned", "needed", "NaN", "doubtful", "failed", "largest error", "seed")
	names := make([]string, 0, len(a.of))
	for name := range a.of {
		names = append(names, name)
	}
	slices.Sort(names)
	examples := 6
	if *caseCount > 0 {
		examples = 1000
	}
	for _, name := range names {
		n := a.of[name]
		fmt.Fprintf(&out, "%-48s %6d %7d %7d %6d %9d %7d %15.2g %8d\n", name, n.cases, n.warned, n.needed, n.undefined, n.doubtful, n.failed, n.worst, n.seed)
		slices.Sort(n.examples)
		for i, e := range n.examples {
			if i == examples {
				t.Errorf("and %d more of %s", len(n.examples)-i, name)
				break
			}
			t.Error(e)
		}
	}
	t.Log("\n" + out.String())
}

// eachCase runs the test's cases side by side. share is the family's part of the
// usual number of cases, of which -short runs a tenth.
func eachCase(t *testing.T, share float64, run func(ctx context.Context, seed uint64, tallies *tallies)) {
	t.Helper()
	if *float64s {
		fitInFloat64(t)
	}
	count := *caseCount
	switch {
	case testing.Short():
		share /= 10
	case !thorough.Asked():
		share /= 8
	}
	if count == 0 {
		count = max(1, int(share*usualCases))
	}
	var all tallies
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for seed := range seeds {
				run(t.Context(), seed, &all)
			}
		})
	}
	for i := range count {
		seeds <- *firstSeed + uint64(i)
	}
	close(seeds)
	workers.Wait()
	all.show(t)
}

// fitInFloat64 lets the mappings of a test be fitted as those of large layers are.
func fitInFloat64(t *testing.T) {
	effort := double.Effort
	double.Effort.Always, double.Effort.Doubtful = 0, 0
	t.Cleanup(func() { double.Effort = effort })
}

// columns is a row-major matrix as a source of columns.
type columns struct {
	x          []float64
	rows, cols int
	single     bool
}

func (c columns) Rows() int    { return c.rows }
func (c columns) Cols() int    { return c.cols }
func (c columns) Single() bool { return c.single }
func (c columns) ReadBlock(lo, hi int, dst []float64, ld int) error {
	for i := range c.rows {
		copy(dst[i*ld:i*ld+hi-lo], c.x[i*c.cols+lo:i*c.cols+hi])
	}
	return nil
}

func (c columns) ReadBlockSingle(lo, hi int, dst []float32, ld int) error {
	for i := range c.rows {
		for j := lo; j < hi; j++ {
			dst[i*ld+j-lo] = float32(c.x[i*c.cols+j])
		}
	}
	return nil
}

// scoreOf is the program's score of a case.
func scoreOf(ctx context.Context, name string, options metrics.Options, c *structured.Case, splits []metrics.Split) (metrics.Score, error) {
	m, err := metrics.New(name, options)
	if err != nil {
		return metrics.Score{}, err
	}
	neural, ok := m.(metrics.Neural)
	if !ok {
		return metrics.Score{}, fmt.Errorf("%s takes no recordings", name)
	}
	return metrics.ScoreColumns(ctx, neural, columns{c.Activations, c.Stimuli, c.Features, c.Single}, metrics.NeuralInput{
		Responses: c.Responses, Neuroids: c.Neuroids, Splits: splits, Workers: 1 + int(c.Seed%2),
	})
}

func splitsOf(c *structured.Case) []metrics.Split {
	var splits []metrics.Split
	for _, s := range c.Splits {
		splits = append(splits, metrics.Split{Train: s.Train, Test: s.Test})
	}
	return splits
}

// varies reports whether the numbers of a series differ.
func varies(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return true
		}
	}
	return false
}

// pick returns column j of the given rows of x.
func pick(x []float64, cols, j int, rows []int) []float64 {
	out := make([]float64, len(rows))
	for a, i := range rows {
		out[a] = x[i*cols+j]
	}
	return out
}

func numbers(x []float64) []exact.Number {
	out := make([]exact.Number, len(x))
	for i, v := range x {
		out[i] = exact.Of(v)
	}
	return out
}

// pearson is r of two series that vary.
func pearson(x, y []exact.Number) exact.Number {
	meanX, meanY := exact.Mean(x), exact.Mean(y)
	var xx, yy, xy exact.Number
	for i := range x {
		dx, dy := x[i].Sub(meanX), y[i].Sub(meanY)
		xx, yy, xy = xx.Add(dx.Mul(dx)), yy.Add(dy.Mul(dy)), xy.Add(dx.Mul(dy))
	}
	return xy.Div(xx.Sqrt()).Div(yy.Sqrt())
}

// medianOf is the middle of the numbers, NaN left out.
func medianOf(x []float64) float64 {
	x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// meanOf is the mean of the numbers, NaN left out.
func meanOf(x []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / n
}

// nearest expects the figure that is nearer to what the program has: the exact one, or
// the one in which numbers are equal that the rounding of the data, as by a change of
// unit, may have made differ.
func nearest(f figure, want, merged float64) figure {
	f.want = want
	if math.IsNaN(f.got) && math.IsNaN(merged) || math.Abs(f.got-merged) < math.Abs(f.got-want) || math.IsNaN(want) && !math.IsNaN(f.got) {
		f.want = merged
	}
	return f
}
