package choice

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
)

// geirhosInput reads one of the five real sets; model is "" for humans alone.
func geirhosInput(t testing.TB, set, model string) metrics.ConsistencyInput {
	t.Helper()
	const home = "geirhos2021/home/"
	trials := testinput.CSV(t, home+"assemblies/"+set+"/trials.csv")
	stimuli := testinput.CSV(t, home+"stimuli/"+set+"/stimuli.csv")
	subject, subjects := testinput.Codes(trials["subject"])
	condition, conditions := testinput.Codes(trials["condition"])
	stimulus, ids := testinput.Codes(stimuli["stimulus_id"])
	in := metrics.ConsistencyInput{Subjects: len(subjects), Conditions: len(conditions), Stimuli: len(ids)}
	for i, id := range trials["stimulus_id"] {
		in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: subject[trials["subject"][i]], Condition: condition[trials["condition"][i]], Stimulus: stimulus[id], Correct: trials["truth"][i] == trials["choice"][i]})
	}
	if model == "" {
		return in
	}
	truth := map[string]string{}
	for i, id := range stimuli["stimulus_id"] {
		truth[id] = stimuli["truth"][i]
	}
	responses := testinput.CSV(t, "geirhos2021/models/"+model+"/"+set+"/responses.csv")
	in.ModelCorrect = make([]bool, len(ids))
	for i, id := range responses["stimulus_id"] {
		in.ModelCorrect[stimulus[id]] = responses["choice"][i] == truth[id]
	}
	return in
}

func newConsistency(t testing.TB) metrics.Consistency {
	t.Helper()
	m, err := metrics.New("error_consistency", nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.(metrics.Consistency)
}

func TestErrorConsistencyOfRealSubjects(t *testing.T) {
	cases := slices.DeleteFunc(testinput.GoldenScores(t, "geirhos2021/expected.json"), func(c testinput.GoldenScore) bool {
		return !strings.HasSuffix(c.Benchmark, "-error_consistency")
	})
	if len(cases) != 15 {
		t.Errorf("%d cases, want 15", len(cases))
	}
	for _, want := range cases {
		t.Run(want.Benchmark+"/"+want.Model, func(t *testing.T) {
			in := geirhosInput(t, strings.TrimSuffix(want.Benchmark, "-error_consistency"), want.Model)
			got, err := newConsistency(t).ScoreConsistency(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			want.Raw.Check(t, "raw", got.Raw, 1e-12)
			want.Ceiling.Check(t, "ceiling", got.Ceiling, 1e-12)
			want.Score.Check(t, "score", got.Ceiled, 1e-12)
		})
	}
}

// consistencyOf makes an input of one condition from strings of correct (+) and
// wrong (-) choices; a space is a stimulus not seen.
func consistencyOf(model string, subjects ...string) metrics.ConsistencyInput {
	in := metrics.ConsistencyInput{Subjects: len(subjects), Conditions: 1, Stimuli: len(model)}
	for _, c := range model {
		in.ModelCorrect = append(in.ModelCorrect, c == '+')
	}
	for s, choices := range subjects {
		for i, c := range choices {
			if c != ' ' {
				in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: s, Stimulus: i, Correct: c == '+'})
			}
		}
	}
	return in
}

