package choice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// solutionCase is a small case on solution times: activations of each time bin
// in the order of the images.
type solutionCase struct {
	in     metrics.SolutionInput
	starts []float64
	bins   []timeBin
}

// timeBin is the activations of one time bin, rows × cols.
type timeBin struct {
	x          []float64
	rows, cols int
}

func (b timeBin) columns() stream.Columns { return stream.InMemory(b.x, b.rows, b.cols) }

// goldenSolution reads the golden case; images in ascending order of their ids.
func goldenSolution(t testing.TB) solutionCase {
	t.Helper()
	const home, model = "golden/time/home/", "golden/time/models/recurrent-net/solve/it/"
	table := testinput.CSV(t, home+"assemblies/solve.osts/osts.csv")
	object, classes := testinput.Codes(table["truth"])
	image, ids := testinput.Codes(table["stimulus_id"])
	n := len(ids)
	c := solutionCase{in: metrics.SolutionInput{Truth: make([]int, n), Classes: len(classes), I1: make([]float64, n), Times: make([]float64, n), Workers: 2}}
	number := func(text string) float64 {
		if text == "" {
			return math.NaN()
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for row, id := range table["stimulus_id"] {
		i := image[id]
		c.in.Truth[i] = object[table["truth"][row]]
		c.in.I1[i], c.in.Times[i] = number(table["i1"][row]), number(table["ost"][row])
	}
	var err error
	if c.in.Splits, err = metrics.ShuffleSplits(n, metrics.SplitPlan{Splits: 10, TestSize: 0.1, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	set := testinput.CSV(t, home+"stimuli/solve/stimuli.csv")["stimulus_id"]
	for start := 70; start < 160; start += 10 {
		x, rows, features := testinput.NPY(t, fmt.Sprintf("%s%d-%d.npy", model, start, start+10))
		ordered := make([]float64, len(x))
		for row, id := range set {
			copy(ordered[image[id]*features:], x[row*features:(row+1)*features])
		}
		c.starts = append(c.starts, float64(start))
		c.bins = append(c.bins, timeBin{ordered, rows, features})
	}
	return c
}

func (c solutionCase) series(t testing.TB) metrics.Series {
	t.Helper()
	m, err := metrics.New("ost", nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.(metrics.SolutionTimes).NewSeries(c.in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// score runs all bins. rows are those of the pass, as Bin takes them.
func (c solutionCase) score(t testing.TB, rows []int, options stream.PassOptions) metrics.Score {
	t.Helper()
	ctx := context.Background()
	s := c.series(t)
	for i, bin := range c.bins {
		sinks, err := s.Bin(c.starts[i], rows, bin.cols)
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.RunPass(ctx, bin.columns(), sinks, options); err != nil {
			t.Fatal(err)
		}
		if err := s.EndBin(ctx); err != nil {
			t.Fatal(err)
		}
	}
	score, err := s.Score(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

func TestSolutionTimesGolden(t *testing.T) {
	c := goldenSolution(t)
	got := c.score(t, nil, stream.PassOptions{})
	for _, want := range testinput.GoldenScores(t, "golden/time/expected.json") {
		if want.Benchmark != "solve-ost" {
			continue
		}
		want.Raw.Check(t, "raw", got.Raw, 1e-6)
		ceiled, _ := metrics.Ceil(got.Raw, metrics.Exact(0.79), metrics.Ratio)
		if want.Score.Value == nil || !plain.Near(ceiled.Value, *want.Score.Value, 1e-6) {
			t.Errorf("ceiled score %v, want %v", ceiled.Value, *want.Score.Value)
		}
		t.Logf("raw off by %.2g; warnings %q", got.Raw.Value-*want.Raw.Value, got.Warnings)
		return
	}
	t.Error("no expected figure")
}

func TestSolutionTime(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		name      string
		i1        []float64
		threshold float64
		want      float64
	}{
		{"hit in the first bin", []float64{2, 0, 3, 4}, 1, 70},
		{"just the threshold in the first bin", []float64{1, 0, 0, 0}, 1, 70},
		{"below before", []float64{0, 2, 0, 0}, 1, 75},
		{"just the threshold later", []float64{0, 0.5, 1, 0}, 1, 90},
		{"highest before is not the one before", []float64{0.5, 0, 1.5, 0}, 1, 80},
		{"the first of equal highest ones", []float64{0, 0.5, 0.5, 1.5}, 1, 90},
		{"equal highest ones apart", []float64{0.5, 0, 0.5, 1.5}, 1, 85},
		{"what comes after the hit does not matter", []float64{0, 2, 0.9, 5}, 1, 75},
		{"never", []float64{0, 0.5, 0.9, 0.99}, 1, nan},
		{"NaN is not below", []float64{nan, 2, 0, 0}, 1, 80},
		{"NaN is not above", []float64{0, nan, 2, 0}, 1, 80},
		{"NaN alone", []float64{nan, nan, nan, nan}, 1, nan},
		{"no threshold", []float64{0, 1, 2, 3}, nan, nan},
		{"negative", []float64{-3, -2, -1, 0}, -1.5, 85},
		{"out of reach", []float64{5, 5, 5, 5}, inf, nan},
	} {
		if got := solutionTime([]float64{70, 80, 90, 100}, tt.i1, tt.threshold); !same(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := solutionTime([]float64{0, 10, 50}, []float64{0, -1, 4}, 1); !same(got, 12.5) {
		t.Errorf("uneven bins: %v, want 12.5", got)
	}
}

func TestSolutionTimesConstantInTime(t *testing.T) {
	c := goldenSolution(t)
	middle := c.bins[5]
	for i := range c.bins {
		c.bins[i] = middle
	}
	got := c.score(t, nil, stream.PassOptions{})
	if !math.IsNaN(got.Raw.Value) || len(got.Raw.Splits) != 10 {
		t.Errorf("raw %+v, want NaN of ten splits", got.Raw)
	}
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "the same in all 9") {
		t.Errorf("warnings %q", got.Warnings)
	}
	c.bins, c.starts = c.bins[:1], c.starts[:1]
	got = c.score(t, nil, stream.PassOptions{})
	if !math.IsNaN(got.Raw.Value) || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "one time bin") {
		t.Errorf("one bin: raw %v, warnings %q", got.Raw.Value, got.Warnings)
	}
}

// wide repeats features with changes, so that a pass takes many blocks.
func (c solutionCase) wide(times int) solutionCase {
	for b, bin := range c.bins {
		x := make([]float64, 0, len(bin.x)*times)
		for i := range bin.rows {
			for k := range times {
				for f, v := range bin.x[i*bin.cols : (i+1)*bin.cols] {
					x = append(x, v+float64(k)*math.Sin(float64(i*(f+3)+k)))
				}
			}
		}
		c.bins[b] = timeBin{x, bin.rows, bin.cols * times}
	}
	return c
}

func TestSolutionTimesAreDeterministic(t *testing.T) {
	c := goldenSolution(t).wide(17)
	c.starts, c.bins = c.starts[3:7], c.bins[3:7]
	c.in.Splits = c.in.Splits[:4]
	want := c.score(t, nil, stream.PassOptions{})
	if math.IsNaN(want.Raw.Value) {
		t.Fatal("no score")
	}
	for _, tt := range []struct{ workers, bytes int }{{1, 1}, {3, 1 << 20}, {8, 1}} {
		c.in.Workers = tt.workers
		got := c.score(t, nil, stream.PassOptions{BlockBytes: tt.bytes})
		if got.Raw.Value != want.Raw.Value || !slices.Equal(got.Raw.Splits, want.Raw.Splits) {
			t.Errorf("%d workers, blocks of %d bytes: %v, want %v", tt.workers, tt.bytes, got.Raw, want.Raw)
		}
	}
}

// A pass may hold the images in another order, among others.
func TestSolutionTimesTakesRows(t *testing.T) {
	c := goldenSolution(t)
	c.starts, c.bins = c.starts[2:7], c.bins[2:7]
	want := c.score(t, nil, stream.PassOptions{})
	n := len(c.in.Truth)
	rows := make([]int, n)
	for i := range rows {
		rows[i] = (i*7)%n + 5
	}
	for b, bin := range c.bins {
		x := make([]float64, (n+9)*bin.cols)
		for i := range x {
			x[i] = 1e6 * float64(i)
		}
		for i, row := range rows {
			copy(x[row*bin.cols:], bin.x[i*bin.cols:(i+1)*bin.cols])
		}
		c.bins[b] = timeBin{x, n + 9, bin.cols}
	}
	if got := c.score(t, rows, stream.PassOptions{}); !slices.Equal(got.Raw.Splits, want.Raw.Splits) {
		t.Errorf("splits %v, want %v", got.Raw.Splits, want.Raw.Splits)
	}
}

func TestSolutionTimesLeavesOutSplits(t *testing.T) {
	c := goldenSolution(t)
	c.in.Times = slices.Clone(c.in.Times)
	for _, i := range c.in.Splits[1].Test { // all the same in the second
		c.in.Times[i] = 100
	}
	kept := 0
	for _, i := range c.in.Splits[0].Test { // one image has a time in the first
		if !math.IsNaN(c.in.Times[i]) {
			if kept++; kept > 1 {
				c.in.Times[i] = math.NaN()
			}
		}
	}
	got := c.score(t, nil, stream.PassOptions{})
	for i, rho := range got.Raw.Splits {
		if math.IsNaN(rho) != (i < 2) {
			t.Errorf("split %d: %v", i, rho)
		}
	}
	if math.IsNaN(got.Raw.Value) || math.IsNaN(got.Raw.Error) {
		t.Errorf("raw %+v", got.Raw)
	}
	warnings := strings.Join(got.Warnings, "\n")
	for _, want := range []string{"1 of 10 splits have fewer than 2", "1 of 10 splits have predicted or measured times that are all the same"} {
		if !strings.Contains(warnings, want) {
			t.Errorf("warnings %q lack %q", got.Warnings, want)
		}
	}
}

func TestSolutionTimesInput(t *testing.T) {
	valid := func() metrics.SolutionInput {
		return metrics.SolutionInput{Truth: []int{0, 1, 0, 1, 0}, Classes: 2, I1: make([]float64, 5), Times: make([]float64, 5),
			Splits: []metrics.Split{{Train: []int{0, 1, 2}, Test: []int{3, 4}}}}
	}
	m, err := metrics.New("ost", metrics.Options{"weight_decay": 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.(metrics.SolutionTimes).NewSeries(valid()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		spoil func(in *metrics.SolutionInput)
		want  string
	}{
		{"thresholds", func(in *metrics.SolutionInput) { in.I1 = in.I1[:4] }, "5 images with 4 thresholds"},
		{"times", func(in *metrics.SolutionInput) { in.Times = nil }, "5 thresholds and 0 times"},
		{"one class", func(in *metrics.SolutionInput) { in.Classes = 1 }, "1 classes"},
		{"truth", func(in *metrics.SolutionInput) { in.Truth[2] = 2 }, "object 2 of image 2"},
		{"infinite threshold", func(in *metrics.SolutionInput) { in.I1[3] = math.Inf(-1) }, "the i1 of image 3 is -Inf"},
		{"infinite time", func(in *metrics.SolutionInput) { in.Times[3] = math.Inf(1) }, "the time of image 3 is +Inf"},
		{"no splits", func(in *metrics.SolutionInput) { in.Splits = nil }, "no splits"},
		{"no test", func(in *metrics.SolutionInput) { in.Splits[0].Test = nil }, "split 1 has no test images"},
		{"row", func(in *metrics.SolutionInput) { in.Splits[0].Test[0] = 5 }, "row 5 of split 1"},
		{"twice", func(in *metrics.SolutionInput) { in.Splits[0].Test[0] = 1 }, "image 1 twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := valid()
			tt.spoil(&in)
			_, err := m.(metrics.SolutionTimes).NewSeries(in)
			var typed *metrics.SolutionError
			if !errors.As(err, &typed) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	in := valid()
	in.Splits[0] = metrics.Split{Train: []int{0, 2}, Test: []int{1, 3}}
	var unseen *metrics.UnseenClassError
	if _, err := m.(metrics.SolutionTimes).NewSeries(in); !errors.As(err, &unseen) || unseen.Class != 1 || unseen.Split != 0 {
		t.Errorf("error %v, want class 1 unseen in the first split", err)
	}
	for _, value := range []any{0, -1.0, "much", math.Inf(1)} {
		var option *metrics.OptionError
		if _, err := metrics.New("ost", metrics.Options{"weight_decay": value}); !errors.As(err, &option) {
			t.Errorf("weight_decay %v: error %v", value, err)
		}
	}
}

func TestSolutionTimesOrderOfCalls(t *testing.T) {
	c := goldenSolution(t)
	ctx := context.Background()
	s := c.series(t)
	wants := func(err error, text string) {
		t.Helper()
		var typed *metrics.SolutionError
		if !errors.As(err, &typed) || !strings.Contains(err.Error(), text) {
			t.Errorf("error %v, want %q", err, text)
		}
	}
	second := func(_ any, err error) error { return err }
	wants(s.EndBin(ctx), "no time bin has begun")
	wants(second(s.Score(ctx)), "before a time bin has ended")
	wants(second(s.Bin(math.NaN(), nil, 48)), "starts at NaN")
	wants(second(s.Bin(70, []int{1}, 48)), "1 rows for 160 images")
	wants(second(s.Bin(70, nil, 0)), "no features")
	sinks, err := s.Bin(70, nil, 48)
	if err != nil {
		t.Fatal(err)
	}
	wants(s.EndBin(ctx), "pass of the time bin from 70 ms is not done")
	wants(second(s.Bin(80, nil, 48)), "before the one from 70 ms has ended")
	wants(second(s.Score(ctx)), "before a time bin has ended")
	if err := stream.RunPass(ctx, c.bins[0].columns(), sinks, stream.PassOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.EndBin(ctx); err != nil {
		t.Fatal(err)
	}
	wants(second(s.Bin(70, nil, 48)), "comes after the one from 70 ms")
	if sinks, err = s.Bin(80, nil, 48); err != nil {
		t.Fatal(err)
	}
	if err := stream.RunPass(ctx, c.bins[1].columns(), sinks, stream.PassOptions{}); err != nil {
		t.Fatal(err)
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.EndBin(canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	wants(second(s.Score(ctx)), "before a time bin has ended")
	wants(second(s.Bin(90, nil, 48)), "before the one from 80 ms has ended")
}

// BenchmarkSolutionBin is one time bin of the recordings' size, ten splits.
func BenchmarkSolutionBin(b *testing.B) {
	for _, features := range []int{2048, 25088} {
		b.Run(strconv.Itoa(features), func(b *testing.B) {
			const n, classes = 1320, 10
			x, labels := simulated.Readout(n, features, classes, 0.1)
			splits, err := metrics.ShuffleSplits(n, metrics.SplitPlan{Splits: 10, TestSize: 0.1, Seed: 1})
			if err != nil {
				b.Fatal(err)
			}
			c := solutionCase{in: metrics.SolutionInput{Truth: labels, Classes: classes, I1: make([]float64, n), Times: make([]float64, n), Splits: splits, Workers: 2},
				starts: []float64{70}, bins: []timeBin{{x, n, features}}}
			for b.Loop() {
				c.score(b, nil, stream.PassOptions{})
			}
		})
	}
}

// A split whose read-out cannot be fitted has no figure, and the others keep
// theirs; without any split left there is an error.
func TestSolutionTimesOfFailingSplits(t *testing.T) {
	c := goldenSolution(t)
	want := c.score(t, nil, stream.PassOptions{}).Raw.Splits
	run := func(failing ...int) (metrics.Score, error) {
		s := c.series(t)
		for i, bin := range c.bins {
			sinks, err := s.Bin(c.starts[i], nil, bin.cols)
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.RunPass(t.Context(), bin.columns(), sinks, stream.PassOptions{}); err != nil {
				t.Fatal(err)
			}
			for _, split := range failing {
				if i == 2 {
					s.(*solutionSeries).splits[split].sink.Gram().K[3] = math.NaN()
				}
			}
			if err := s.EndBin(t.Context()); err != nil {
				return metrics.Score{}, err
			}
		}
		return s.Score(t.Context())
	}
	got, err := run(1, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got.Raw.Splits {
		if failed := i == 1 || i == 4; math.IsNaN(v) != failed || !failed && v != want[i] {
			t.Errorf("split %d is %v, alone %v", i+1, v, want[i])
		}
	}
	if math.IsNaN(got.Raw.Value) || math.IsNaN(got.Raw.Error) {
		t.Errorf("raw is %v", got.Raw)
	}
	text := strings.Join(got.Warnings, "\n")
	for _, part := range []string{"split 2 has no figure", "split 5 has no figure", "time bin from 90 ms", "NaN at row 0, column 3"} {
		if !strings.Contains(text, part) {
			t.Errorf("warnings %q lack %q", text, part)
		}
	}
	_, err = run(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	var readout *readout.InputError
	if !errors.As(err, &readout) || !strings.Contains(err.Error(), "split 1") {
		t.Errorf("error %v where no split is left", err)
	}
}

// An image without an i1 takes no part in the comparison, as one without a time,
// but in all else.
func TestSolutionTimesWithoutThreshold(t *testing.T) {
	c := goldenSolution(t)
	thresholds, times := slices.Clone(c.in.I1), slices.Clone(c.in.Times)
	for i := 0; i < len(times); i += 5 {
		c.in.Times[i] = math.NaN()
	}
	want := c.score(t, nil, stream.PassOptions{})
	c.in.Times = times
	for i := 0; i < len(times); i += 5 {
		thresholds[i] = math.NaN()
	}
	c.in.I1 = thresholds
	got := c.score(t, nil, stream.PassOptions{})
	if !slices.Equal(got.Raw.Splits, want.Raw.Splits) {
		t.Errorf("splits %v, without their times %v", got.Raw.Splits, want.Raw.Splits)
	}
	if !strings.Contains(strings.Join(got.Warnings, "\n"), "have no i1") {
		t.Errorf("warnings %q", got.Warnings)
	}
}
