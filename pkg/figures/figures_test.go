package figures

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// hostileNames are names that are more than text to some readers of SVG and XML.
var hostileNames = []string{`<script>alert(1)</script>`, `"onload="x`, `]]>&amp;<!--`, "new\nline\x00\u202e\ufffe", "漢字-модель", `=cmd()|'x'!A1`}

// someData are models with scores of every kind that figures draw.
func someData(t *testing.T, layers ...string) *ranking.Data {
	t.Helper()
	c, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	d := ranking.New(c)
	var all []benchmarks.ModelResult
	for i, name := range append([]string{"alexnet", "vgg-16", "resnet-50", "cornet_s", "densenet-169"}, hostileNames...) {
		m := benchmarks.ModelResult{Model: name, Metadata: map[string]any{"imagenet_top1": 0.5 + 0.03*float64(i), "family": hostileNames[i%len(hostileNames)], "params": 1 << (10 + i)}}
		for k, part := range []string{"V4", "IT", "behavior"} {
			for l, layer := range layers {
				v := 0.3 + 0.05*float64((i*7+k*3+l)%11)
				r := benchmarks.Result{Benchmark: "bench." + part, Parent: part, Region: part, Layer: layer}
				r.Raw = metrics.Estimate{Value: v, Error: 0.01}
				r.Ceiling, r.Ceiled = metrics.Exact(0.8), metrics.Exact(v*v/0.8)
				if i%2 == 0 {
					r.Raw.Interval = &metrics.Interval{Low: v - 0.02, High: v + 0.03}
				}
				if part != "behavior" {
					for n := range 30 {
						r.NeuroidIDs = append(r.NeuroidIDs, fmt.Sprint(n))
						r.Neuroids = append(r.Neuroids, v+0.01*float64(n%7))
						r.NeuroidCeilings = append(r.NeuroidCeilings, 0.8)
					}
					r.Neuroids[0], r.NeuroidCeilings[1] = math.NaN(), math.NaN()
				}
				m.Scores = append(m.Scores, r)
			}
		}
		all = append(all, m)
	}
	if err := d.AddResults("r", all); err != nil {
		t.Fatal(err)
	}
	return d.Build()
}

func dataFor(t *testing.T, kind string) *ranking.Data {
	if kind == "layers" {
		return someData(t, "layer1", "layer2", "layer10")
	}
	return someData(t, "l")
}

func write(t *testing.T, f *Figure, format Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checkSVG parses an SVG, finds nothing in it that runs, and gives its text.
func checkSVG(t *testing.T, svg []byte) string {
	t.Helper()
	var text strings.Builder
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			if !slices.Contains([]string{"svg", "title", "g", "path", "text"}, token.Name.Local) {
				t.Errorf("element %s", token.Name.Local)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("attribute %s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

func TestFiguresAreWholeAndRepeatable(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			r := Request{Label: -1, Seed: 1, Title: `A "title" <of> &` + k.Name}
			var first []byte
			for range 2 {
				f, err := New(t.Context(), k.Name, dataFor(t, k.Name), r)
				if err != nil {
					t.Fatal(err)
				}
				svg := write(t, f, SVG)
				if first != nil && !bytes.Equal(svg, first) {
					t.Error("the same scores give another SVG")
				}
				first = svg
			}
			text := checkSVG(t, first)
			want := []string{r.Title}
			switch k.Name {
			case "agreement":
				want = append(want, "bench.IT", "bench.V4", "bench.behavior", "Spearman")
			case "layers":
				want = append(want, "layer1", "layer10", "alexnet", "raw score", "bench.V4")
			default:
				want = append(want, "alexnet", "vgg-16", hostileNames[0])
			}
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%q is not in the figure", w)
				}
			}
			if strings.ContainsAny(text, "\x00\u202e\ufffe") {
				t.Error("control characters are in the figure")
			}
			f, err := New(t.Context(), k.Name, dataFor(t, k.Name), r)
			if err != nil {
				t.Fatal(err)
			}
			a, b := write(t, f, PNG), write(t, f, PNG)
			if !bytes.Equal(a, b) {
				t.Error("the same scores give another PNG")
			}
			if img, err := png.DecodeConfig(bytes.NewReader(a)); err != nil || k.Name != "agreement" && img.Width != 2126 {
				t.Errorf("%d pixels wide, %v", img.Width, err)
			}
		})
	}
}