func TestErrorConsistencyByHand(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name                                 string
		in                                   metrics.ConsistencyInput
		raw, rawError, ceiling, ceiled, cerr float64
		warnings                             []string
	}{
		{
			// Both accuracies 1/2, so 1/2 is expected: κ = 2·observed − 1.
			name: "two subjects", in: consistencyOf("++--", "+-+-", "++--"),
			raw: 0.5, rawError: 0.5, ceiling: 0, ceiled: nan, cerr: nan, warnings: []string{"not above 0"},
		},
		{
			name: "agreement", in: consistencyOf("++--", "++--", "++--"),
			raw: 1, rawError: 0, ceiling: 1, ceiled: 1, cerr: 0,
		},
		{
			// Observed 3/4, expected 3/4·1/2 + 1/4·1/2 = 1/2.
			name: "unequal accuracies", in: consistencyOf("+++-", "++--", "++--"),
			raw: 0.5, rawError: 0, ceiling: 1, ceiled: 0.5, cerr: 0,
		},
		{
			name: "opposite errors", in: consistencyOf("--++", "++--", "++--"),
			raw: 1, rawError: 0, ceiling: 1, ceiled: 1, cerr: 0, warnings: []string{"the mean κ is negative (-1)"},
		},
		{
			// The first subject is always right, as the model: no κ.
			name: "κ not defined", in: consistencyOf("++++", "++++", "++--", "+++-"),
			raw: 0, rawError: 0, ceiling: 0.5 / 3, ceiled: 0, cerr: 0,
			warnings: []string{"1 of 3 cells of subject by condition are left out"},
		},
		{
			name: "all always right", in: consistencyOf("++", "++", "++"),
			raw: nan, rawError: nan, ceiling: nan, ceiled: nan, cerr: nan,
			warnings: []string{"2 of 2 cells of subject", "1 of 1 cells of pair", "not defined in any cell", "not above 0"},
		},
		{
			// Common stimuli 1 to 4: ++-- and ++--.
			name: "partly common stimuli", in: consistencyOf("+++---", "-++-- ", " ++--+"),
			raw: 0, rawError: 0, ceiling: 1, ceiled: 0, cerr: 0, warnings: []string{"1 of 1 cells of pair of subjects by condition are compared on only"},
		},
		{
			name: "no common stimuli", in: consistencyOf("+-+-", "+-  ", "  +-"),
			raw: 1, rawError: 0, ceiling: nan, ceiled: nan, cerr: nan, warnings: []string{"compared on only", "not above 0"},
		},
		{
			// Above the ceiling: subjects agree on 3 of 4, κ 1/2, the model
			// with both more than that on average.
			name: "above the ceiling", in: consistencyOf("++--", "++--", "+++-"),
			raw: 0.75, rawError: 0.25, ceiling: 0.5, ceiled: 1.5, cerr: 0.5, warnings: []string{"the ceiled score 1.5 is above 1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "partly common stimuli" {
				k := kappaTable{}
				for i, c := range "-++--" {
					k.add(tt.in.ModelCorrect[i], c == '+')
				}
				l := kappaTable{}
				for i, c := range "++--+" {
					l.add(tt.in.ModelCorrect[i+1], c == '+')
				}
				tt.raw = math.Abs(k.kappa()+l.kappa()) / 2
				tt.rawError = math.Abs(k.kappa()-l.kappa()) / 2
				tt.ceiled, tt.cerr = tt.raw, tt.rawError
			}
			got, err := newConsistency(t).ScoreConsistency(context.Background(), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				name      string
				got, want float64
			}{
				{"raw", got.Raw.Value, tt.raw}, {"raw error", got.Raw.Error, tt.rawError}, {"ceiling", got.Ceiling.Value, tt.ceiling},
				{"ceiled", got.Ceiled.Value, tt.ceiled}, {"ceiled error", got.Ceiled.Error, tt.cerr},
			} {
				if !same(c.got, c.want) {
					t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
				}
			}
			if len(got.Warnings) != len(tt.warnings) {
				t.Errorf("warnings %q, want %q", got.Warnings, tt.warnings)
			}
			for i := range min(len(got.Warnings), len(tt.warnings)) {
				if !strings.Contains(got.Warnings[i], tt.warnings[i]) {
					t.Errorf("warning %q, want %q", got.Warnings[i], tt.warnings[i])
				}
			}
		})
	}
}

// The mean goes over conditions first: a subject with one condition weighs as
// much as one with two.
func TestErrorConsistencyMeansConditionsFirst(t *testing.T) {
	in := consistencyOf("++--", "++--", "+-+-") // κ 1 and 0
	in.Conditions = 2
	for i, correct := range []bool{false, false, true, true} { // κ −1
		in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: 0, Condition: 1, Stimulus: i, Correct: correct})
	}
	got, err := newConsistency(t).ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Raw.Value != 0 || !same(got.Raw.Error, math.Sqrt(2./3)) {
		t.Errorf("raw %+v, want 0 ± √(2/3)", got.Raw)
	}
	in.Trials[0], in.Trials[3] = in.Trials[3], in.Trials[0]
	again, err := newConsistency(t).ScoreConsistency(context.Background(), in)
	if err != nil || again.Raw.Value != got.Raw.Value || again.Ceiling.Value != got.Ceiling.Value {
		t.Errorf("%+v in another order of trials, else %+v (%v)", again, got, err)
	}
}

