package output

import (
	"bufio"
	"io"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

type validationsDocument struct {
	Schema     int                `json:"schema"`
	Benchmarks []validationOf     `json:"benchmarks"`
	Errors     []unreadDefinition `json:"errors"`
}

type validationOf struct {
	Benchmark    string         `json:"benchmark"`
	Source       string         `json:"source"`
	Valid        bool           `json:"valid"`
	Checks       []checkOf      `json:"checks"`
	Counts       Counts         `json:"counts"`
	Repetitions  stimuli.Spread `json:"repetitions"`
	Cells        int            `json:"cells"`
	MissingCells int            `json:"missing_cells"`
	Constant     []string       `json:"constant_neuroids"`
	Unreliable   []string       `json:"unreliable_neuroids"`
	Classes      *classesOf     `json:"classes,omitempty"`
	Splits       *splitsOf      `json:"splits,omitempty"`
	Ceiling      Estimate       `json:"ceiling"`
	MemoryBytes  int64          `json:"memory_bytes,omitempty"`
}

type checkOf struct {
	Check   string `json:"check"`
	Status  string `json:"status"`
	Finding string `json:"finding"`
}

type classesOf struct {
	Column string          `json:"column"`
	Groups []stimuli.Group `json:"groups"`
}

type splitsOf struct {
	Splits int `json:"splits"`
	Train  int `json:"train"`
	Test   int `json:"test"`
}

type unreadDefinition struct {
	Benchmark string `json:"benchmark"`
	Error     string `json:"error"`
}

// WriteValidations writes validations as checklists, and those definitions that
// could not be read.
func WriteValidations(w io.Writer, list []*benchmarks.Validation, unread []benchmarks.Failure, format Format, color bool) error {
	switch format {
	case JSON:
		return WriteJSON(w, newValidations(list, unread))
	case CSV, Markdown:
		g := Grid{Header: []string{"benchmark", "check", "status", "finding"}}
		safe := plain
		if format == CSV {
			safe = notFormula
		}
		for _, v := range list {
			for _, c := range v.Checks {
				g.Rows = append(g.Rows, []string{safe(v.Definition.Identifier), c.Name, string(c.Status), safe(c.Finding)})
			}
		}
		return g.Write(w, format, color)
	}
	b := bufio.NewWriter(w)
	p := palette(color)
	for i, v := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		verdict := "valid"
		if !v.Valid() {
			verdict = p.red("invalid")
		}
		b.WriteString(p.bold(text.Safe(v.Definition.Identifier)) + " (" + text.Safe(v.Definition.Source) + "): " + verdict + "\n")
		g := Grid{Header: []string{"check", "status", "finding"}}
		for _, c := range v.Checks {
			g.Rows = append(g.Rows, []string{c.Name, string(c.Status), c.Finding})
		}
		widths := g.widths(nil)
		g.writeLine(b, indent, g.Header, widths, p.faint)
		for _, row := range g.Rows {
			style := plain
			if row[1] == string(benchmarks.StatusFailed) {
				style = p.red
			}
			g.writeLine(b, indent, row, widths, style)
		}
	}
	return b.Flush()
}

func newValidations(list []*benchmarks.Validation, unread []benchmarks.Failure) validationsDocument {
	doc := validationsDocument{Schema: Schema, Benchmarks: []validationOf{}, Errors: []unreadDefinition{}}
	for _, v := range list {
		of := validationOf{
			Benchmark: v.Definition.Identifier, Source: v.Definition.Source, Valid: v.Valid(), Counts: Counts(v.Counts),
			Repetitions: v.Repetitions, Cells: v.Cells, MissingCells: v.MissingCells,
			Constant: append([]string{}, v.Constant...), Unreliable: append([]string{}, v.Unreliable...),
			Ceiling: newEstimate(v.Ceiling), MemoryBytes: v.Memory,
		}
		for _, c := range v.Checks {
			of.Checks = append(of.Checks, checkOf{c.Name, string(c.Status), c.Finding})
		}
		if v.Classes != nil {
			of.Classes = &classesOf{v.Classes.Column, v.Classes.Groups}
		}
		if v.Splits != nil {
			of.Splits = &splitsOf{v.Splits.Splits, v.Splits.Train, v.Splits.Test}
		}
		doc.Benchmarks = append(doc.Benchmarks, of)
	}
	for _, f := range unread {
		doc.Errors = append(doc.Errors, unreadDefinition{f.Benchmark, f.Err.Error()})
	}
	return doc
}
