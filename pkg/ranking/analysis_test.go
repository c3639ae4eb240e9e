package ranking

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func published(t *testing.T) *Builder {
	t.Helper()
	table, err := stimuli.ReadTable("../../testdata/published_scores.csv")
	if err != nil {
		t.Fatal(err)
	}
	composite, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	d := New(composite)
	if err := d.AddTables([]*stimuli.Table{table}, []Condition{{"table", "leaderboard-2018-09"}}); err != nil {
		t.Fatal(err)
	}
	return d
}

// The figures of the published table were computed independently.
func TestPublishedTable(t *testing.T) {
	d := published(t).Build()
	b, err := d.Rank(CompositeScore)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Entries) != 61 || len(b.Missing) != 0 {
		t.Fatalf("%d models ranked, %d not", len(b.Entries), len(b.Missing))
	}
	for _, want := range []struct {
		rank  int
		model string
		value string
	}{{1, "densenet-169", "0.5487"}, {2, "cornet_s", "0.5441"}, {3, "resnet-101_v2", "0.5423"}, {13, "pnasnet_large", "0.5283"}} {
		if e := b.Entries[want.rank-1]; e.Rank != want.rank || e.Name != want.model || fmt.Sprintf("%.4f", math.Round(e.Value*1e4)/1e4) != want.value {
			t.Errorf("rank %d is %s with %v, want %s with %s", e.Rank, e.Name, e.Value, want.model, want.value)
		}
	}
	a, err := d.Analyze(t.Context(), Question{Against: []string{"imagenet_top1"}, Above: 0.7, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want float64, n, wantN int, i Interval) {
		t.Helper()
		if math.Abs(got-want) > 0.0005 || n != wantN || !(i.Low < got && got < i.High) {
			t.Errorf("%s is %v of %d in %v, want %v of %d", what, got, n, i, want, wantN)
		}
	}
	at := slices.IndexFunc(a.Against, func(g Against) bool { return g.Score == CompositeScore && !math.IsNaN(g.Above) })
	near("r with top-1", a.Against[0].Pearson, 0.915, a.Against[0].N, 61, a.Against[0].Interval)
	near("r above 70 %", a.Against[at].Pearson, 0.235, a.Against[at].N, 23, a.Against[at].Interval)
	for i, want := range []struct {
		a, b string
		rho  float64
	}{{"behavior", "IT", 0.652}, {"behavior", "V4", 0.416}, {"IT", "V4", 0.136}} {
		g := a.Agreement[i]
		if g.A != want.a || g.B != want.b {
			t.Errorf("agreement %d is of %s and %s", i, g.A, g.B)
		}
		near(g.A+"-"+g.B, g.Spearman, want.rho, g.N, 61, g.Interval)
	}
}

func loadTable(t *testing.T, rows []string) *Builder {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(strings.Join(rows, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	table, err := stimuli.ReadTable(path)
	if err != nil {
		t.Fatal(err)
	}
	composite, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	d := New(composite)
	if err := d.AddTables([]*stimuli.Table{table}, nil); err != nil {
		t.Fatal(err)
	}
	return d
}

// Neither the order of models nor other columns change a figure.
func TestAnalysisDoesNotDependOnOrder(t *testing.T) {
	rows := []string{"model,V4,IT,behavior,top1,family"}
	for i := range 12 {
		rows = append(rows, fmt.Sprintf("m%d,0.%d,0.%d,0.%d,0.%d,f%d", i, 10+i, 10+i*7%12, 10+i*5%12, 20+i*i%13, i%3))
	}
	q := Question{Against: []string{"TOP1"}, Above: math.NaN(), Seed: 1}
	first, err := loadTable(t, rows).Build().Analyze(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(rows[1:])
	second, err := loadTable(t, rows).Build().Analyze(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := describe(first), describe(second); a != b {
		t.Errorf("%s\n%s", a, b)
	}
	if len(first.Families) != 3 || first.Families[0].Family != "f2" || first.Families[0].N != 4 || first.Families[0].Against[0].N != 4 {
		t.Errorf("families %+v", first.Families)
	}
}

func describe(a *Analysis) string {
	var b strings.Builder
	for _, g := range a.Against {
		fmt.Fprintln(&b, g.Score, g.N, g.Pearson, g.Interval, g.SpearmanInterval, *g.Change)
	}
	for _, g := range a.Agreement {
		fmt.Fprintln(&b, g.A, g.B, g.N, g.Kendall, g.Interval, g.KendallInterval, *g.Change)
	}
	for _, f := range a.Families {
		fmt.Fprintln(&b, f.Family, f.N, f.Best, f.Against[0].Interval)
	}
	fmt.Fprintln(&b, a.Changes)
	return b.String()
}

func TestTooFewModels(t *testing.T) {
	a, err := loadTable(t, []string{"model,V4,IT,behavior,top1", "a,1,1,1,1", "b,2,2,2,2"}).Build().Analyze(t.Context(), Question{Against: []string{"top1"}, Above: math.NaN()})
	if err != nil {
		t.Fatal(err)
	}
	if g := a.Against[0]; g.N != 2 || !math.IsNaN(g.Pearson) || !math.IsNaN(g.Interval.Low) {
		t.Errorf("got %+v", g)
	}
}

// Rank correlations of few models, and those of models in the same order, have no interval, and
// a line says so.
func TestRankIntervalsAreNeverCertain(t *testing.T) {
	for _, c := range []struct {
		top1 string // of models whose scores ascend
		none bool
		note string
	}{
		{"123", true, "rank correlations have no interval: fewer than 5 models"}, {"132", true, "fewer than 5 models"}, {"1324", true, "fewer than 5 models"},
		{"12345", true, "in the same order"}, {"54321", true, "in the same order"}, {"13245", false, ""}, {"123456798", false, ""},
	} {
		rows := []string{"model,V4,IT,top1"}
		for i, v := range c.top1 {
			rows = append(rows, fmt.Sprintf("m%d,%d,%c,%c", i, i, v, v))
		}
		a, err := loadTable(t, rows).Build().Analyze(t.Context(), Question{Against: []string{"top1"}, Above: math.NaN()})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(a.Against, func(x Against) bool { return x.Score == "V4" })
		for _, i := range []Interval{a.Against[at].SpearmanInterval, a.Agreement[0].Interval, a.Agreement[0].KendallInterval} {
			if i.None() != c.none || i.Low == i.High {
				t.Errorf("%s: %v", c.top1, i)
			}
		}
		if text := strings.Join(a.Warnings, "\n"); !strings.Contains(text, c.note) {
			t.Errorf("%s: %q", c.top1, text)
		}
	}
}
