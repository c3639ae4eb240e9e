package metrics

import (
	"context"
	"strings"
	"testing"
)

// geirhosInput reads one of the five real sets; model is "" for humans alone.
func geirhosInput(t testing.TB, set, model string) ConsistencyInput {
	t.Helper()
	const home = "geirhos2021/home/"
	trials := csvColumns(t, home+"assemblies/"+set+"/trials.csv")
	stimuli := csvColumns(t, home+"stimuli/"+set+"/stimuli.csv")
	subject, subjects := codes(trials["subject"])
	condition, conditions := codes(trials["condition"])
	stimulus, ids := codes(stimuli["stimulus_id"])
	in := ConsistencyInput{Subjects: len(subjects), Conditions: len(conditions), Stimuli: len(ids)}
	for i, id := range trials["stimulus_id"] {
		in.Trials = append(in.Trials, ConsistencyTrial{subject[trials["subject"][i]], condition[trials["condition"][i]], stimulus[id],
			trials["truth"][i] == trials["choice"][i]})
	}
	if model == "" {
		return in
	}
	truth := map[string]string{}
	for i, id := range stimuli["stimulus_id"] {
		truth[id] = stimuli["truth"][i]
	}
	responses := csvColumns(t, "geirhos2021/models/"+model+"/"+set+"/responses.csv")
	in.ModelCorrect = make([]bool, len(ids))
	for i, id := range responses["stimulus_id"] {
		in.ModelCorrect[stimulus[id]] = responses["choice"][i] == truth[id]
	}
	return in
}

func newConsistency(t testing.TB) Consistency {
	t.Helper()
	m, err := New("error_consistency", nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.(Consistency)
}

func TestErrorConsistencyOfRealSubjects(t *testing.T) {
	cases := expectedScores(t, "geirhos2021/expected.json")
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
			want.Raw.check(t, "raw", got.Raw, 1e-12)
			want.Ceiling.check(t, "ceiling", got.Ceiling, 1e-12)
			want.Score.check(t, "score", got.Ceiled, 1e-12)
		})
	}
}
