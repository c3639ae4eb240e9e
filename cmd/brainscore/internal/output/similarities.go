package output

import (
	"io"
	"slices"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// similaritiesDocument is the JSON of layers that were compared with each other.
type similaritiesDocument struct {
	Schema      int                 `json:"schema"`
	Metric      string              `json:"metric"`
	Options     metrics.Options     `json:"options"`
	StimulusSet string              `json:"stimulus_set"`
	Stimuli     int                 `json:"stimuli"`
	Kernel      string              `json:"kernel"`
	Rows        []comparedLayer     `json:"rows"`
	Columns     []comparedLayer     `json:"columns"`
	Similarity  [][]results.Number  `json:"similarity"`         // rows × columns
	Distance    [][]results.Number  `json:"distance,omitempty"` // in radians
	Warnings    []string            `json:"warnings"`
	Errors      []similarityFailure `json:"errors"`
	Provenance  results.Provenance  `json:"provenance"`
}

type comparedLayer struct {
	Model    string `json:"model"`
	Layer    string `json:"layer"`
	Features int    `json:"features"`
}

func comparedLayers(all []scoring.ComparedLayer) (out []comparedLayer) {
	for _, l := range all {
		out = append(out, comparedLayer(l))
	}
	return out
}

type similarityFailure struct {
	Layer string `json:"layer"`
	Error string `json:"error"`
}

// WriteSimilarities writes scores of layers compared with each other: a matrix for people and
// in JSON, a row for each pair in CSV and TSV.
func WriteSimilarities(w io.Writer, s *scoring.Similarities, format Format, color bool) error {
	switch {
	case format == JSON:
		return results.WriteJSON(w, newSimilarities(s, buildinfo.Read()))
	case slices.Contains(Programs, format):
		return similarityPairs(s).Write(w, format, color)
	}
	return similarityMatrix(s).Write(w, format, color)
}

func newSimilarities(s *scoring.Similarities, build buildinfo.Info) similaritiesDocument {
	numbers := func(all [][]float64) [][]results.Number {
		var out [][]results.Number
		for _, values := range all {
			row := make([]results.Number, len(values))
			for j, v := range values {
				row[j] = results.Number(v)
			}
			out = append(out, row)
		}
		return out
	}
	doc := similaritiesDocument{Schema: results.Schema, Metric: s.Metric.Name, Options: s.Options, StimulusSet: s.StimulusSet, Stimuli: s.Stimuli, Kernel: s.Kernel,
		Rows: comparedLayers(s.Rows), Columns: comparedLayers(s.Columns), Similarity: numbers(s.Values), Distance: numbers(s.Distances),
		Warnings: append([]string{}, s.Warnings...), Errors: []similarityFailure{},
		Provenance: provenanceOf(s.Inputs, build)}
	if doc.Options == nil {
		doc.Options = metrics.Options{}
	}
	for _, f := range s.Failures {
		doc.Errors = append(doc.Errors, similarityFailure{f.Layer, f.Err.Error()})
	}
	return doc
}

// similarityPairs returns a row for each pair of a row and a column.
func similarityPairs(s *scoring.Similarities) Grid {
	g := Grid{Columns: TextColumns("model", "layer", "other_model", "other_layer", "similarity")}
	if s.Distances != nil {
		g.Columns = append(g.Columns, Column{Header: "distance"})
	}
	for i, a := range s.Rows {
		for j, b := range s.Columns {
			cells := []Cell{Text(a.Model), Text(a.Layer), Text(b.Model), Text(b.Layer), ScoreCell(s.Values[i][j])}
			if s.Distances != nil {
				cells = append(cells, ScoreCell(s.Distances[i][j]))
			}
			g.Add(cells...)
		}
	}
	return g
}

// similarityMatrix returns the matrix of all pairs.
func similarityMatrix(s *scoring.Similarities) Grid {
	rows, columns := LayerNames(s)
	g := Grid{Columns: TextColumns("")}
	for _, name := range columns {
		g.Columns = append(g.Columns, Column{Header: name, Right: true})
	}
	for i, name := range rows {
		cells := []Cell{Text(name)}
		for _, v := range s.Values[i] {
			cells = append(cells, CorrelationCell(v))
		}
		g.Add(cells...)
	}
	return g
}

// LayerNames returns the names of the rows and columns: with those of the models, unless all
// are of one.
func LayerNames(s *scoring.Similarities) (rows, columns []string) {
	all := slices.Concat(s.Rows, s.Columns)
	whole := slices.ContainsFunc(all, func(l scoring.ComparedLayer) bool { return l.Model != all[0].Model })
	names := func(layers []scoring.ComparedLayer) (out []string) {
		for _, l := range layers {
			if whole {
				out = append(out, l.Model+"/"+l.Layer)
			} else {
				out = append(out, l.Layer)
			}
		}
		return out
	}
	return names(s.Rows), names(s.Columns)
}