func TestAnySize(t *testing.T) {
	for _, k := range Kinds() {
		for _, size := range [][2]float64{{LeastSize, LeastSize}, {MostSize, LeastSize}, {LeastSize, MostSize}} {
			f, err := New(t.Context(), k.Name, dataFor(t, k.Name), Request{Width: size[0], Height: size[1], Label: -1})
			if err != nil {
				t.Fatal(err)
			}
			checkSVG(t, write(t, f, SVG))
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	c, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	empty := ranking.New(c).Build()
	oneLayer := someData(t, "l")
	for _, tt := range []struct {
		kind string
		data *ranking.Data
		r    Request
		want string
	}{
		{"scores", empty, Request{}, "there are no models to draw"},
		{"scores", someData(t, "a", "b"), Request{}, `no model has composite cosyne2019: "onload="x lacks V4 (several layers)`},
		{"scores", oneLayer, Request{Scores: []string{"V5"}}, `unknown score "V5": did you mean "V4"?`},
		{"scores", oneLayer, Request{Models: []string{"alexnt"}}, `unknown model "alexnt": did you mean "alexnet"?`},
		{"scatter", oneLayer, Request{X: "imagenet_top2"}, `did you mean "imagenet_top1"?`},
		{"scatter", oneLayer, Request{X: "family"}, `unknown numeric metadata "family"`},
		{"scatter", oneLayer, Request{Scores: []string{"V4", "IT"}}, "give --score once"},
		{"layers", oneLayer, Request{}, "score --all-layers gives them"},
		{"layers", oneLayer, Request{Scores: []string{"composite"}}, `unknown benchmark or part "composite"`},
		{"agreement", oneLayer, Request{Scores: []string{"V4"}}, "from 2 to 40 scores, not 1"},
		{"agreement", oneLayer, Request{Models: []string{"alexnet", "vgg-16"}}, "nothing to correlate"},
		{"neuroids", oneLayer, Request{Scores: []string{"behavior"}}, "no result has scores of single neuroids"},
	} {
		_, err := New(t.Context(), tt.kind, tt.data, tt.r)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %+v: got %v, want %s", tt.kind, tt.r, err, tt.want)
			continue
		}
		if data, ok := errors.AsType[interface {
			error
			DataError() bool
		}](err); !ok || !data.DataError() {
			t.Errorf("%v is no error of data", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(ctx, "agreement", oneLayer, Request{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A table of scores is enough for what needs no results.
func TestFiguresOfTheTable(t *testing.T) {
	table, err := stimuli.ReadTable("../../testdata/published_scores.csv")
	if err != nil {
		t.Fatal(err)
	}
	c, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string][]string{
		"scores":    {"densenet-169", "0.549", "pnasnet_large"},
		"scatter":   {"Pearson r = 0.915 [0.853, 0.952]", "n = 61 models", "densenet-169", "pnasnet_large", "squeezenet1_0"},
		"agreement": {"0.14", "0.42", "0.65", "[−0.14, 0.41]"},
	} {
		d := ranking.New(c)
		if err := d.AddTables([]*stimuli.Table{table}, []ranking.Condition{{Column: "table", Value: "leaderboard-2018-09"}}); err != nil {
			t.Fatal(err)
		}
		f, err := New(t.Context(), kind, d.Build(), Request{Label: -1, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		text := checkSVG(t, write(t, f, SVG))
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in the figure", kind, w)
			}
		}
	}
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]Format{"a.svg": SVG, "b/c.PNG": PNG, "-": "", "a.pdf": "", "svg": ""} {
		if got, err := FormatOf(path); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v", path, got, err)
		}
	}
}
