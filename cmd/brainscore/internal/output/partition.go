package output

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// partitionDocument is the JSON of explained variance that is divided among layers.
type partitionDocument struct {
	Schema      int                `json:"schema"`
	Benchmark   string             `json:"benchmark"`
	Version     int                `json:"version"`
	Metric      string             `json:"metric"`
	Options     metrics.Options    `json:"options"`
	Kernel      string             `json:"kernel"`
	Stimuli     int                `json:"stimuli"`
	Splits      int                `json:"splits"`
	Layers      []comparedLayer    `json:"layers"`
	Explainable results.Number     `json:"explainable"`
	Parts       []explainedJSON    `json:"parts"`
	Models      []explainedJSON    `json:"models"`
	Score       *results.Score     `json:"score,omitempty"` // of all layers together
	Neuroids    []partitionNeuroid `json:"neuroids"`
	Warnings    []string           `json:"warnings"`
	Provenance  results.Provenance `json:"provenance"`
}

type explainedJSON struct {
	Layers        []int            `json:"layers"` // indices
	Explained     results.Number   `json:"explained_variance"`
	Interval      results.Interval `json:"interval"`
	OfExplainable results.Number   `json:"of_explainable"`
}

// partitionNeuroid has the parts and models in the order of the document's.
type partitionNeuroid struct {
	ID          string           `json:"neuroid_id"`
	Parts       []results.Number `json:"parts"`
	Models      []results.Number `json:"models"`
	Explainable *results.Number  `json:"explainable,omitempty"`
}

