package benchmarks_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

const standInTree = `
identifier: tree
of: ceiled
clip: true
missing: zero
mean:
- name: neural
  mean:
  - {name: V4, mean: [a.V4, b.V4]}
  - {name: IT, mean: [{name: set, mean: [a.IT, b.IT]}]}
- {name: behaviour, mean: [c]}
beside:
- {name: engineering, of: raw, mean: [top1]}
other_names: {behavior: behaviour}
`

// TestStandIns forms groups of benchmarks that the tree does not have.
func TestStandIns(t *testing.T) {
	score := func(id, parent, layer string, value float64) benchmarks.Result {
		return benchmarks.Result{Benchmark: id, Region: "IT", Parent: parent, Layer: layer, Score: metrics.Score{
			Raw: metrics.Estimate{Value: value / 2}, Ceiled: metrics.Estimate{Value: value}}}
	}
	nan := math.NaN()
	for _, test := range []struct {
		name       string
		scores     []benchmarks.Result
		on, off    float64 // of the composite with and without stand-ins
		note, left string  // with and without
		scored     int
		standIns   int
	}{
		{"a group", []benchmarks.Result{score("mine", "IT", "x", .4)}, .1, nan, "IT is the figure of mine", "the tree does not have mine (IT)", 0, 1},
		{"its clip", []benchmarks.Result{score("mine", "IT", "x", 1.4)}, .25, nan, "IT is the figure of mine", "mine (IT)", 0, 1},
		{"the mean of several", []benchmarks.Result{score("mine", "IT", "x", .4), score("too", "IT", "x", .8)}, .15, nan, "mine, too", "mine (IT), too (IT)", 0, 1},
		{"beside scores of another group", []benchmarks.Result{score("mine", "IT", "x", .4), score("a.V4", "V4", "x", .8)}, .2, .1, "IT is the figure", "mine (IT)", 1, 1},
		{"not where the group has scores", []benchmarks.Result{score("mine", "IT", "x", .4), score("a.IT", "", "x", .8)}, .1, .1, "", "", 1, 0},
		{"not above a group with one", []benchmarks.Result{score("mine", "neural", "x", .4), score("too", "set", "x", .8)}, .2, nan, "set is the figure of too", "too (set)", 0, 1},
		{"by another name", []benchmarks.Result{score("mine", "behavior", "x", .4)}, .2, nan, "behaviour is the figure of mine", "mine (behaviour)", 0, 1},
		{"raw, beside", []benchmarks.Result{score("mine", "engineering", "x", .4), score("c", "", "x", .8)}, .4, .4, "engineering is the figure of mine", "mine (engineering)", 1, 1},
		{"without a figure", []benchmarks.Result{score("mine", "IT", "x", nan), score("c", "", "x", .8)}, .4, .4, "mine has no ceiled score", "mine (IT)", 1, 1},
		{"on two layers", []benchmarks.Result{score("mine", "IT", "x", .4), score("mine", "IT", "y", .4), score("c", "", "x", .8)}, nan, .4, "layers x and y", "mine (IT)", 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, on := range []bool{true, false} {
				c, err := benchmarks.ParseComposite("tree.yaml", []byte(standInTree))
				if err != nil {
					t.Fatal(err)
				}
				c.StandIns = on
				if words := strings.Contains(c.String(), "stand in for groups"); words != on {
					t.Errorf("stand-ins %v: %s", on, c)
				}
				want, note := test.on, test.note
				if !on {
					want, note = test.off, test.left
				}
				got, err := c.Form(test.scores, false)
				if refused, ok := errors.AsType[*benchmarks.CompositeError](err); ok {
					if !math.IsNaN(want) || !strings.Contains(err.Error(), note) {
						t.Errorf("stand-ins %v: %v, want %v and %q", on, refused, want, note)
					}
					continue
				}
				if notes := strings.Join(got.Notes, "; "); math.Abs(got.Value-want) > 1e-15 || !strings.Contains(notes, note) || note == "" && notes != "" {
					t.Errorf("stand-ins %v: %v (%s), want %v (%s)", on, got.Value, notes, want, note)
				}
				standIns := 0
				if on {
					standIns = test.standIns
				}
				if got.Coverage.Scored != test.scored || got.Coverage.Leaves != 5 || len(got.Missing) != 5-test.scored || len(got.StandIns) != standIns {
					t.Errorf("stand-ins %v: coverage %+v, missing %v, stand-ins %v", on, got.Coverage, got.Missing, got.StandIns)
				}
			}
		})
	}
}

// TestWithoutParent names scores that do not count because they have no parent.
func TestWithoutParent(t *testing.T) {
	c, err := benchmarks.LoadComposite("cosyne2019")
	if err != nil {
		t.Fatal(err)
	}
	score := func(id, region, parent string) benchmarks.Result {
		return benchmarks.Result{Benchmark: id, Region: region, Parent: parent, Layer: "x", Score: metrics.Score{Raw: metrics.Estimate{Value: .5}}}
	}
	_, err = c.Form([]benchmarks.Result{score("a", "V4", "V4"), score("b", "V4", ""), score("c", "IT", ""), score("d", "IT", ""), score("e", "behavior", "behavior")}, false)
	if err == nil || !strings.Contains(err.Error(), "IT: without parent: IT in their definitions, these do not count: c, d") || strings.Contains(err.Error(), "V4:") {
		t.Error(err)
	}
}
