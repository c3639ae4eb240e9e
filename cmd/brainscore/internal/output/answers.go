package output

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// answersDocument is the JSON of the figures behind a plot of answers.
type answersDocument struct {
	Schema    int         `json:"schema"`
	Benchmark string      `json:"benchmark"`
	Version   int         `json:"version"`
	By        []string    `json:"by,omitempty"` // columns whose values are the conditions
	Rows      []answerRow `json:"rows"`
	Warnings  []string    `json:"warnings,omitempty"`
}

// answerRow is a row of any of the tables; fields that a table does not have are missing.
type answerRow struct {
	Observer    string          `json:"observer"`
	Kind        observers.Kind  `json:"kind"`
	Layer       string          `json:"layer,omitempty"`
	Second      string          `json:"second,omitempty"`
	SecondKind  observers.Kind  `json:"second_kind,omitempty"`
	SecondLayer string          `json:"second_layer,omitempty"`
	Condition   *string         `json:"condition,omitempty"`
	Category    *string         `json:"category,omitempty"` // "" for all together
	Truth       *string         `json:"truth,omitempty"`
	Choice      *string         `json:"choice,omitempty"`
	Accuracy    *results.Number `json:"accuracy,omitempty"`
	ShapeBias   *results.Number `json:"shape_bias,omitempty"`
	Kappa       *results.Number `json:"kappa,omitempty"`
	Right       *int            `json:"right,omitempty"`
	Shape       *int            `json:"shape,omitempty"`
	Texture     *int            `json:"texture,omitempty"`
	Count       *int            `json:"count,omitempty"`
	Trials      *int            `json:"trials,omitempty"`
}

// answerTable is the table of a kind of figure of answers, with the columns that follow
// those of the observer.
type answerTable struct {
	kind    string
	columns []Column
	rows    func(context.Context, *observers.Answers) ([]answerRow, error)
	cells   func(answerRow) []Cell
}

// answerTables are the tables of all kinds of figures of answers.
var answerTables = []answerTable{
	{
		"accuracy", []Column{{Header: "condition"}, {Header: "accuracy", Right: true}, {Header: "right", Right: true}, {Header: "trials", Right: true}},
		accuracyRows, func(r answerRow) []Cell {
			return []Cell{Text(*r.Condition), ScoreCell(float64(*r.Accuracy)), Int(*r.Right), Int(*r.Trials)}
		},
	},
	{
		"shape-bias", []Column{{Header: "category"}, {Header: "shape bias", Fields: []string{"shape_bias"}, Right: true}, {Header: "shape", Right: true}, {Header: "texture", Right: true}, {Header: "trials", Right: true}},
		shapeBiasRows, func(r answerRow) []Cell {
			return []Cell{Text(*r.Category), ScoreCell(float64(*r.ShapeBias)), Int(*r.Shape), Int(*r.Texture), Int(*r.Trials)}
		},
	},
	{
		"confusion", []Column{{Header: "truth"}, {Header: "choice"}, {Header: "count", Right: true}},
		confusionRows, func(r answerRow) []Cell { return []Cell{Text(*r.Truth), Text(*r.Choice), Int(*r.Count)} },
	},
	{
		"consistency", []Column{{Header: "second"}, {Header: "second kind", Fields: []string{"second_kind"}}, {Header: "second layer", Fields: []string{"second_layer"}}, {Header: "kappa", Right: true}},
		consistencyRows, func(r answerRow) []Cell {
			return []Cell{Text(r.Second), OwnText(string(r.SecondKind)), Text(r.SecondLayer), CorrelationCell(float64(*r.Kappa))}
		},
	},
}

// WriteAnswers writes the figures behind a plot of a kind.
func WriteAnswers(ctx context.Context, w io.Writer, kind string, a *observers.Answers, format Format, color bool) error {
	i := slices.IndexFunc(answerTables, func(t answerTable) bool { return t.kind == kind })
	if i < 0 {
		return fmt.Errorf("there is no table of %q", kind)
	}
	table := answerTables[i]
	rows, err := table.rows(ctx, a)
	if err != nil {
		return err
	}
	if format == JSON {
		return results.WriteJSON(w, answersDocument{results.Schema, a.Benchmark, a.Version, a.By, rows, a.Warnings})
	}
	g := Grid{Columns: append(TextColumns("observer", "kind", "layer"), table.columns...)}
	for _, r := range rows {
		g.Add(append([]Cell{Text(r.Observer), OwnText(string(r.Kind)), Text(r.Layer)}, table.cells(r)...)...)
	}
	return g.Write(w, format, color)
}

// rowOf returns the row of a group without figures.
func rowOf(g observers.Group) answerRow {
	return answerRow{Observer: g.Name, Kind: g.Kind, Layer: g.Layer}
}

func numberOf(v float64) *results.Number {
	n := results.Number(v)
	return &n
}

func accuracyRows(_ context.Context, a *observers.Answers) (rows []answerRow, err error) {
	t, err := a.Accuracies()
	if err != nil {
		return nil, err
	}
	for i, g := range t.Groups {
		for k, s := range t.Cells[i] {
			r := rowOf(g)
			r.Condition, r.Accuracy, r.Right, r.Trials = &t.Conditions[k], numberOf(s.Value()), &t.Cells[i][k].Right, &t.Cells[i][k].Trials
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func shapeBiasRows(_ context.Context, a *observers.Answers) (rows []answerRow, err error) {
	t, err := a.ShapeBiases()
	if err != nil {
		return nil, err
	}
	all := ""
	for i, g := range t.Groups {
		add := func(category *string, b *observers.Bias) {
			r := rowOf(g)
			r.Category, r.ShapeBias, r.Shape, r.Texture, r.Trials = category, numberOf(b.Value()), &b.Shape, &b.Texture, &b.Trials
			rows = append(rows, r)
		}
		add(&all, &t.All[i])
		for k := range t.Categories {
			add(&t.Categories[k], &t.Cells[i][k])
		}
	}
	return rows, nil
}

func confusionRows(_ context.Context, a *observers.Answers) (rows []answerRow, err error) {
	t, err := a.Confusions()
	if err != nil {
		return nil, err
	}
	for i, g := range t.Groups {
		for j := range t.Truths {
			for k := range t.Choices {
				if count := &t.Counts[i][j][k]; *count > 0 {
					r := rowOf(g)
					r.Truth, r.Choice, r.Count = &t.Truths[j], &t.Choices[k], count
					rows = append(rows, r)
				}
			}
		}
	}
	return rows, nil
}

func consistencyRows(ctx context.Context, a *observers.Answers) (rows []answerRow, err error) {
	t, err := a.Consistency(ctx)
	if err != nil {
		return nil, err
	}
	for i, g := range t.Groups {
		for j, h := range t.Groups[i+1:] {
			r := rowOf(g)
			r.Second, r.SecondKind, r.SecondLayer, r.Kappa = h.Name, h.Kind, h.Layer, numberOf(t.Kappa[i][i+1+j])
			rows = append(rows, r)
		}
	}
	return rows, nil
}
