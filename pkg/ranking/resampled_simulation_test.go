//go:build simulation

package ranking

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/all"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

var (
	simulatedStudies  = flag.Int("studies", 500, "number of simulated studies of each size")
	simulatedSubjects = flag.String("subjects", "5,10,20", "numbers of subjects")
	simulatedStimuli  = flag.String("stimuli", "20,60,200", "numbers of stimuli")
	simulatedKind     = flag.String("study", "ordinary", "ordinary, noisy (single trials) or diverse (subjects that differ much)")
	simulatedSeed     = flag.Uint64("seed", 3, "seed of the studies; 1, 2 and 100 were used to choose the rules")
	simulatedMetrics  = flag.String("metrics", "rdm,cka", "metrics")
)

// study is how recordings of subjects and activations of two models come about: stimuli
// have independent properties, of which one part drives both models and two further parts
// one model each. Neuroids come in pairs with the weights of these two parts exchanged, and
// a subject's own weights and its gains on the two parts are drawn alike, so that the models
// are equally good, though not for a single subject or stimulus.
type study struct {
	subjects, stimuli int
	properties        int     // of a part
	pairs             int     // of neuroids
	own               float64 // a subject's own weights, beside 1 of all subjects
	gain              float64 // deviation of a subject's gains
	noise             float64 // of responses
}

var studyKinds = map[string]study{
	"ordinary": {properties: 4, pairs: 10, own: 0.5, gain: 0.3, noise: 1.5},
	"noisy":    {properties: 4, pairs: 10, own: 0.5, gain: 0.1, noise: 3},
	"diverse":  {properties: 4, pairs: 10, own: 1, gain: 0.8, noise: 0.5},
}

// weights are those of all subjects, the same in each study.
func (s study) weights() []float64 {
	r := rand.New(rand.NewPCG(7, 7))
	w := make([]float64, s.pairs*3*s.properties)
	for i := range w {
		w[i] = r.NormFloat64()
	}
	return w
}

// draw returns the models' activations, and the responses of each subject.
func (s study) draw(r *rand.Rand, shared []float64) (models [2][]float64, responses [][]float64) {
	p := s.properties
	z := make([]float64, s.stimuli*3*p)
	for i := range z {
		z[i] = r.NormFloat64()
	}
	for m := range models {
		for i := range s.stimuli {
			row := z[i*3*p : (i+1)*3*p]
			models[m] = append(models[m], row[:p]...)
			models[m] = append(models[m], row[(1+m)*p:(2+m)*p]...)
		}
	}
	for range s.subjects {
		neuroids := 2 * s.pairs
		w := make([]float64, neuroids*3*p)
		gains := [3]float64{1, 1 + s.gain*r.NormFloat64(), 1 + s.gain*r.NormFloat64()}
		for j := range neuroids {
			for part := range 3 {
				from := part
				if part > 0 && j%2 == 1 {
					from = 3 - part
				}
				for k := range p {
					w[(j*3+part)*p+k] = gains[part] * (shared[(j/2*3+from)*p+k] + s.own*r.NormFloat64())
				}
			}
		}
		y := make([]float64, s.stimuli*neuroids)
		for i := range s.stimuli {
			for j := range neuroids {
				sum := s.noise * math.Sqrt(float64(3*p)) * r.NormFloat64()
				for k := range 3 * p {
					sum += z[i*3*p+k] * w[j*3*p+k]
				}
				y[i*neuroids+j] = sum
			}
		}
		responses = append(responses, y)
	}
	return models, responses
}

