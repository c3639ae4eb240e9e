package cli

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// scored returns deps whose score function returns a report and an error.
func scored(report benchmarks.Report, err error) deps {
	return deps{score: func(context.Context, scoreRequest) (benchmarks.Report, error) { return report, err }}
}

func result(benchmark string, ceiled float64, warnings ...string) benchmarks.Result {
	return benchmarks.Result{Benchmark: benchmark, Layer: "fc", Score: metrics.Score{
		Raw: metrics.Exact(ceiled), Ceiling: metrics.Exact(1), Ceiled: metrics.Exact(ceiled), Warnings: warnings,
	}}
}

func composite(value float64) *benchmarks.CompositeResult {
	return &benchmarks.CompositeResult{Name: "cosyne2019", Definition: "mean(V4, IT)", Value: value}
}

func reportOf(models ...benchmarks.ModelResult) benchmarks.Report {
	return benchmarks.Report{Models: models}
}

func TestScoreRequest(t *testing.T) {
	var got scoreRequest
	d := deps{score: func(_ context.Context, r scoreRequest) (benchmarks.Report, error) {
		got = r
		return reportOf(benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{result("a", 1)}}), nil
	}}
	all := try(t.Context(), d, "score", "m1", "m2", "--data", "home", "--benchmark", "a", "--benchmark", "b,c",
		"--layer", "x", "--layer", "y", "--composite", "neurips2019", "--allow-partial", "--jobs", "3", "--quiet", "--format", "json")
	if all.code != 0 || all.err != "" {
		t.Fatalf("gives %+v", all)
	}
	got.reporter, got.run = nil, nil
	want := scoreRequest{
		Request:   scoring.Request{Models: []string{"m1", "m2"}, Benchmarks: []string{"a", "b,c"}, Layers: []string{"x", "y"}, AllowPartial: true},
		runFlags:  runFlags{data: "home", options: scoring.Options{Workers: 3}, quiet: true},
		composite: "neurips2019",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("request %+v, want %+v", got, want)
	}
	try(t.Context(), d, "score", "m", "--all-layers", "--memory", "1KiB", "--results", "kept", "--ci", "--cluster", "animal")
	got.reporter, got.run = nil, nil
	want = scoreRequest{
		Request:   scoring.Request{Models: []string{"m"}, AllLayers: true},
		runFlags:  runFlags{results: "kept", options: scoring.Options{Workers: runtime.GOMAXPROCS(0), Memory: 1024, Cluster: "animal"}},
		composite: "cosyne2019", intervals: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("request %+v, want %+v", got, want)
	}
}

func TestScoreUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "needs at least one MODEL"},
		{[]string{""}, "MODEL is empty"},
		{[]string{"m", "--jobs", "0"}, `--jobs: "0" is not a whole number of at least 1`},
		{[]string{"m", "--jobs=-1"}, `--jobs: "-1"`},
		{[]string{"m", "--jobs", "many"}, `--jobs: "many"`},
		{[]string{"m", "--format", "yaml"}, `--format: unknown format "yaml"`},
		{[]string{"m", "--fail-under", "x"}, `--fail-under: "x" is not a number`},
		{[]string{"m", "--fail-under", "NaN"}, `--fail-under: "NaN" is not a number`},
		{[]string{"m", "--fail-under", "50"}, `--fail-under: "50" is not a number from -1 to 1`},
		{[]string{"m", "--layer", "a", "--all-layers"}, "--layer and --all-layers exclude"},
		{[]string{"m", "--layer", ""}, "--layer is empty"},
		{[]string{"m", "--output", ""}, "--output is empty"},
		{[]string{"m", "--benchmrk", "a"}, `unknown flag --benchmrk (did you mean "--benchmark"?)`},
	} {
		got := try(t.Context(), deps{}, append([]string{"score"}, c.args...)...)
		if got.code != exitUsage || got.out != "" || !strings.Contains(got.err, c.want) {
			t.Errorf("score %q gives %+v, want code 2 and %q", c.args, got, c.want)
		}
	}
}

