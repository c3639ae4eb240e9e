package metrictest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/mapping"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// recordings is a simulated layer with responses to the same stimuli. Both are
// mixtures of few latents with noise; activations are whole float32 numbers, so
// that both types hold the same ones.
type recordings struct {
	stimuli, features, neuroids int
	x, y                        []float64
	splits                      []metrics.Split // nil for all stimuli at once
}

func newRecordings(seed uint64, stimuli, features, neuroids int) recordings {
	r := rand.New(rand.NewPCG(seed, 11))
	c := recordings{stimuli: stimuli, features: features, neuroids: neuroids}
	// The latents differ in strength, so that no two components are nearly as large.
	const latents = 5
	signal := make([]float64, stimuli*latents)
	for i := range signal {
		signal[i] = 4 / float64(uint(1)<<(i%latents)) * r.NormFloat64()
	}
	mix := func(columns int, noise, offset float64) []float64 {
		weights := make([]float64, latents*columns)
		for i := range weights {
			weights[i] = r.NormFloat64()
		}
		out := make([]float64, stimuli*columns)
		for i := range out {
			row, column := i/columns, i%columns
			out[i] = offset + noise*r.NormFloat64()
			for k := range latents {
				out[i] += signal[row*latents+k] * weights[k*columns+column]
			}
		}
		return out
	}
	c.x, c.y = mix(features, .8, 3), mix(neuroids, 1.2, 2)
	for i, v := range c.x {
		c.x[i] = float64(float32(v))
	}
	return c
}