func TestErrorConsistencyTakesFirstOfRepeats(t *testing.T) {
	in := consistencyOf("++--", "++--", "+++-")
	want, err := newConsistency(t).ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: 0, Stimulus: 0, Correct: false})
	got, err := newConsistency(t).ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Raw.Value != want.Raw.Value || got.Ceiling.Value != want.Ceiling.Value {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !strings.Contains(strings.Join(got.Warnings, "\n"), "1 trials repeat") {
		t.Errorf("warnings %q", got.Warnings)
	}
}

func TestErrorConsistencyErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*metrics.ConsistencyInput)
		want  string
	}{
		{"no trials", func(in *metrics.ConsistencyInput) { in.Trials = nil }, "no trials"},
		{"one subject", func(in *metrics.ConsistencyInput) { in.Trials = in.Trials[:4] }, "at least 2; there is 1"},
		{"subject code", func(in *metrics.ConsistencyInput) { in.Trials[1].Subject = 2 }, "trial 2: subject code 2"},
		{"condition code", func(in *metrics.ConsistencyInput) { in.Trials[1].Condition = 1 }, "trial 2: condition code 1"},
		{"stimulus code", func(in *metrics.ConsistencyInput) { in.Trials[1].Stimulus = -1 }, "trial 2: stimulus code -1"},
		{"model", func(in *metrics.ConsistencyInput) { in.ModelCorrect = nil }, "0 choices of the model for 4 stimuli"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := consistencyOf("++--", "++--", "+++-")
			tt.spoil(&in)
			_, err := newConsistency(t).ScoreConsistency(context.Background(), in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// The ceilings that Geirhos et al. 2021 and Brain-Score give for the five sets.
func TestErrorConsistencyCeilingsArePublished(t *testing.T) {
	for set, want := range map[string]float64{
		"edge": .31844, "silhouette": .47571, "sketch": .36962, "contrast": .43703, "cueconflict": .33105,
	} {
		got, err := newConsistency(t).ConsistencyCeiling(context.Background(), geirhosInput(t, "Geirhos2021"+set, ""))
		if err != nil || math.Abs(got.Value-want) > 5e-6 {
			t.Errorf("%s: %v (%v), want %v", set, got.Value, err, want)
		}
	}
}

// exactKappas is the mean κ in exact arithmetic, of the model and each subject or
// of all pairs of subjects, and how many cells have one; nil where none has.
func exactKappas(in metrics.ConsistencyInput, pairs bool) (mean *big.Rat, cells int) {
	answer := func(subject, condition, stimulus int) (correct, seen bool) {
		for _, t := range in.Trials { // the first counts
			if t.Subject == subject && t.Condition == condition && t.Stimulus == stimulus {
				return t.Correct, true
			}
		}
		return false, false
	}
	model := func(_, _, stimulus int) (bool, bool) { return in.ModelCorrect[stimulus], true }
	subject := func(s int) func(int, int, int) (bool, bool) {
		return func(_, c, k int) (bool, bool) { return answer(s, c, k) }
	}
	kappa := func(condition int, a, b func(int, int, int) (bool, bool)) *big.Rat {
		var n, rightA, rightB, agree int64
		for k := range in.Stimuli {
			x, okX := a(0, condition, k)
			y, okY := b(0, condition, k)
			if !okX || !okY {
				continue
			}
			n++
			if x {
				rightA++
			}
			if y {
				rightB++
			}
			if x == y {
				agree++
			}
		}
		if n == 0 {
			return nil
		}
		one, pa, pb := big.NewRat(1, 1), big.NewRat(rightA, n), big.NewRat(rightB, n)
		expected := new(big.Rat).Mul(pa, pb)
		expected.Add(expected, new(big.Rat).Mul(new(big.Rat).Sub(one, pa), new(big.Rat).Sub(one, pb)))
		if expected.Cmp(one) == 0 {
			return nil
		}
		observed := big.NewRat(agree, n)
		return observed.Sub(observed, expected).Quo(observed, new(big.Rat).Sub(one, expected))
	}
	var means []*big.Rat
	row := func(a, b func(int, int, int) (bool, bool)) {
		var of []*big.Rat
		for c := range in.Conditions {
			k := kappa(c, a, b)
			if of = append(of, k); k != nil {
				cells++
			}
		}
		means = append(means, meanRat(of))
	}
	for s := range in.Subjects {
		if !pairs {
			row(model, subject(s))
			continue
		}
		for other := s + 1; other < in.Subjects; other++ {
			row(subject(s), subject(other))
		}
	}
	return meanRat(means), cells
}

func TestErrorConsistencyIsExact(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	zeros, none := 0, 0
	for k := range 600 {
		in := metrics.ConsistencyInput{Subjects: 2 + r.IntN(3), Conditions: 1 + r.IntN(3), Stimuli: 1 + r.IntN(9)}
		often := []float64{0, 0.5, 0.7, 1}[r.IntN(4)]
		for range in.Stimuli {
			in.ModelCorrect = append(in.ModelCorrect, r.Float64() < []float64{often, 0.5}[k%2])
		}
		for s := range in.Subjects {
			for range 1 + r.IntN(2*in.Stimuli*in.Conditions) {
				in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: s, Condition: r.IntN(in.Conditions), Stimulus: r.IntN(in.Stimuli), Correct: r.Float64() < often})
			}
		}
		got, err := errorConsistency{}.ScoreConsistency(t.Context(), in)
		if err != nil {
			t.Fatalf("seed %d, case %d: %v", seed, k, err)
		}
		var want [2]float64
		for i, pairs := range []bool{false, true} {
			mean, _ := exactKappas(in, pairs)
			want[i] = math.NaN()
			if mean != nil {
				want[i], _ = mean.Abs(mean).Float64()
			}
			switch {
			case mean == nil:
				none++
			case want[i] == 0:
				zeros++
			}
		}
		for i, e := range []metrics.Estimate{got.Raw, got.Ceiling} {
			if math.IsNaN(want[i]) != math.IsNaN(e.Value) || math.Abs(e.Value-want[i]) > 1e-15 || (want[i] == 0) != (e.Value == 0) {
				t.Errorf("seed %d, case %d: %v, want %v", seed, k, e.Value, want[i])
			}
		}
		if ceiled := want[0] / want[1]; want[1] > 0 && !math.IsNaN(ceiled) {
			if math.Abs(got.Ceiled.Value-ceiled) > 1e-12*max(1, ceiled) {
				t.Errorf("seed %d, case %d: score %v, want %v", seed, k, got.Ceiled.Value, ceiled)
			}
		} else if !math.IsNaN(got.Ceiled.Value) || len(got.Warnings) == 0 {
			t.Errorf("seed %d, case %d: score %v, warnings %q", seed, k, got.Ceiled.Value, got.Warnings)
		}
		// The order of trials does not matter where none comes again.
		shuffled := in
		shuffled.Trials = nil
		seen := map[metrics.ConsistencyTrial]bool{}
		for _, trial := range in.Trials {
			key := metrics.ConsistencyTrial{Subject: trial.Subject, Condition: trial.Condition, Stimulus: trial.Stimulus, Correct: false}
			if !seen[key] {
				shuffled.Trials = append(shuffled.Trials, trial)
			}
			seen[key] = true
		}
		r.Shuffle(len(shuffled.Trials), func(i, j int) {
			shuffled.Trials[i], shuffled.Trials[j] = shuffled.Trials[j], shuffled.Trials[i]
		})
		again, err := errorConsistency{}.ScoreConsistency(t.Context(), shuffled)
		if err != nil || again.Raw.Value != got.Raw.Value && !math.IsNaN(got.Raw.Value) || again.Ceiling.Value != got.Ceiling.Value && !math.IsNaN(got.Ceiling.Value) {
			t.Errorf("seed %d, case %d: %v and %v, in another order %v and %v (%v)", seed, k, got.Raw.Value, got.Ceiling.Value, again.Raw.Value, again.Ceiling.Value, err)
		}
	}
	t.Logf("%d means of 0, %d not defined", zeros, none)
}
