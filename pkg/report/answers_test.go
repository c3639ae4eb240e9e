package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/hostile"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/choice" // registers the metrics
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/observers/observerstest"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

func writeAnswers(t *testing.T, d *ranking.Builder, answers ...*observers.Answers) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, d.Build(), Options{Version: "v1.0.0", Seed: 1, Answers: answers}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page has the numbers of the tables of answers.
func TestAnswers(t *testing.T) {
	a, alone := observerstest.Answers("x", 3, 2, 4), observerstest.Answers("y", 2, 0, 1)
	page := writeAnswers(t, published(t), a, alone)
	doc := dataOf(t, page)
	if len(doc.Answers) != 2 || doc.Answers[1].Confusion.Counts[1] == nil {
		t.Fatalf("the page has %d answers", len(doc.Answers))
	}
	got := doc.Answers[0]
	shares, err := a.Accuracies()
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range shares.Groups {
		if got.Observers[i] != (observer{g.Name, string(g.Kind)}) {
			t.Errorf("observer %d is %+v", i, got.Observers[i])
		}
		for k, share := range shares.Cells[i] {
			sameNumber(t, "accuracy", float64(got.Accuracy[i][k]), share.Value())
		}
	}
	bias, err := a.ShapeBiases()
	if err != nil {
		t.Fatal(err)
	}
	for i := range bias.Groups {
		sameNumber(t, "shape bias", float64(got.Bias.Values[i][0]), bias.All[i].Value())
		for k, cell := range bias.Cells[i] {
			sameNumber(t, "shape bias", float64(got.Bias.Values[i][k+1]), cell.Value())
		}
	}
	kappa, err := a.Consistency(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range got.Kappa {
		for j, value := range row {
			sameNumber(t, "κ", float64(value), kappa.Kappa[i][j])
		}
	}
	c, err := a.Confusions()
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range c.Groups {
		if g.Kind == observers.Subject {
			if got.Confusion.Counts[i] != nil {
				t.Errorf("the page has the confusions of %s", g.Name)
			}
			continue
		}
		for j, row := range got.Confusion.Counts[i] {
			for k, n := range row {
				if n != c.Counts[i][j][k] {
					t.Errorf("%s chose %s for %s %d times, want %d", g.Name, c.Choices[k], c.Truths[j], n, c.Counts[i][j][k])
				}
			}
		}
	}
	r, err := observers.Rank(t.Context(), []*observers.Answers{a, alone})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Models {
		if row := "<bdi>" + m.Name + `</bdi></th><td class="number">` + text(m.MeanRank, 2) + "</td>"; !strings.Contains(page, row) {
			t.Errorf("the page lacks %s", row)
		}
	}
	if plain := write(t, published(t)); strings.Contains(plain, `id="answers"`) || dataOf(t, plain).Answers != nil {
		t.Error("a page without answers has a section on them")
	}
}

func sameNumber(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-5 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// Whatever the names, the page shows them as text; and answers of which no table but that
// of accuracies can be made are shown as far as they go.
func TestAnswersAreInert(t *testing.T) {
	for _, text := range hostile.Texts {
		checkInert(t, writeAnswers(t, published(t), observerstest.Answers(text, 2, 2, 2)))
	}
	a := observerstest.Answers("x", 1, 0, 2)
	a.Texture = nil
	for i := range a.Models[0].Answers {
		a.Models[0].Answers[i].Choice = -1
	}
	doc := dataOf(t, writeAnswers(t, published(t), a))
	if got := doc.Answers[0]; got.Bias != nil || got.Confusion != nil || got.Kappa != nil || len(got.Accuracy) != 1 {
		t.Errorf("the page has %+v", got)
	}
}
