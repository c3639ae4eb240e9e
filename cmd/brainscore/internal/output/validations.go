package output

import (
	"bufio"
	"io"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// validationsDocument is the JSON of `benchmarks validate`.
type validationsDocument struct {
	Schema     int                `json:"schema"`
	Benchmarks []validationOf     `json:"benchmarks"`
	Errors     []unreadDefinition `json:"errors"`
}

type validationOf struct {
	Benchmark    string           `json:"benchmark"`
	Source       string           `json:"source"`
	Valid        bool             `json:"valid"`
	Checks       []checkOf        `json:"checks"`
	Counts       results.Counts   `json:"counts"`
	Repetitions  stimuli.Spread   `json:"repetitions"`
	Cells        int              `json:"cells"`
	MissingCells int              `json:"missing_cells"`
	Constant     []string         `json:"constant_neuroids"`
	Unreliable   []string         `json:"unreliable_neuroids"`
	Classes      *classesOf       `json:"classes,omitempty"`
	Splits       *splitsOf        `json:"splits,omitempty"`
	Ceiling      results.Estimate `json:"ceiling"`
	MemoryBytes  int64            `json:"memory_bytes,omitempty"`
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

// WriteValidations writes validations as checklists, and the definitions that could not
// be read.
func WriteValidations(w io.Writer, list []*scoring.Validation, unread []benchmarks.Failure, format Format, color bool) error {
	if format == JSON {
		return results.WriteJSON(w, newValidations(list, unread))
	}
	if format != Table {
		var all Grid
		for _, v := range list {
			g := checkGrid(v)
			all.Columns, all.Rows = g.Columns, append(all.Rows, g.Rows...)
		}
		return all.Write(w, format, color)
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
		s := onPage(w, indent, checkGrid(v))[0].shown(Table)
		s.write(b, indent, s.widths(nil), p.faint, func(row []string) func(string) string {
			if row[1] == string(scoring.StatusFailed) {
				return p.red
			}
			return plain
		})
	}
	return b.Flush()
}

// checkGrid returns a row for each check of a definition.
func checkGrid(v *scoring.Validation) Grid {
	g := Grid{Columns: []Column{{Header: "benchmark", Hide: []Format{Table}}, {Header: "check"}, {Header: "status"}, {Header: "finding", Wrap: true}}}
	for _, c := range v.Checks {
		g.Add(Text(v.Definition.Identifier), Text(c.Name), Text(string(c.Status)), Text(c.Finding))
	}
	return g
}

func newValidations(list []*scoring.Validation, unread []benchmarks.Failure) validationsDocument {
	doc := validationsDocument{Schema: results.Schema, Benchmarks: []validationOf{}, Errors: []unreadDefinition{}}
	for _, v := range list {
		validation := validationOf{
			Benchmark: v.Definition.Identifier, Source: v.Definition.Source, Valid: v.Valid(), Counts: results.Counts(v.Counts),
			Repetitions: v.Repetitions, Cells: v.Cells, MissingCells: v.MissingCells,
			Constant: append([]string{}, v.Constant...), Unreliable: append([]string{}, v.Unreliable...),
			Ceiling: results.NewEstimate(v.Ceiling), MemoryBytes: v.Memory,
		}
		for _, c := range v.Checks {
			validation.Checks = append(validation.Checks, checkOf{c.Name, string(c.Status), c.Finding})
		}
		if v.Classes != nil {
			validation.Classes = &classesOf{v.Classes.Column, v.Classes.Groups}
		}
		if v.Splits != nil {
			validation.Splits = &splitsOf{v.Splits.Splits, v.Splits.Train, v.Splits.Test}
		}
		doc.Benchmarks = append(doc.Benchmarks, validation)
	}
	for _, f := range unread {
		doc.Errors = append(doc.Errors, unreadDefinition{f.Benchmark, f.Err.Error()})
	}
	return doc
}
