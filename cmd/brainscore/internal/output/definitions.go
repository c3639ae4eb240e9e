package output

import (
	"io"
	"strings"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// The statuses of a definition in a list.
const (
	Ready     = "ready"
	Fetchable = "fetchable"
	Private   = "private"
	NoData    = "missing data"
)

// Listed is a definition in a list, with the data that are missing.
type Listed struct {
	Definition *benchmarks.Definition
	Missing    []string
	// Published is true if all data of the definition have been published; Private if
	// some of them cannot be downloaded.
	Published, Private bool
	// Needs lists what missing data are made of for which no file was published.
	Needs []string
}

// Status returns whether the data are in the home, or can be fetched.
func (l Listed) Status() string {
	switch {
	case len(l.Missing) == 0:
		return Ready
	case l.Published && l.Private:
		return Private
	case l.Published:
		return Fetchable
	}
	return NoData
}

type definitionsDocument struct {
	Schema     int                `json:"schema"`
	Benchmarks []listedDefinition `json:"benchmarks"`
}

type listedDefinition struct {
	Benchmark   string   `json:"benchmark"`
	Family      string   `json:"family"`
	Version     int      `json:"version"`
	Kind        string   `json:"kind"`
	Region      string   `json:"region"`
	Parent      string   `json:"parent"`
	Metric      string   `json:"metric"`
	StimulusSet string   `json:"stimulus_set"`
	Status      string   `json:"status"`
	Missing     []string `json:"missing"`
	Needs       []string `json:"needs"`
	Source      string   `json:"source"`
	File        string   `json:"file"` // empty for an embedded definition
}

// WriteDefinitions writes a list of definitions in a format.
func WriteDefinitions(w io.Writer, list []Listed, format Format, color bool) error {
	if format == JSON {
		doc := definitionsDocument{Schema: results.Schema, Benchmarks: []listedDefinition{}}
		for _, l := range list {
			d := l.Definition
			doc.Benchmarks = append(doc.Benchmarks, listedDefinition{
				Benchmark: d.Identifier, Family: d.Family(), Version: d.Version, Kind: d.Kind, Region: d.Region, Parent: d.Parent, Metric: d.Metric.Name,
				StimulusSet: d.StimulusSet.String(), Status: l.Status(), Missing: append([]string{}, l.Missing...), Needs: append([]string{}, l.Needs...), Source: d.Origin(), File: fileOf(d),
			})
		}
		return results.WriteJSON(w, doc)
	}
	g := Grid{Columns: []Column{{Header: "benchmark"}, {Header: "version", Right: true, Rank: 6}, {Header: "kind", Rank: 5}, {Header: "region", Rank: 2}, {Header: "parent", Rank: 4},
		{Header: "metric", Rank: 1}, {Header: "stimulus set", Rank: 7}, {Header: "status"}, {Header: "source", Rank: 3}}}
	for _, l := range list {
		d := l.Definition
		status := l.Status()
		switch {
		case len(l.Missing) > 0 && !l.Published && !isPage(w):
			status = "missing: " + strings.Join(l.Missing, ", ")
		case len(l.Needs) > 0 && !isPage(w):
			status += ": needs " + strings.Join(l.Needs, ", ")
		}
		g.Add(Text(d.Identifier), Int(d.Version), Text(d.Kind), Text(d.Region), Text(d.Parent),
			Text(d.Metric.Name), Text(d.StimulusSet.String()), Text(status), Text(d.Origin()))
	}
	return g.Write(w, format, color)
}

func fileOf(d *benchmarks.Definition) string {
	if d.Source == benchmarks.Embedded {
		return ""
	}
	return d.Source
}

type definitionDocument struct {
	Schema     int                    `json:"schema"`
	Source     string                 `json:"source"`
	File       string                 `json:"file"`
	Definition *benchmarks.Definition `json:"definition"`
}

// WriteDefinition writes one definition with its defaults: as JSON, or as YAML with its
// source in a comment.
func WriteDefinition(w io.Writer, d *benchmarks.Definition, format Format) error {
	if format == JSON {
		return results.WriteJSON(w, definitionDocument{results.Schema, d.Origin(), fileOf(d), d})
	}
	content, err := d.YAML()
	if err != nil {
		return err
	}
	source := d.Origin()
	if file := fileOf(d); file != "" {
		source += ": " + file
	}
	if _, err := io.WriteString(w, "# "+text.Safe(source)+"\n"); err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
