package figures

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/hostile"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/choice" // registers the metrics
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/observers/observerstest"
)

// Figures of answers are complete SVG whatever the names, and with as few or as many
// models, subjects and conditions as there may be.
func TestFiguresOfAnswers(t *testing.T) {
	for _, text := range hostile.Texts {
		for _, k := range AnswersKinds() {
			f, err := NewOfAnswers(t.Context(), k.Name, observerstest.Answers(text, 2, 2, 2), Request{Title: text})
			if err != nil {
				t.Fatalf("%s of %q: %v", k.Name, text, err)
			}
			checkSVG(t, write(t, f, SVG))
		}
	}
	for _, n := range [][3]int{{1, 0, 1}, {0, 1, 1}, {1, 1, 1}, {2, 0, 3}, {0, 3, 2}, {40, 2, 2}, {15, 5, 8}} {
		for _, k := range AnswersKinds() {
			f, err := NewOfAnswers(t.Context(), k.Name, observerstest.Answers("x", n[0], n[1], n[2]), Request{Width: 60})
			if k.Name == "consistency" && n[0]+n[1] < 2 {
				if err == nil {
					t.Error("one observer has an error consistency")
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s of %v: %v", k.Name, n, err)
			}
			checkSVG(t, write(t, f, SVG))
			if n[2] == 8 {
				if _, err := png.Decode(bytes.NewReader(write(t, f, PNG))); err != nil {
					t.Errorf("%s of %v: %v", k.Name, n, err)
				}
			}
			if limited := n[0] > maxObservers && k.Name != "consistency"; limited != (len(f.Notes) > 0) && !(k.Name == "confusion" && n[0] > maxConfusions) {
				t.Errorf("%s of %v has the notes %q", k.Name, n, f.Notes)
			}
		}
	}
}

// A figure shows the numbers of its table.
func TestFiguresOfAnswersShowTheirNumbers(t *testing.T) {
	a := observerstest.Answers("x", 3, 2, 1)
	c, err := a.Consistency(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewOfAnswers(t.Context(), "consistency", a, Request{})
	if err != nil {
		t.Fatal(err)
	}
	text := checkSVG(t, write(t, f, SVG))
	for i := range c.Groups {
		for _, kappa := range c.Kappa[i][:i] {
			if want := strings.Replace(fmt.Sprintf("%.2f", kappa), "-", "−", 1); !strings.Contains(text, want) {
				t.Errorf("κ %s is not shown", want)
			}
		}
	}
}

func TestTooManyForAFigureOfAnswers(t *testing.T) {
	if _, err := NewOfAnswers(t.Context(), "consistency", observerstest.Answers("x", maxMatrix, 1, 1), Request{}); err == nil || !strings.Contains(err.Error(), "name fewer models") {
		t.Errorf("too many observers: %v", err)
	}
	a := observerstest.Answers("x", 1, 0, 1)
	for n := range maxTruths + 1 {
		a.Names = append(a.Names, fmt.Sprint("y", n))
		a.Models[0].Answers = append(a.Models[0].Answers, observers.Answer{Truth: 4 + n, Choice: 0})
	}
	if _, err := NewOfAnswers(t.Context(), "confusion", a, Request{}); err == nil || !strings.Contains(err.Error(), ".csv") {
		t.Errorf("too many truths: %v", err)
	}
}
