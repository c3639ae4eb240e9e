package ranking

import (
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/benchmarks/benchmarkstest"
)

// TestSiteFigures shows and ranks the example of the site's rules as the site does.
func TestSiteFigures(t *testing.T) {
	example := benchmarkstest.ReadTreeExample(t)
	c := example.Composite(t)
	b := New(c)
	for model := range example.Display {
		if err := b.AddResults("scores.json", []benchmarks.ModelResult{{Model: model, Scores: example.Results(model)}}); err != nil {
			t.Fatal(err)
		}
	}
	board, err := b.Build().Rank(CompositeScore)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range append(board.Entries, board.Missing...) {
		for node, want := range example.Display[e.Name] {
			name := node
			if node == c.Root() {
				name = CompositeScore
			}
			if got := FigureOfSite(e.Score(name), e.Failed(name)); got != want {
				t.Errorf("%s: %s is shown as %q, want %q", e.Name, node, got, want)
			}
			seen++
		}
		rank, _ := example.Ranks[e.Name].(float64)
		if float64(e.Rank) != rank {
			t.Errorf("%s has rank %d, want %v", e.Name, e.Rank, rank)
		}
	}
	if seen < 4*30 {
		t.Errorf("%d figures of %d models", seen, len(example.Display))
	}
}

func TestSiteRanks(t *testing.T) {
	c, err := benchmarks.ParseComposite("c.yaml", []byte("identifier: c\nof: raw\nfigures: brain-score.org\nmean: [V4]\n"))
	if err != nil {
		t.Fatal(err)
	}
	b := New(c)
	for _, m := range []struct {
		name  string
		value float64
	}{{"a", 0.4049}, {"b", 0.3951}, {"c", 0.395}, {"d", 0.3949}, {"e", 0.41}, {"f", -0.004}, {"g", 0.004}} {
		m0 := b.model(m.name)
		m0.listed, m0.nodes["V4"] = true, m.value
	}
	board, err := b.Build().Rank(CompositeScore)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, e := range board.Entries {
		got += e.Name + string(rune('0'+e.Rank)) + " "
	}
	if want := "e1 a2 b2 c2 d5 g6 f6 "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
