package observers

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	_ "github.com/brainscore-go/brainscore/pkg/metrics/choice" // registers the metrics
)

// answersOf returns the answers of a model and of as many subjects as there are lists of right answers, on the same
// stimuli, whose choices are known if chosen is true.
func answersOf(model []bool, people [][]bool, chosen bool) *Answers {
	a := &Answers{Benchmark: "bench", Conditions: []string{""}, Stimuli: len(model), Names: []string{"cat", "dog"}}
	observer := func(name string, right []bool) Observer {
		o := Observer{Name: name}
		for i, r := range right {
			answer := Answer{Stimulus: i, Choice: -1, Right: r}
			if chosen {
				answer.Choice = 1
				if r {
					answer.Choice = 0
				}
			}
			o.Answers = append(o.Answers, answer)
		}
		return o
	}
	if model != nil {
		a.Models = []Observer{observer("net", model)}
	}
	for i, p := range people {
		a.People = append(a.People, observer(string(rune('a'+i)), p))
		a.Stimuli = len(p)
	}
	return a
}

func TestAverageRanks(t *testing.T) {
	nan := math.NaN()
	got := averageRanks([]float64{3, 1, 3, nan, 2, 3})
	want := []float64{4, 1, 4, nan, 2, 4}
	for i := range want {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Errorf("rank %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// What is not defined is NaN, not a number.
func TestUndefined(t *testing.T) {
	always := []bool{true, true}
	a := answersOf(always, [][]bool{always, {true, false}, {false, true}}, true)
	c, err := a.Consistency(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	want := [][]float64{{nan, nan, 0, 0}, {nan, nan, 0, 0}, {0, 0, nan, -1}, {0, 0, -1, nan}}
	for i := range want {
		for j := range want[i] {
			if got := c.Kappa[i][j]; got != want[i][j] && !(math.IsNaN(got) && math.IsNaN(want[i][j])) {
				t.Errorf("κ of %d and %d is %v, want %v", i, j, got, want[i][j])
			}
		}
	}
	if v := (Share{}).Value(); !math.IsNaN(v) {
		t.Errorf("no trials are %v right", v)
	}
	if v := (Bias{Trials: 3}).Value(); !math.IsNaN(v) {
		t.Errorf("no shape and no texture is a bias of %v", v)
	}
	// The only model agrees with one subject in all that is defined of nobody.
	r, err := Rank(t.Context(), []*Answers{answersOf(always, [][]bool{always}, true)})
	if err != nil || len(r.Models) != 1 || !math.IsNaN(r.Models[0].ErrorConsistency) || !math.IsNaN(r.Models[0].MeanRank) || r.Models[0].ObservedConsistency != 1 {
		t.Errorf("the ranking is %+v, %v", r, err)
	}
	if r, err := Rank(t.Context(), []*Answers{answersOf(always, nil, true)}); r != nil || err != nil {
		t.Errorf("without people there is the ranking %+v, %v", r, err)
	}
}

func TestTooLittle(t *testing.T) {
	one := []bool{true, false}
	for _, c := range []struct {
		name, part string
		a          *Answers
		table      func(*Answers) error
	}{
		{"one model", "name more models", answersOf(one, nil, true), func(a *Answers) error { _, err := a.Consistency(t.Context()); return err }},
		{"one subject", "name more models", answersOf(nil, [][]bool{one}, true), func(a *Answers) error { _, err := a.Consistency(t.Context()); return err }},
		{"no choices", "only whether answers were right", answersOf(nil, [][]bool{one}, false), func(a *Answers) error { _, err := a.Confusions(); return err }},
		{"no textures", "--texture", answersOf(one, nil, true), func(a *Answers) error { _, err := a.ShapeBiases(); return err }},
		{"no conflict", "same as the truth", func() *Answers {
			a := answersOf(one, nil, true)
			a.Texture, a.TextureColumn = []int{0, -1}, "texture"
			return a
		}(), func(a *Answers) error { _, err := a.ShapeBiases(); return err }},
	} {
		err := c.table(c.a)
		var data *DataError
		if !errors.As(err, &data) || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Tables whose cells would not fit are an error.
func TestTooMany(t *testing.T) {
	right := []bool{true, false}
	subjects := answersOf(right, slices.Repeat([][]bool{right}, 3000), true)
	conditions := answersOf(right, slices.Repeat([][]bool{right}, 3), true)
	conditions.Conditions = make([]string, 1<<21)
	names := answersOf(right, nil, true)
	for code := range 3000 {
		names.Names = append(names.Names, fmt.Sprint(code))
		names.Models[0].Answers = append(names.Models[0].Answers, Answer{Truth: code, Choice: code})
	}
	for what, table := range map[string]func() error{
		"pairs":                     func() error { _, err := subjects.Consistency(t.Context()); return err },
		"accuracies":                func() error { _, err := conditions.Accuracies(); return err },
		"conditions of consistency": func() error { _, err := conditions.Consistency(t.Context()); return err },
		"confusions":                func() error { _, err := names.Confusions(); return err },
	} {
		var data *DataError
		if err := table(); !errors.As(err, &data) || !strings.Contains(err.Error(), "too large") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// People of whom only right and wrong are known have no confusions beside a model that has.
func TestPeopleWithoutChoices(t *testing.T) {
	a, people := answersOf([]bool{true, false}, nil, true), answersOf(nil, [][]bool{{true, true}}, false)
	a.People = people.People
	c, err := a.Confusions()
	if err != nil || len(c.Groups) != 1 || !reflect.DeepEqual(c.Counts, [][][]int{{{1, 1}}}) || !reflect.DeepEqual(c.Choices, []string{"cat", "dog"}) {
		t.Errorf("the confusions are %+v, %v", c, err)
	}
	if shares, err := a.Accuracies(); err != nil || len(shares.Groups) != 3 || shares.Cells[1][0].Value() != 1 {
		t.Errorf("the accuracies are %+v", shares)
	}
}
