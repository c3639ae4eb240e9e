package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func newData(t *testing.T) *ranking.Builder {
	t.Helper()
	composite, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	return ranking.New(composite)
}

func addTable(t *testing.T, d *ranking.Builder, path string, where ...ranking.Condition) {
	t.Helper()
	table, err := stimuli.ReadTable(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.AddTables([]*stimuli.Table{table}, where); err != nil {
		t.Fatal(err)
	}
	d.AddSource(ranking.Source{Path: path, Table: true, Where: where})
}

// addText adds a table of a text.
func addText(t *testing.T, d *ranking.Builder, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	addTable(t, d, path)
}

func published(t *testing.T) *ranking.Builder {
	d := newData(t)
	addTable(t, d, "../../testdata/published_scores.csv", ranking.Condition{Column: "table", Value: "leaderboard-2018-09"})
	return d
}

var families = []string{"resnet", "densenet", "vgg", "vit", "convnext", "mobilenet", "cornet", "alexnet", "swin"}

// many are models scored on benchmarks, each with so many neuroids, and the
// first ten on three layers of the last benchmark, which counts in no composite.
func many(t *testing.T, models, on, neuroids int) *ranking.Builder {
	r := rand.New(rand.NewPCG(1, 2))
	d := newData(t)
	parts := []string{"V1", "V2", "V4", "IT", "behavior"}
	var list []benchmarks.ModelResult
	inputs := map[string]string{}
	table := "model,family,imagenet_top1\n"
	for i := range models {
		m := benchmarks.ModelResult{Model: fmt.Sprintf("%s-%03d", families[i%len(families)], i)}
		good := 0.3 + 0.4*r.Float64()
		add := func(bench int, layer, parent string) {
			s := benchmarks.Result{Benchmark: fmt.Sprintf("Recording20%02d.%s-pls", bench, parts[bench%5]), Version: 1, Region: parts[bench%5], Parent: parent, Layer: layer, Metric: "pls",
				Counts: benchmarks.Counts{Stimuli: 2560, Features: 25088, Neuroids: neuroids}}
			raw := good + 0.06*r.NormFloat64()
			s.Raw, s.Ceiling, s.Ceiled = metrics.Estimate{Value: raw, Error: 0.004}, metrics.Estimate{Value: 0.82, Error: 0.002}, metrics.Estimate{Value: raw * raw / 0.82, Error: 0.006}
			for k := range neuroids {
				s.NeuroidIDs = append(s.NeuroidIDs, fmt.Sprint("n", k))
				s.Neuroids = append(s.Neuroids, raw+0.15*r.NormFloat64())
				s.NeuroidCeilings = append(s.NeuroidCeilings, 0.7+0.2*float64(k)/float64(neuroids))
			}
			m.Scores = append(m.Scores, s)
			inputs[fmt.Sprintf("%s/set/%s", m.Model, layer)] = "sha256:" + strings.Repeat(fmt.Sprintf("%04x", r.IntN(1<<16)), 16)
		}
		for bench := range on {
			switch {
			case bench == on-1 && i < 10 && on > 5:
				for l := range 3 {
					add(bench, fmt.Sprintf("block%d", l+1), "")
				}
			case bench == on-1 && on > 5:
				add(bench, "block2", "")
			default:
				add(bench, "layer "+parts[bench%5], parts[bench%5])
			}
		}
		list = append(list, m)
		table += fmt.Sprintf("%s,%s,%.4f\n", m.Model, families[i%len(families)], good+0.2+0.03*r.NormFloat64())
	}
	if err := d.AddResults("scores.json", list); err != nil {
		t.Fatal(err)
	}
	d.AddSource(ranking.Source{Path: "scores.json", Version: "v1.0.0", Go: "go1.26", Inputs: inputs})
	addText(t, d, table)
	return d
}

func write(t *testing.T, d *ranking.Builder) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, d.Build(), Options{Version: "v1.0.0", Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var dataElement = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)

// dataOf is the data in a page.
func dataOf(t *testing.T, page string) (d document) {
	t.Helper()
	found := dataElement.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the page has no data")
	}
	if err := json.Unmarshal([]byte(found[1]), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

var boardRow = regexp.MustCompile(`(?s)<tr data-at="\d+">\s*<td class="rank">(.*?)</td><th scope="row" class="name"><a href="([^"]*)"><bdi>(.*?)</bdi></a></th>(.*?)</tr>`)

func TestPublishedTable(t *testing.T) {
	page := write(t, published(t))
	rows := boardRow.FindAllStringSubmatch(page, -1)
	if len(rows) != 61 {
		t.Fatalf("%d models on the board", len(rows))
	}
	for at, want := range map[int]string{0: "1 densenet-169 0.5487", 1: "2 cornet_s 0.5441", 2: "3 resnet-101_v2 0.5423", 12: "13 pnasnet_large 0.5283"} {
		if row := rows[at]; row[1]+" "+row[3] != want[:strings.LastIndexByte(want, ' ')] || !strings.Contains(row[4], want[strings.LastIndexByte(want, ' ')+1:]) {
			t.Errorf("row %d is %q, want %s", at, row[0], want)
		}
	}
	for _, want := range []string{"How brain-like are these 61 models?", "mean(V4, IT, behavior), raw", ">0.915<", ">[0.853, 0.952]<", ">0.235<", ">0.42<", ">0.14<", ">0.65<", "rows of table=leaderboard-2018-09"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	d := dataOf(t, page)
	if len(d.Models) != 61 || d.Columns[d.By].Kind != ofComposite || d.Columns[d.Against].Name != ranking.AccuracyColumn {
		t.Errorf("data of %d models, by %d against %d", len(d.Models), d.By, d.Against)
	}
	if again := write(t, published(t)); again != page {
		t.Error("a second report differs")
	}
}

// Ties, what keeps a composite from being formed, and failures show as on the
// command line.
func TestTiesAndMissing(t *testing.T) {
	d := newData(t)
	addText(t, d, "model,v4,IT,behavior\nb,0.3,0.5,0.4\na,0.5,0.4,0.3\ntop,0.6,0.6,0.6\nd,0.1,0.1,0.1\ne,0.1,,\n")
	if err := d.AddResults("r.json", []benchmarks.ModelResult{{Model: "net", Failures: []benchmarks.Failure{{Benchmark: "bench", Layer: "fc", Err: errors.New("lost <b>")}}}}); err != nil {
		t.Fatal(err)
	}
	page := write(t, d)
	var got []string
	for _, row := range boardRow.FindAllStringSubmatch(page, -1) {
		got = append(got, row[1]+" "+row[3])
	}
	if want := []string{"1 top", "2 a", "2 b", "4 d", "– e", "– net"}; !slices.Equal(got, want) {
		t.Errorf("the board is %q, want %q", got, want)
	}
	for _, want := range []string{"lacks IT, behavior", "lost &lt;b&gt;", "2 of the models lack a part and are not ranked."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	x := dataOf(t, page)
	if got := fmt.Sprint(x.Columns[0].Ranks); got != "[2 2 4 0 0 1]" {
		t.Errorf("ranks are %s", got)
	}
}

func TestModels(t *testing.T) {
	d := many(t, 12, 6, 30)
	x := dataOf(t, write(t, d))
	m := x.Models[slices.IndexFunc(x.Models, func(m model) bool { return m.Name == "resnet-000" })]
	if len(m.Scores) != 8 || len(m.Curves) != 1 || len(m.Curves[0].Layers) != 3 || len(m.Inputs) == 0 {
		t.Fatalf("the model has %d scores, %d curves, %d inputs", len(m.Scores), len(m.Curves), len(m.Inputs))
	}
	s := m.Scores[0]
	sum := 0
	for _, n := range s.Histogram {
		sum += n
	}
	if sum != 30 || len(s.Histogram) != bins || len(s.Quartiles) != 5 || s.Limits == 0 || s.Source != 0 {
		t.Errorf("the score is %+v", s)
	}
	if len(x.Ceilings) > 6 {
		t.Errorf("%d histograms of ceilings for 6 benchmarks", len(x.Ceilings))
	}
	at := slices.IndexFunc(x.Columns, func(c column) bool { return c.Name == "V4" })
	if c := x.Columns[at]; c.Ceilings == nil || c.Ceilings[0] != 0.82 || c.Errors[0] != 0.004 {
		t.Errorf("a part of one benchmark has errors %v and ceilings %v", c.Errors, c.Ceilings)
	}
	if x.Columns[0].Errors != nil {
		t.Error("the composite has errors")
	}
}

// Without models there is no page.
func TestNothingToReport(t *testing.T) {
	if err := Write(t.Context(), &bytes.Buffer{}, newData(t).Build(), Options{}); !errors.Is(err, ErrNoModels) {
		t.Errorf("error %v", err)
	}
}

// Scores that are all missing, infinite or of one model make a page too.
func TestDegenerate(t *testing.T) {
	for name, text := range map[string]string{
		"one":       "model,v4,it,behavior\na,0.1,0.2,0.3\n",
		"no score":  "model,v4\na,\n",
		"zero":      "model,v4,it,behavior,imagenet_top1\na,0,0,0,0\nb,0,0,0,0\nc,0,0,0,0\n",
		"negative":  "model,v4,it,behavior\na,-1,-2,-3\n",
		"huge":      "model,v4,it,behavior,imagenet_top1\na,1e308,1e308,1e308,1e308\nb,-1e308,1,1,1\n",
		"metadata":  "model,v4,it,behavior,of,family\na,0.1,0.2,0.3,ceiled,\nb,0.1,0.2,0.3,raw,x\n",
		"many kins": "model,v4,family\n" + strings.Join(strings.Fields("a,1,a b,1,b c,1,c d,1,d e,1,e f,1,f g,1,g h,1,h i,1,i"), "\n") + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			d := newData(t)
			addText(t, d, text)
			dataOf(t, write(t, d))
		})
	}
	d := newData(t)
	s := benchmarks.Result{Benchmark: "b", Layer: "l", Metric: "unheard of", NeuroidIDs: []string{"n"}}
	s.Raw, s.Ceiling, s.Ceiled = metrics.None(), metrics.Exact(math.Inf(1)), metrics.None()
	s.Neuroids, s.NeuroidCeilings = []float64{math.NaN()}, []float64{math.Inf(-1)}
	if err := d.AddResults("-", []benchmarks.ModelResult{{Model: "a", Scores: []benchmarks.Result{s}}}); err != nil {
		t.Fatal(err)
	}
	dataOf(t, write(t, d))
}

func TestLargeReport(t *testing.T) {
	if testing.Short() {
		t.Skip("a large report")
	}
	d := many(t, 300, 20, 168)
	start := time.Now()
	page := write(t, d)
	t.Logf("%d bytes in %v", len(page), time.Since(start))
	if len(page) > 5e6 {
		t.Errorf("a report of 300 models on 20 benchmarks has %d bytes", len(page))
	}
}
