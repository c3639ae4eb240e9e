package similarity

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

const (
	activeStimuli  = 24
	activeFeatures = 700
)

// activeLayer is a layer of which few features stand out by their means, and some do not vary.
func activeLayer() []float64 {
	x := make([]float64, 0, activeStimuli*activeFeatures)
	for i := range activeStimuli {
		for j := range activeFeatures {
			v := float64((i*7+j*13+i*j*3+i*i*j)%101)/8 - 6.25
			if j%29 == 4 {
				v += 40
			}
			if j%97 == 13 {
				v -= 35
			}
			if j%50 == 7 {
				v = 3
			}
			x = append(x, v)
		}
	}
	return x
}

// activeSubject is a subject's dissimilarities.
func activeSubject(s int) []float64 {
	d := make([]float64, 0, activeStimuli*activeStimuli)
	for i := range activeStimuli {
		for k := range activeStimuli {
			v := 1 - float64((i*k*(s+2)+(i+k)*5)%17)/20
			if i == k {
				v = 0
			}
			d = append(d, v)
		}
	}
	return d
}

// scoreActive scores a layer, given in columns of which a block holds few or many.
func scoreActive(t *testing.T, options metrics.Options, x stream.Columns, subject []float64, blockBytes, workers int) (metrics.Score, error) {
	t.Helper()
	ctx := context.Background()
	metric, err := metrics.New("rdm", options)
	if err != nil {
		t.Fatal(err)
	}
	pass := stream.PassOptions{BlockBytes: blockBytes}
	sink := stream.NewGramSink(nil, x.Rows(), x.Cols(), metric.Info().Needs, workers)
	if err := stream.RunPass(ctx, x, []stream.Sink{sink}, pass); err != nil {
		t.Fatal(err)
	}
	sink.Gram().Again = func(ctx context.Context, sink stream.Sink) error {
		return stream.RunPass(ctx, x, []stream.Sink{sink}, pass)
	}
	return metric.(metrics.Neural).ScoreNeural(ctx, metrics.NeuralInput{Gram: sink.Gram(), Stimuli: x.Rows(), Dissimilarities: subject, Workers: workers})
}

// TestActive compares with the selection, z-scores and correlations of a program of its own
// (numpy): 30 of the 686 features that vary are kept.
func TestActive(t *testing.T) {
	x := stream.InMemory(activeLayer(), activeStimuli, activeFeatures)
	options := metrics.Options{"compare": "pearson", "active": 3.1}
	var subjects [][]float64
	for s, want := range []float64{0.07838285483107184, 0.052353765917949456, 0.002852945909003699} {
		subjects = append(subjects, activeSubject(s))
		var first metrics.Score
		for i, blockBytes := range []int{0, 1, 100_000} {
			score, err := scoreActive(t, options, x, subjects[s], blockBytes, i+1)
			if err != nil || len(score.Warnings) > 0 {
				t.Fatal(err, score.Warnings)
			}
			if !(math.Abs(score.Raw.Value-want) < 1e-12) {
				t.Errorf("subject %d: %v, want %v", s, score.Raw.Value, want)
			}
			if i == 0 {
				first = score
			}
			if math.Float64bits(score.Raw.Value) != math.Float64bits(first.Raw.Value) {
				t.Errorf("subject %d: %v in blocks of %d bytes, %v in others", s, score.Raw.Value, blockBytes, first.Raw.Value)
			}
		}
	}
	bounds, _, err := GivenNoiseCeiling(context.Background(), options, true, subjects, activeStimuli, 1)
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range []float64{0.14677506787520764, 0.13461990292381548, 0.16554580346271258} {
		if !(math.Abs(bounds.Lower.Splits[s]-want) < 1e-12) {
			t.Errorf("ceiling of subject %d: %v, want %v", s, bounds.Lower.Splits[s], want)
		}
	}
}

// TestActiveRefused covers layers without features to select.
func TestActiveRefused(t *testing.T) {
	x := stream.InMemory(activeLayer(), activeStimuli, activeFeatures)
	if _, err := scoreActive(t, metrics.Options{"active": 900}, x, activeSubject(0), 0, 1); err == nil || !strings.Contains(err.Error(), "none of the 686 features that vary over the stimuli has a mean beyond 900 standard deviations") {
		t.Errorf("no feature beyond the bound: %v", err)
	}
	flat := stream.InMemory(make([]float64, activeStimuli*3), activeStimuli, 3)
	if score, err := scoreActive(t, metrics.Options{"active": 3.1}, flat, activeSubject(0), 0, 1); err != nil || !math.IsNaN(score.Raw.Value) || len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], "no feature varies") {
		t.Errorf("no feature that varies: %v, %v", score, err)
	}
	metric, err := metrics.New("rdm", metrics.Options{"active": 3.1})
	if err != nil {
		t.Fatal(err)
	}
	given := metrics.NeuralInput{Gram: stream.GivenGram(activeSubject(0), activeStimuli), Stimuli: activeStimuli, Dissimilarities: activeSubject(0), Workers: 1}
	score, err := metric.(metrics.Neural).ScoreNeural(context.Background(), given)
	if err != nil || score.Raw.Value != 1 || len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], "no features to select") {
		t.Errorf("a layer given as dissimilarities: %v, %v", score, err)
	}
}

// TestActiveCountsItsReadings checks that a layer is known to be read as often as it is, apart
// from the reading of a few rows in twice the precision, as every rdm may do.
func TestActiveCountsItsReadings(t *testing.T) {
	metric, err := metrics.New("rdm", metrics.Options{"active": 2.0})
	if err != nil {
		t.Fatal(err)
	}
	sink := stream.NewGramSink(nil, activeStimuli, activeFeatures, metric.Info().Needs, 1)
	if err := stream.RunPass(t.Context(), stream.InMemory(activeLayer(), activeStimuli, activeFeatures), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		t.Fatal(err)
	}
	readings := 1
	gram := sink.Gram()
	if gram.K != nil {
		t.Error("the first reading makes inner products, which are not used")
	}
	gram.Again = func(ctx context.Context, s stream.Sink) error {
		if z, ok := s.(*zScoreSink); !ok {
			readings++
		} else if _, ok := z.sink.(*stream.GramSink); ok {
			readings++
		}
		return stream.RunPass(ctx, stream.InMemory(activeLayer(), activeStimuli, activeFeatures), []stream.Sink{s}, stream.PassOptions{})
	}
	for subject := range 3 { // for all of whom the layer is read once
		in := metrics.NeuralInput{Gram: gram, Dissimilarities: activeSubject(subject), Workers: 1}
		if _, err := metric.(metrics.Neural).ScoreNeural(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if want := metric.Info().Needs.Passes(); readings != want {
		t.Errorf("%d readings, known are %d", readings, want)
	}
}
