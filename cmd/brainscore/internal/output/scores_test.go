package output

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

var nan = math.NaN()

// reports are the inputs of the tests of writers, by the name of the golden file.
var reports = map[string]benchmarks.Report{
	"empty":   {},
	"nothing": {Models: []benchmarks.ModelResult{{Model: "silent"}}},
	"one":     {Models: []benchmarks.ModelResult{miniNet}, Inputs: []benchmarks.Input{{Path: "b/fc.npy", SHA256: "02"}, {Path: "a/<x>.csv", SHA256: "sha256:01"}}},
	"many":    {Models: []benchmarks.ModelResult{miniNet, wide, failed}},
	"hostile": {Models: []benchmarks.ModelResult{hostileNet}},
}

var miniNet = benchmarks.ModelResult{
	Model: "mini-net",
	Scores: []benchmarks.Result{
		{
			Benchmark: "hvm-mini.IT-ridgecv", Version: 1, Region: "IT", Parent: "IT", Layer: "fc", Metric: "ridgecv",
			Score: metrics.Score{
				Raw:      metrics.Estimate{Value: 0.8353216547891234, Error: 0.0062, Splits: []float64{0.83, nan, 1.0 / 3}},
				Ceiling:  metrics.Estimate{Value: 0.9283, Error: 0.0008, Splits: []float64{0.93, 0.9266}},
				Ceiled:   metrics.Estimate{Value: 0.7517, Error: 0.0111},
				Neuroids: []float64{0.81, nan},
				Alphas:   []float64{300, 1e-9},
				Warnings: []string{"1 constant neuroid left out"},
			},
			Counts:     benchmarks.Counts{Stimuli: 320, Features: 700, Neuroids: 2},
			NeuroidIDs: []string{"n020", "n021"}, NeuroidCeilings: []float64{0.93, nan},
		},
		{
			Benchmark: "objectome-mini-i2n", Version: 2, Region: "behavior", Parent: "behavior", Layer: "avgpool", Metric: "i2n",
			Score: metrics.Score{
				Raw: metrics.Estimate{Value: -0.0213, Error: 0.01, Splits: []float64{-0.0213}}, Ceiling: metrics.Exact(0.5), Ceiled: metrics.Exact(-0.0426),
			},
			Counts: benchmarks.Counts{Stimuli: 240, Features: 64, Trials: 1000, Subjects: 3},
		},
	},
	Composite: &benchmarks.CompositeResult{
		Name: "cosyne2019", Definition: "mean(V4, IT, behavior), raw", Value: 0.4069, Of: "raw",
		Parts: map[string]float64{"behavior": -0.0213, "IT": 0.8353, "other": nan}, Missing: []string{"V4"}, Partial: true,
	},
}

var wide = benchmarks.ModelResult{
	Model: "ネット-é",
	Scores: []benchmarks.Result{{
		Benchmark: "脳.V4-cka", Version: 1, Layer: "層4", Metric: "cka",
		Score: metrics.Score{Raw: metrics.Exact(nan), Ceiling: metrics.Exact(nan), Ceiled: metrics.Exact(nan)},
	}},
	Composite: &benchmarks.CompositeResult{
		Name: "cosyne2019", Definition: "mean(V4, IT, behavior), raw", Value: 0.5, Of: "raw", Parts: map[string]float64{"V4": 0.5},
	},
}

var failed = benchmarks.ModelResult{
	Model: "failed-net",
	Failures: []benchmarks.Failure{
		{Benchmark: "hvm-mini.IT-pls", Layer: "fc", Err: errors.New("fc.npy: NaN in row s12, column 3")},
		{Benchmark: "hvm-mini.V4-pls", Layer: "conv", Err: errors.New("conv.npy is cut short")},
	},
}

// hostileNet has names that a malicious dump could have.
var hostileNet = benchmarks.ModelResult{
	Model: "=cmd|' /C calc'!A0",
	Scores: []benchmarks.Result{{
		Benchmark: "two\nlines", Version: 1, Region: "-1", Parent: "@x", Layer: "\x1b[2J|red|", Metric: "a,\"b\"",
		Score: metrics.Score{
			Raw: metrics.Exact(math.Inf(1)), Ceiling: metrics.Exact(0), Ceiled: metrics.Exact(1),
			Warnings: []string{"<b>&\u2028", "\x00"},
		},
	}},
	Composite: &benchmarks.CompositeResult{Name: "a|b", Definition: "x\ny", Value: 1, Parts: map[string]float64{"p\r": 1}, Missing: []string{"\x07"}},
	Failures:  []benchmarks.Failure{{Benchmark: "b\tc", Layer: "\u202el", Err: errors.New("first\nsecond")}},
}

