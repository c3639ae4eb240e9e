package choice

import (
	"context"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
)

func TestChoicesFromFittedReadout(t *testing.T) {
	o := testinput.GoldenObjectome(t)
	const stimuli, model = "golden/home/stimuli/", "golden/models/mini-net/"
	fitting := testinput.CSV(t, stimuli+"objectome-mini.public/stimuli.csv")
	tested := testinput.CSV(t, stimuli+"objectome-mini.private/stimuli.csv")
	object, classes := testinput.Codes(fitting["image_label"])
	labels := testinput.Encode(object, fitting["image_label"])
	probabilities := map[string][]float64{}
	n := 0
	for _, want := range testinput.GoldenScores(t, "golden/expected.json") {
		if want.Model != "mini-net" || !strings.HasPrefix(want.Benchmark, "objectome") {
			continue
		}
		n++
		t.Run(want.Benchmark+"/"+want.Layer, func(t *testing.T) {
			p, ok := probabilities[want.Layer]
			if !ok {
				fit, m, features := testinput.NPY(t, model+"objectome-mini.public/"+want.Layer+".npy")
				test, rows, _ := testinput.NPY(t, model+"objectome-mini.private/"+want.Layer+".npy")
				s := plain.Standardize(fit, m, features)
				fit, test = s.Apply(fit), s.Apply(test)
				r, err := readout.Fit(context.Background(), plain.CrossGram(fit, fit, features), m, labels, len(classes), 1e-3, 2)
				if err != nil {
					t.Fatal(err)
				}
				p = o.Arrange(r.Probabilities(plain.CrossGram(test, fit, features), rows), tested["stimulus_id"], classes)
				probabilities[want.Layer] = p
			}
			got, err := newBehavioral(t, choiceMetric(want.Benchmark), nil).ScoreBehavior(context.Background(),
				metrics.BehavioralInput{Human: o.Human, Truth: o.Truth, Probabilities: p})
			if err != nil {
				t.Fatal(err)
			}
			want.Raw.Check(t, "raw", got.Raw, 1e-5)
			want.Ceiling.Check(t, "ceiling", got.Ceiling, 1e-12)
			want.Score.Check(t, "score", got.Ceiled, 1e-5)
			t.Logf("raw off by %.2g", got.Raw.Value-*want.Raw.Value)
		})
	}
	if n != 12 {
		t.Errorf("%d cases, want 12", n)
	}
}