// withSplits divides the stimuli twice, one in four to test.
func (c recordings) withSplits(t testing.TB) recordings {
	t.Helper()
	var err error
	c.splits, err = metrics.ShuffleSplits(c.stimuli, metrics.SplitPlan{Splits: 2, TrainSize: .75, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// among returns a layer with the case's stimuli in another order, each followed by one
// that the case does not have, and the rows of the case's stimuli.
func (c recordings) among() (layer recordings, rows []int) {
	layer = recordings{stimuli: 2 * c.stimuli, features: c.features}
	rows = make([]int, c.stimuli)
	for k := range c.stimuli {
		i := c.stimuli - 1 - k
		rows[i] = 2 * k
		layer.x = append(layer.x, c.x[i*c.features:(i+1)*c.features]...)
		layer.x = append(layer.x, c.x[k*c.features:(k+1)*c.features]...)
	}
	return layer, rows
}

// reorderColumns returns a row-major matrix with its columns in another order.
func reorderColumns(x []float64, columns int, order []int) []float64 {
	var out []float64
	for row := range slices.Chunk(x, columns) {
		out = append(out, pick(row, order)...)
	}
	return out
}

// reorderRows returns a row-major matrix with its rows in another order.
func reorderRows(x []float64, columns int, order []int) []float64 {
	var out []float64
	for _, i := range order {
		out = append(out, x[i*columns:(i+1)*columns]...)
	}
	return out
}

// reorder returns the case with its stimuli in another order and its splits of the
// same stimuli.
func (c recordings) reorder(order []int) recordings {
	c.x, c.y = reorderRows(c.x, c.features, order), reorderRows(c.y, c.neuroids, order)
	inverse := invert(order)
	splits := slices.Clone(c.splits)
	for i, s := range splits {
		splits[i] = metrics.Split{Train: pick(inverse, s.Train), Test: pick(inverse, s.Test)}
	}
	c.splits = splits
	return c
}

// scale returns the case in other units.
func (c recordings) scale(x, y float64) recordings {
	c.x, c.y = slices.Clone(c.x), slices.Clone(c.y)
	for i := range c.x {
		c.x[i] *= x
	}
	for i := range c.y {
		c.y[i] *= y
	}
	return c
}

// insertColumns returns a row-major matrix with a column of each value before its
// first column and one after its last.
func insertColumns(x []float64, columns int, first, last float64) []float64 {
	var out []float64
	for row := range slices.Chunk(x, columns) {
		out = append(append(append(out, first), row...), last)
	}
	return out
}

// source is a case's activations as a layer.
type source struct {
	recordings
	// single layers are read as float32. Their numbers are taken as exactly as
	// those of others, so that the type alone differs.
	single bool
	// byColumn holds the layer column by column.
	byColumn []float64
	read     func(low, high int) // is called before each reading
}

func (s source) Rows() int    { return s.stimuli }
func (s source) Cols() int    { return s.features }
func (s source) Single() bool { return s.single }

func (s source) at(row, column int) float64 {
	if s.byColumn != nil {
		return s.byColumn[column*s.stimuli+row]
	}
	return s.x[row*s.features+column]
}

func (s source) ReadBlock(low, high int, dst []float64, stride int) error {
	return fill(s, low, high, dst, stride)
}

func (s source) ReadBlockSingle(low, high int, dst []float32, stride int) error {
	return fill(s, low, high, dst, stride)
}

func fill[T float32 | float64](s source, low, high int, dst []T, stride int) error {
	if s.read != nil {
		s.read(low, high)
	}
	for i := range s.stimuli {
		for j := low; j < high; j++ {
			dst[i*stride+j-low] = T(s.at(i, j))
		}
	}
	return nil
}

// manner is how a score is computed, none of which may change it.
type manner struct {
	workers    int
	blockBytes int
	single     bool
	byColumn   bool
	// among scores the stimuli as some rows of a layer of twice as many, where they
	// come in another order.
	among bool
	read  func(low, high int)
}

// manners are those that every metric on activations is scored in, by property.
var manners = map[string][]manner{
	"workers":         {{workers: 2}, {workers: 3}, {workers: 8}, {workers: 0}},
	"block size":      {{workers: 1, blockBytes: 1}, {workers: 2, blockBytes: 1}, {workers: 2, blockBytes: 1 << 30}},
	"data type":       {{workers: 1, single: true}, {workers: 2, single: true, blockBytes: 1}},
	"order in memory": {{workers: 1, byColumn: true}},
	"rows of a pass":  {{workers: 1, among: true}, {workers: 2, among: true, single: true, blockBytes: 1}},
}

// layer returns the case's activations to be read in this manner, and the rows of its
// stimuli, nil for all.
func (m manner) layer(c recordings) (layer source, rows []int) {
	layer = source{recordings: c, single: m.single, read: m.read}
	if m.among {
		layer.recordings, rows = c.among()
	}
	if m.byColumn {
		for j := range layer.features {
			for i := range layer.stimuli {
				layer.byColumn = append(layer.byColumn, layer.x[i*layer.features+j])
			}
		}
	}
	return layer, rows
}

// gram returns the Gram matrix of the case's activations, read in this manner.
func (m manner) gram(ctx context.Context, c recordings, needs stream.Needs) (*stream.Gram, error) {
	layer, rows := m.layer(c)
	pass := func(ctx context.Context, sink stream.Sink) error {
		return stream.RunPass(ctx, layer, []stream.Sink{sink}, stream.PassOptions{BlockBytes: m.blockBytes})
	}
	sink := stream.NewGramSink(rows, c.stimuli, c.features, needs, m.workers)
	if err := pass(ctx, sink); err != nil {
		return nil, err
	}
	gram := sink.Gram()
	gram.Again = pass
	return gram, nil
}

// score runs the passes that the metric needs, as metrics.ScoreColumns does, in the
// given manner.
func (c recordings) score(ctx context.Context, metric metrics.Neural, m manner) (metrics.Score, error) {
	in := metrics.NeuralInput{Stimuli: c.stimuli, Responses: c.y, Neuroids: c.neuroids, Splits: c.splits, Workers: m.workers}
	if needs := metric.Info().Needs; needs.Held() {
		var err error
		if in.Gram, err = m.gram(ctx, c, needs); err != nil {
			return metrics.Score{}, err
		}
	}
	streaming, ok := metric.(metrics.Streaming)
	if !ok {
		return metric.ScoreNeural(ctx, in)
	}
	layer, rows := m.layer(c)
	sink, err := streaming.NewStream(in, rows)
	if err != nil {
		return metrics.Score{}, err
	}
	if err := stream.RunPass(ctx, layer, []stream.Sink{sink}, stream.PassOptions{BlockBytes: m.blockBytes}); err != nil {
		return metrics.Score{}, err
	}
	return sink.Score(ctx)
}

// mustScore scores and checks what holds for every score: that its input is as it
// was, and its figures are well formed.
func (c recordings) mustScore(t *testing.T, s *subject, metric metrics.Neural, m manner) metrics.Score {
	t.Helper()
	score, err := c.tryScore(t, s, metric, m)
	if err != nil {
		t.Fatalf("%d stimuli, %d features, %d neuroids: %v", c.stimuli, c.features, c.neuroids, err)
	}
	return score
}

// tryScore is mustScore for cases that the metric may refuse.
func (c recordings) tryScore(t *testing.T, s *subject, metric metrics.Neural, m manner) (metrics.Score, error) {
	t.Helper()
	x, y := slices.Clone(c.x), slices.Clone(c.y)
	splits := slices.Clone(c.splits)
	for i, split := range splits {
		splits[i] = metrics.Split{Train: slices.Clone(split.Train), Test: slices.Clone(split.Test)}
	}
	score, err := c.score(context.Background(), metric, m)
	same := slices.EqualFunc(splits, c.splits, func(a, b metrics.Split) bool {
		return slices.Equal(a.Train, b.Train) && slices.Equal(a.Test, b.Test)
	})
	if !same || !sameNumbers(x, c.x) || !sameNumbers(y, c.y) {
		t.Error("the metric changes its input")
	}
	if err == nil {
		s.checkFigures(t, score)
		if n := len(score.Neuroids); n != 0 && n != c.neuroids {
			t.Errorf("figures of %d neuroids, want %d", n, c.neuroids)
		}
	}
	return score, err
}

// refuses reports whether an error says that the data are too few for the options.
func refuses(err error) bool {
	var components *mapping.ComponentsError
	var few *metrics.TooFewError
	return errors.As(err, &components) || errors.As(err, &few)
}