var build = buildinfo.Info{Version: "v1.0.0", Go: "go1.26.0"}

func TestWriteScores(t *testing.T) {
	for name, report := range reports {
		for _, format := range Formats {
			var b bytes.Buffer
			var err error
			if format == JSON {
				err = results.WriteJSON(&b, results.NewDocument(report, build.Version, build.Go)) // this build varies
			} else {
				err = WriteScores(&b, report, format, false)
			}
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+string(format), b.Bytes())
			if format == Table && strings.ContainsAny(b.String(), "\x1b\x07\t\r") {
				t.Errorf("%s: control characters in the table", name)
			}
		}
	}
}

func TestWriteReportColor(t *testing.T) {
	var plain, colored bytes.Buffer
	if err := errors.Join(WriteScores(&plain, reports["many"], Table, false), WriteScores(&colored, reports["many"], Table, true)); err != nil {
		t.Fatal(err)
	}
	golden(t, "many.colored", colored.Bytes())
	stripped := colored.String()
	for _, code := range []string{"0", "1", "2", "31"} {
		stripped = strings.ReplaceAll(stripped, "\x1b["+code+"m", "")
	}
	if stripped != plain.String() {
		t.Error("colour changes more than colour")
	}
}

func TestWriteReportJSONNamesThisBuild(t *testing.T) {
	var b bytes.Buffer
	if err := WriteScores(&b, benchmarks.Report{}, JSON, false); err != nil {
		t.Fatal(err)
	}
	doc, err := results.ReadJSON(&b)
	if want := buildinfo.Read(); err != nil || doc.Provenance.Version != want.Version || doc.Provenance.Go != want.Go {
		t.Errorf("provenance %+v, %v", doc.Provenance, err)
	}
}

func TestReadJSONReadsBack(t *testing.T) {
	for name, report := range reports {
		var first, second bytes.Buffer
		if err := results.WriteJSON(&first, results.NewDocument(report, build.Version, build.Go)); err != nil {
			t.Fatal(err)
		}
		written := first.String()
		doc, err := results.ReadJSON(&first)
		if err != nil {
			t.Fatal(err)
		}
		if err := results.WriteJSON(&second, doc); err != nil {
			t.Fatal(err)
		}
		if second.String() != written {
			t.Errorf("%s reads back as\n%s\nfrom\n%s", name, second.String(), written)
		}
	}
	doc := results.NewDocument(reports["one"], build.Version, build.Go)
	if got := float64(doc.Models[0].Scores[0].Raw.Value); got != miniNet.Scores[0].Raw.Value {
		t.Errorf("raw value %v", got)
	}
}

func TestReadJSONTakesWhatIsLeftOutForNaN(t *testing.T) {
	doc, err := results.ReadJSON(strings.NewReader(`{"schema": 1, "later": {}, "models": [{"scores": [{"raw": {}}], "composite": {"name": "x"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := doc.Models[0].Scores[0]
	for what, n := range map[string]results.Number{
		"raw": s.Raw.Value, "raw error": s.Raw.Error, "ceiling": s.Ceiling.Value, "score": s.Score.Value,
		"composite": doc.Models[0].Composite.Value,
	} {
		if !math.IsNaN(float64(n)) {
			t.Errorf("%s is %v, want NaN", what, n)
		}
	}
}

func TestReadJSONRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "line 1: it is empty or cut off"},
		{"{\n\"schema\": 1,\n\"models\": x}", "line 3: it is not JSON: invalid character 'x'"},
		{`{"schema": 1} {}`, "line 1: it is not JSON: invalid character '{' after top-level value"},
		{`{"models": []}`, "states no schema"},
		{`{"schema": 2}`, "schema is 2, but this build reads 1"},
		{`{"schema": 1, "models": [{"scores": [{"raw": {"value": "high"}}]}]}`, "string"},
	} {
		_, err := results.ReadJSON(strings.NewReader(c.in))
		var format *results.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ReadJSON(%q): error %v, want %q in it", c.in, err, c.want)
		}
	}
}

func TestPartNames(t *testing.T) {
	m := benchmarks.ModelResult{Composite: &benchmarks.CompositeResult{
		Parts: map[string]float64{"zebra": 1, "behavior": 1, "IT": 1, "ape": 1, "V1": 1},
	}}
	if got, want := partNames(m), []string{"V1", "IT", "behavior", "ape", "zebra"}; !reflect.DeepEqual(got, want) {
		t.Errorf("parts %q, want %q", got, want)
	}
}