// parts returns the score of each model on each subject; samples 0 for none.
func (s study) parts(t *testing.T, metric metrics.Neural, models [2][]float64, responses [][]float64, samples int, seed uint64) (parts [2][]metrics.Score) {
	t.Helper()
	for m, x := range models {
		sink := stream.NewGramSink(nil, s.stimuli, len(x)/s.stimuli, metric.Info().Needs, 1)
		if err := stream.RunPass(t.Context(), stream.InMemory(x, s.stimuli, len(x)/s.stimuli), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, y := range responses {
			in := metrics.NeuralInput{Gram: sink.Gram(), Stimuli: s.stimuli, Responses: y, Neuroids: len(y) / s.stimuli, Workers: 1}
			if samples > 0 {
				in.Samples = metrics.NewStimulusSamples(samples, seed, s.stimuli, nil)
			}
			score, err := metric.ScoreNeural(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			parts[m] = append(parts[m], score)
		}
	}
	return parts
}

// results returns the models' results on the first subjects.
func (s study) results(metric string, parts [2][]metrics.Score, subjects int, seed uint64) (out [2]benchmarks.Result) {
	for m, of := range parts {
		of = of[:subjects]
		var raw []float64
		r := benchmarks.Result{Benchmark: "simulated", Metric: metric, Counts: benchmarks.Counts{Stimuli: s.stimuli, Subjects: subjects}}
		for i, score := range of {
			raw = append(raw, score.Raw.Value)
			r.Subjects = append(r.Subjects, benchmarks.SubjectResult{Subject: fmt.Sprint(i), Raw: score.Raw})
		}
		r.Raw, r.Resampled = metrics.MeanSEM(raw), metrics.ResampleSubjects(of, seed)
		r.Ceiled, r.Ceiling = r.Raw, metrics.Exact(1)
		out[m] = r
	}
	return out
}

// Intervals of rdm and cka hold the score that is expected of new subjects and stimuli in
// about 95 % of studies, and equal models differ significantly in about 5 %.
func TestResampledErrorRates(t *testing.T) {
	const samples, truths = 200, 2000
	for _, name := range parseList(*simulatedMetrics) {
		metric, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, stimuli := range parseCounts(t, *simulatedStimuli) {
			s := studyKinds[*simulatedKind]
			s.stimuli = stimuli
			shared := s.weights()
			// What is expected does not depend on the number of subjects.
			s.subjects = 1
			truth, r := 0.0, rand.New(rand.NewPCG(1, uint64(stimuli)))
			for range truths {
				models, responses := s.draw(r, shared)
				for _, of := range s.parts(t, metric.(metrics.Neural), models, responses, 0, 0) {
					truth += of[0].Raw.Value / (2 * truths)
				}
			}
			// Fewer subjects are the first of the study with most.
			subjects := parseCounts(t, *simulatedSubjects)
			s.subjects = slices.Max(subjects)
			r = rand.New(rand.NewPCG(*simulatedSeed, uint64(stimuli)))
			rates := make([]errorRates, len(subjects))
			for i := range *simulatedStudies {
				models, responses := s.draw(r, shared)
				parts := s.parts(t, metric.(metrics.Neural), models, responses, samples, uint64(i))
				for k, count := range subjects {
					rates[k].add(s.results(name, parts, count, uint64(i)), truth)
				}
			}
			for k, count := range subjects {
				t.Logf("%s, %d subjects, %d stimuli: true %.3f, %s", name, count, stimuli, truth, rates[k])
				if *simulatedKind == "ordinary" {
					rates[k].check(t)
				}
			}
		}
	}
}

// errorRates counts over studies how often intervals hold the truth and equal models differ.
type errorRates struct {
	studies, covered, differenceCovered, rejected int
	scores, differences, errors, differenceErrors []float64
}

func (e *errorRates) add(m [2]benchmarks.Result, truth float64) {
	e.studies++
	one := m[0]
	addInterval(&one, 1, 0)
	if in := one.Raw.Interval; in.Low <= truth && truth <= in.High {
		e.covered++
	}
	c := Comparison{Metric: one.Metric, a: m[0], b: m[1]}
	c.compute(CompareOptions{Alpha: 0.05})
	if c.P < 0.05 {
		e.rejected++
	}
	if in := c.Raw.Interval; in.Low <= 0 && 0 <= in.High {
		e.differenceCovered++
	}
	a, _ := newResampled(m[0])
	b, _ := newResampled(m[1])
	size, _, _ := a.standardError()
	sizeOfDifference, _, _ := b.less(a, 1, 1).standardError()
	e.scores, e.differences = append(e.scores, a.value), append(e.differences, c.Raw.Value)
	e.errors, e.differenceErrors = append(e.errors, size*size), append(e.differenceErrors, sizeOfDifference*sizeOfDifference)
}

func (e errorRates) percent(n int) float64 { return 100 * float64(n) / float64(e.studies) }

func (e errorRates) String() string {
	return fmt.Sprintf("coverage %.1f %%, of the difference %.1f %%, significant %.1f %%; variance estimated/true %.2f, of the difference %.2f",
		e.percent(e.covered), e.percent(e.differenceCovered), e.percent(e.rejected),
		mean(e.errors)/meanSquare(centred(e.scores)), mean(e.differenceErrors)/meanSquare(centred(e.differences)))
}

// check fails if the rates are further outside of 3 to 7 %, of tests 4 to 6 %, than chance
// allows in so many studies.
func (e errorRates) check(t *testing.T) {
	t.Helper()
	sampling := 200 * math.Sqrt(0.05*0.95/float64(e.studies)) // two standard errors
	for _, c := range []struct {
		name        string
		rate, apart float64
	}{
		{"score", 100 - e.percent(e.covered), 2},
		{"difference", 100 - e.percent(e.differenceCovered), 1},
		{"test", e.percent(e.rejected), 1},
	} {
		if math.Abs(c.rate-5) > c.apart+sampling {
			t.Errorf("error rate of the %s is %.1f %%", c.name, c.rate)
		}
	}
}

func parseList(list string) []string { return strings.Split(list, ",") }

func parseCounts(t *testing.T, list string) (counts []int) {
	t.Helper()
	for _, word := range parseList(list) {
		n, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, n)
	}
	return counts
}