func TestScoreFailures(t *testing.T) {
	works := result("a", 0.5)
	bad := errors.New("fc.npy: cut\x1b[2J short")
	data := aboutData(true)
	for name, c := range map[string]struct {
		report benchmarks.Report
		err    error
		code   int
		out    bool
		want   string
	}{
		"fine": {reportOf(benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{works}}), nil, 0, true, ""},
		"some": {
			reportOf(benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{works}, Failures: []benchmarks.Failure{
				{Benchmark: "b", Layer: "fc", Err: bad}, {Benchmark: "c", Layer: "fc", Err: bad}, {Benchmark: "d", Err: data},
				{Benchmark: "e", Err: bad}, {Benchmark: "f", Err: bad}}}), nil, 1, true,
			"brainscore: m, b (fc), c (fc), e and 1 more: fc.npy: cut\\x1b[2J short\n" +
				"brainscore: m, d: about data\nbrainscore: 5 of 6 scores failed\n",
		},
		"some data": {
			reportOf(benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{works}, Failures: []benchmarks.Failure{{Benchmark: "b", Err: data}}}),
			nil, 3, true, "brainscore: m, b: about data\nbrainscore: 1 of 2 scores failed\n",
		},
		"all":     {reportOf(benchmarks.ModelResult{Model: "m", Failures: []benchmarks.Failure{{Benchmark: "b", Err: data}}}), nil, 3, false, "brainscore: m, b: about data\n"},
		"none":    {reportOf(benchmarks.ModelResult{Model: "m"}), nil, 3, false, "brainscore: nothing to score: no benchmark has its data in the data home and activations in these dumps\n"},
		"error":   {benchmarks.Report{}, bad, 1, false, "brainscore: fc.npy: cut\\x1b[2J short\n"},
		"invalid": {benchmarks.Report{}, data, 3, false, "brainscore: about data\n"},
	} {
		got := try(t.Context(), scored(c.report, c.err), "score", "m")
		if got.code != c.code || (got.out != "") != c.out || got.err != c.want {
			t.Errorf("%s gives %+v, want code %d and %q", name, got, c.code, c.want)
		}
	}
}

func TestScoreWarningsAndNotes(t *testing.T) {
	m := benchmarks.ModelResult{Model: "m", Notes: []string{"no composite: IT is missing"},
		Scores: []benchmarks.Result{result("a", 1, "odd"), result("b", 1, "odd", "rare")}}
	warnings := "brainscore: warning: m, a (fc), b (fc): odd\nbrainscore: warning: m, b (fc): rare\n"
	if got := try(t.Context(), scored(reportOf(m), nil), "score", "m"); got.err != warnings+"brainscore: m: no composite: IT is missing\n" {
		t.Errorf("prints %q", got.err)
	}
	if got := try(t.Context(), scored(reportOf(m), nil), "score", "m", "--quiet"); got.err != warnings {
		t.Errorf("if quiet, prints %q", got.err)
	}
}

func TestScoreFailUnder(t *testing.T) {
	one := []benchmarks.Result{result("a", 0.4), result("b", math.NaN())}
	with := benchmarks.ModelResult{Model: "m", Scores: one, Composite: composite(0.5)}
	without := benchmarks.ModelResult{Model: "n", Scores: one}
	partly := with
	partly.Failures = []benchmarks.Failure{{Benchmark: "c", Err: errors.New("bad")}}
	for _, c := range []struct {
		model benchmarks.ModelResult
		args  string
		code  int
		want  string
	}{
		{with, "--fail-under 0.5", 0, ""},
		{with, "--fail-under 0.51", 4, "brainscore: m: composite cosyne2019 is 0.5, below 0.51\n"},
		{without, "--fail-under 0.4", 4, "brainscore: n: the score of b (fc) is missing, but should reach 0.4\n"},
		{without, "--fail-under=-1", 4, "brainscore: n: the score of b (fc) is missing, but should reach -1\n"},
		{without, "--fail-under 0.6", 4, "brainscore: n: the score of a (fc) is 0.4, below 0.6\nbrainscore: n: the score of b (fc) is missing, but should reach 0.6\n"},
		{without, "--fail-under 0 --composite cosyne2019", 4, "brainscore: n: the composite is missing, but should reach 0\n"},
		{partly, "--fail-under 0.6", 1, "brainscore: m, c: bad\nbrainscore: 1 of 3 scores failed\nbrainscore: m: composite cosyne2019 is 0.5, below 0.6\n"},
	} {
		got := try(t.Context(), scored(reportOf(c.model), nil), append([]string{"score", "m"}, strings.Fields(c.args)...)...)
		if got.code != c.code || got.err != c.want || got.out == "" {
			t.Errorf("%s: gives %+v, want code %d and %q", c.args, got, c.code, c.want)
		}
	}
}