// WritePartition writes explained variance and its parts: means for people, those and the
// figures of each neuroid for programs.
func WritePartition(w io.Writer, p *scoring.Partition, format Format, color bool) error {
	switch {
	case format == JSON:
		return results.WriteJSON(w, newPartition(p, buildinfo.Read()))
	case slices.Contains(Programs, format):
		return partitionRows(p).Write(w, format, color)
	}
	if err := partitionTable(p).Write(w, format, color); err != nil || p.Score == nil {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	return jointScore(p).Write(w, format, color)
}

// jointScore returns the score of all layers together, with the median over splits of the
// penalty of each.
func jointScore(p *scoring.Partition) Grid {
	s := p.Score
	g := Grid{Columns: []Column{{Header: "all layers together"}, {Header: "raw", Right: true}, {Header: "ceiling", Right: true}, {Header: "score", Right: true}}}
	cells := []Cell{Text(s.Metric), EstimateCell(s.Raw), EstimateCell(s.Ceiling), EstimateCell(s.Ceiled)}
	for b, name := range BandNames(p) {
		g.Columns = append(g.Columns, Column{Header: "penalty of " + name, Right: true})
		var own []float64
		for at := b; at < len(s.Alphas); at += len(p.Bands) {
			if own = append(own, s.Alphas[at]); math.IsNaN(own[len(own)-1]) {
				own[len(own)-1] = math.Inf(1)
			}
		}
		slices.Sort(own)
		text := "none"
		if len(own) > 0 {
			if text = "left out"; !math.IsInf(own[len(own)/2], 1) {
				text = strconv.FormatFloat(own[len(own)/2], 'g', 4, 64)
			}
		}
		cells = append(cells, Text(text))
	}
	g.Add(cells...)
	return g
}

func newPartition(p *scoring.Partition, build buildinfo.Info) partitionDocument {
	doc := partitionDocument{Schema: results.Schema, Benchmark: p.Benchmark, Version: p.Version, Metric: p.Metric.Name, Options: p.Options, Kernel: p.Kernel,
		Stimuli: p.Stimuli, Splits: p.Splits, Layers: comparedLayers(p.Bands), Explainable: results.Number(p.Explainable), Warnings: append([]string{}, p.Warnings...),
		Provenance: provenanceOf(p.Inputs, build)}
	if doc.Options == nil {
		doc.Options = metrics.Options{}
	}
	of := func(all []scoring.Explained) (out []explainedJSON) {
		for _, e := range all {
			out = append(out, explainedJSON{e.Bands, results.Number(e.Value), results.Interval(e.Interval), results.Number(e.Ceiled)})
		}
		return out
	}
	doc.Parts, doc.Models = of(p.Parts), of(p.Models)
	if p.Score != nil {
		score := results.NewScore(*p.Score)
		doc.Score = &score
	}
	for j, id := range p.NeuroidIDs {
		one := partitionNeuroid{ID: id}
		for k := range p.Parts {
			one.Parts = append(one.Parts, results.Number(p.Parts[k].Neuroids[j]))
			one.Models = append(one.Models, results.Number(p.Models[k].Neuroids[j]))
		}
		if p.NeuroidExplainable != nil {
			explainable := results.Number(p.NeuroidExplainable[j])
			one.Explainable = &explainable
		}
		doc.Neuroids = append(doc.Neuroids, one)
	}
	return doc
}

// partitionRows returns a row for each mean, without a neuroid, and one for each neuroid.
func partitionRows(p *scoring.Partition) Grid {
	g := Grid{Columns: TextColumns("neuroid_id", "kind", "layers", "explained_variance", "interval", "explainable", "of_explainable")}
	g.Columns[4].Fields = []string{"low", "high"}
	names := BandNames(p)
	add := func(kind string, e scoring.Explained) {
		layers := strings.Join(namesOf(names, e.Bands), " & ")
		g.Add(Text(""), Text(kind), Text(layers), ScoreCell(e.Value), IntervalCell(e.Interval), ScoreCell(p.Explainable), ScoreCell(e.Ceiled))
		for j, v := range e.Neuroids {
			explainable := math.NaN()
			if p.NeuroidExplainable != nil {
				explainable = p.NeuroidExplainable[j]
			}
			g.Add(Text(p.NeuroidIDs[j]), Text(kind), Text(layers), ScoreCell(v), IntervalCell(metrics.NoInterval), ScoreCell(explainable), ScoreCell(math.NaN()))
		}
	}
	for _, e := range p.Parts {
		add("part", e)
	}
	for _, e := range p.Models {
		add("model", e)
	}
	return g
}

// partitionTable returns a row for each part, and one for each model.
func partitionTable(p *scoring.Partition) Grid {
	g := Grid{Columns: []Column{{Header: ""}, {Header: "explained variance", Right: true}, {Header: intervalHeader, Right: true}}}
	ceiled := !math.IsNaN(p.Explainable)
	if ceiled {
		g.Columns = append(g.Columns, Column{Header: "of explainable", Right: true})
	}
	add := func(name string, e scoring.Explained) {
		cells := []Cell{Text(name), CorrelationCell(e.Value), IntervalCell(e.Interval)}
		if ceiled {
			cells = append(cells, CorrelationCell(e.Ceiled))
		}
		g.Add(cells...)
	}
	names := BandNames(p)
	for _, e := range p.Parts {
		add(PartName(names, e.Bands), e)
	}
	for _, e := range p.Models {
		add(ModelName(names, e.Bands), e)
	}
	return g
}

// BandNames returns the names of the layers: with those of the models, unless all are of one.
func BandNames(p *scoring.Partition) []string {
	rows, _ := LayerNames(&scoring.Similarities{Rows: p.Bands})
	return rows
}

func namesOf(names []string, bands []int) (some []string) {
	for _, b := range bands {
		some = append(some, names[b])
	}
	return some
}

// PartName describes the part of some of the named layers.
func PartName(names []string, bands []int) string {
	some := namesOf(names, bands)
	if len(some) == 1 {
		return "unique to " + some[0]
	}
	last := len(some) - 1
	return "shared by " + strings.Join(some[:last], ", ") + " and " + some[last]
}

// ModelName describes the model of some of the named layers.
func ModelName(names []string, bands []int) string {
	some := namesOf(names, bands)
	switch len(some) {
	case 1:
		return some[0] + " alone"
	case len(names):
		return "all layers together"
	}
	return strings.Join(some, " and ") + " together"
}