func TestScoreOutput(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "scores.json")
	d := scored(reportOf(benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{result("a", 0.5)}}), nil)
	if got := try(t.Context(), d, "score", "m", "--format", "json", "-o", path); got != (outcome{}) {
		t.Errorf("gives %+v", got)
	}
	if content, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(content), "{\n") {
		t.Errorf("file holds %q, %v", content, err)
	}

	for _, c := range []struct{ name, format, want string }{
		{"a.json", "", "{\n"}, {"a.CSV", "", "model,benchmark,"}, {"a.tsv", "", "model\tbenchmark\t"}, {"a.md", "", "| model |"}, {"a.txt", "", "m\n"},
		{"a.json", "csv", "model,benchmark,"}, {"a.csv", "table", "m\n"},
	} {
		path := filepath.Join(folder, c.name)
		args := []string{"score", "m", "--output", path}
		if c.format != "" {
			args = append(args, "--format", c.format)
		}
		if got := try(t.Context(), d, args...); got != (outcome{}) {
			t.Errorf("%s as %q: gives %+v", c.name, c.format, got)
		}
		if content, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(content), c.want) {
			t.Errorf("%s as %q holds %q, %v", c.name, c.format, content, err)
		}
	}

	never := deps{score: func(context.Context, scoreRequest) (benchmarks.Report, error) {
		t.Error("scored although the output cannot be written")
		return benchmarks.Report{}, nil
	}}
	if got := try(t.Context(), never, "score", "m", "-o", filepath.Join(folder, "missing", "x")); got.code != exitFailed || !strings.Contains(got.err, "no such file") {
		t.Errorf("gives %+v", got)
	}
}

func TestScoreInterrupted(t *testing.T) {
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	d := deps{score: func(context.Context, scoreRequest) (benchmarks.Report, error) {
		cancel()
		return reportOf(benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{result("a", 0.5)}}), errors.New("torn off")
	}}
	got := try(ctx, d, "score", "m", "-o", filepath.Join(folder, "x"))
	if want := (outcome{1, "", "brainscore: interrupted\n"}); got != want {
		t.Errorf("gives %+v, want %+v", got, want)
	}
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		t.Errorf("left %v", entries)
	}
}

func TestScoreCompletion(t *testing.T) {
	d := deps{names: names{
		benchmarks: func(_ context.Context, data string) []string { return []string{"in-" + data} },
		composites: func() []string { return []string{"cosyne2019"} },
		layers:     func(_ context.Context, models []string) []string { return []string{"layer-of-" + models[0]} },
	}}
	for _, c := range []struct{ args, want string }{
		{"--data home --benchmark", "in-home\n:4\n"},
		{"--composite", "cosyne2019\n:0\n"},
		{"model --layer", "layer-of-model\n:4\n"},
		{"--format", "table\njson\ncsv\ntsv\nmarkdown\n:4\n"},
		{"--data", ":16\n"},
	} {
		args := append(append([]string{"__complete", "score"}, strings.Fields(c.args)...), "")
		if got := try(t.Context(), d, args...); got.out != c.want {
			t.Errorf("score %s completes %q, want %q", c.args, got.out, c.want)
		}
	}
}
