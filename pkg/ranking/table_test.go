package ranking

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

const smallTree = "identifier: small\nof: ceiled\nmissing: zero\nname: average_vision\nmean:\n- {name: neural, mean: [MajajHong2015.IT-pls, Kar2019-ost]}\n- behavior\n"

// tableData builds the data of tables, given by their texts, and results.
func tableData(t *testing.T, composite string, results []benchmarks.ModelResult, formula metrics.Form, convert bool, texts ...string) (*Data, error) {
	t.Helper()
	c, err := benchmarks.ParseComposite("c.yaml", []byte(composite))
	if err != nil {
		t.Fatal(err)
	}
	b := New(c)
	if err := b.AddResults("scores.json", results); err != nil {
		return nil, err
	}
	var tables []*stimuli.Table
	for i, text := range texts {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("t%d.csv", i+1))
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		table, err := stimuli.ReadCommented(t.Context(), file)
		if err != nil {
			return nil, err
		}
		table.Path = filepath.Base(file)
		tables = append(tables, table)
	}
	if err := b.AddTables(tables, nil); err != nil {
		return nil, err
	}
	if err := b.UniteFormulas(formula, convert); err != nil {
		return nil, err
	}
	return b.Build(), nil
}

// neural is a model's score on MajajHong2015.IT-pls with a ceiling of 0.8, ceiled by a
// formula.
func neural(model string, version int, raw float64, form metrics.Form) benchmarks.ModelResult {
	r := benchmarks.Result{Benchmark: "MajajHong2015.IT-pls", Version: version, Region: "IT", Layer: "fc"}
	r.Raw, r.Ceiling = metrics.Exact(raw), metrics.Exact(0.8)
	r.Ceiled, _ = metrics.Ceil(r.Raw, r.Ceiling, form)
	return benchmarks.ModelResult{Model: model, Scores: []benchmarks.Result{r}}
}

func TestTables(t *testing.T) {
	const oldDate, newDate = "# Generated on 2025-05-07T10:00:00.000Z (UTC)\n", "# Generated on 2026-01-13T00:00:00.000Z (UTC)\n"
	own := []benchmarks.ModelResult{neural("own", 4, 0.4, metrics.ExplainedVariance)} // 0.2
	for name, x := range map[string]struct {
		tables  []string
		results []benchmarks.ModelResult
		formula metrics.Form
		convert bool
		want    string // composites, or the error
		warns   string // a part of the warnings; none if empty
	}{
		"whole":               {tables: []string{"model,MajajHong2015.IT-pls,Kar2019-ost,behavior\na,.4,.2,.5\n"}, want: "a 0.4"},
		"blank counts 0":      {tables: []string{"model,MajajHong2015.IT-pls,Kar2019-ost,behavior\na,.4,,.5\n"}, want: "a 0.35"},
		"X counts 0":          {tables: []string{"model,MajajHong2015.IT-pls,Kar2019-ost,behavior\na,.4,X,.5\nb,x,X,.5\n"}, want: "a 0.35 b 0.25"},
		"quoted, as exported": {tables: []string{newDate + "# Date from 2020-08-27T00:00:00.000Z to 2026-01-13T00:00:00.000Z\n\"Rank\",\"Model\",\"Model ID\",\"average_vision_v0\",\"Kar2019-ost_v2\",\"behavior_v0\"\n\"1\",\"a\",\"7\",\"0.35\",\"0.4\",\"0.5\"\n"}, want: "a 0.35"},
		"groups alone":        {tables: []string{"model,neural,behavior\na,.4,.5\n"}, want: "a 0.45"},
		"the composite alone": {tables: []string{"model,average_vision\na,.4\nb,X\n"}, want: "a 0.4 b NaN"},
		"groups that follow":  {tables: []string{"model,MajajHong2015.IT-pls,Kar2019-ost,neural\na,.333,.334,.333\n"}, want: "a 0.16675"},
		"groups of another tree": {tables: []string{"model,MajajHong2015.IT-pls,Kar2019-ost,neural\na,.4,.2,.4\n"}, want: "a 0.15",
			warns: "t1.csv: its own values of neural are not the means that composite small forms of its other columns, for up to 1 of 1 models, by up to 0.100"},
		"models of one name": {tables: []string{"model_name,model_id,behavior\na,7,.4\na,8,.2\nb,9,.6\n"}, want: "a (7) 0.2 a (8) 0.1 b 0.3",
			warns: "t1.csv: several models are named a; the model_id is added to these names"},
		"models of one name and identifier": {tables: []string{"model,Model ID,behavior\na,7,.4\na,7,.2\n"}, want: `t1.csv:3: has a second row of model "a (7)", first on line 2`},
		"models of one name, no identifier": {tables: []string{"model,behavior\na,.4\na,.2\n"}, want: `t1.csv:3: has a second row of model "a", first on line 2`},
		"two columns of a node":             {tables: []string{"# c\nmodel,Kar2019-ost,kar2019-OST\na,.4,.2\n"}, want: `t1.csv:2: has two columns of Kar2019-ost: "Kar2019-ost" and "kar2019-OST"`},
		"two versions of a node":            {tables: []string{"model,Kar2019-ost_v1,Kar2019-ost_v2\na,.4,.2\n"}, want: `t1.csv:1: has two columns of Kar2019-ost: "Kar2019-ost_v1" and "Kar2019-ost_v2"`},
		"not a number":                      {tables: []string{"# c\n# d\nmodel,Kar2019-ost\na,high\n"}, want: `t1.csv:4: Kar2019-ost is "high", not a number; leave it empty where it is missing, or write X where it failed`},
		"infinite":                          {tables: []string{"model,Kar2019-ost\na,Inf\n"}, want: `t1.csv:2: Kar2019-ost is "Inf", not a number`},
		"a field too many after comments":   {tables: []string{"# c\nmodel,Kar2019-ost\na,1,2\n"}, want: "t1.csv:3: has 3 field(s), but the header has 2"},
		"comments alone":                    {tables: []string{"# c\n# d"}, want: "t1.csv: is empty"},
		"no column of models":               {tables: []string{"# c\nnet,Kar2019-ost\na,1\n"}, want: `t1.csv:2: has no column "model"`},

		"versions that differ": {tables: []string{"model,Kar2019-ost_v1\na,.4\n", "model,Kar2019-ost_v2\nb,.4\n"}, want: "a 0.1 b 0.1",
			warns: "Kar2019-ost: scored by versions 1 and 2 of the benchmark (1: t1.csv; 2: t2.csv); these scores, and ranks by them, are not comparable"},
		"a version that differs from results": {tables: []string{"model,MajajHong2015.IT-pls_v5\na,.4\n"}, results: own, want: "a 0.1 own 0.05",
			warns: "MajajHong2015.IT-pls: scored by versions 4 and 5 of the benchmark (4: own; 5: t1.csv)"},

		"old formula alone":         {tables: []string{oldDate + "model,MajajHong2015.IT-pls\na,.4\n"}, want: "a 0.1", warns: "t1.csv: its scores on MajajHong2015.IT-pls are taken as (r/c)², by its date 2025-05-07"},
		"new formula by its date":   {tables: []string{newDate + "model,MajajHong2015.IT-pls\na,.4\n"}, results: own, want: "a 0.1 own 0.05", warns: "taken as r²/c, by its date 2026-01-13"},
		"old formula by its date":   {tables: []string{oldDate + "model,MajajHong2015.IT-pls\na,.4\n"}, results: own, want: "scores on MajajHong2015.IT-pls are (r/c)² in t1.csv, but r²/c in scores.json, and are not comparable: --convert makes all of them r²/c"},
		"old formula by a version":  {tables: []string{"model,MajajHong2015.IT-pls_v3\na,.4\n"}, results: own, want: "scores on MajajHong2015.IT-pls are (r/c)² in t1.csv"},
		"old formula, stated":       {tables: []string{"model,MajajHong2015.IT-pls\na,.4\n"}, results: own, formula: metrics.RatioSquared, want: "scores on MajajHong2015.IT-pls are (r/c)² in t1.csv"},
		"unknown formula":           {tables: []string{"model,MajajHong2015.IT-pls\na,.4\n"}, results: own, want: "t1.csv does not say whether its scores on MajajHong2015.IT-pls are (r/c)² or r²/c, and those of other inputs are known: state it by --formula"},
		"unknown formula alone":     {tables: []string{"model,MajajHong2015.IT-pls\na,.4\n"}, want: "a 0.1"},
		"new formula, stated":       {tables: []string{"model,MajajHong2015.IT-pls\na,.4\n"}, results: own, formula: metrics.ExplainedVariance, want: "a 0.1 own 0.05", warns: "as stated"},
		"two tables":                {tables: []string{oldDate + "model,MajajHong2015.IT-pls\na,.4\n", newDate + "model,MajajHong2015.IT-pls\nb,.4\n"}, want: "scores on MajajHong2015.IT-pls are (r/c)² in t1.csv, but r²/c in t2.csv"},
		"converted":                 {tables: []string{oldDate + "model,MajajHong2015.IT-pls,neural,average_vision\na,.4,.2,.1\n"}, results: own, convert: true, want: "a 0.0821841 own 0.05", warns: "t1.csv: 1 scores as (r/c)² are converted to r²/c by the published ceilings"},
		"groups alone, converted":   {tables: []string{oldDate + "model,MajajHong2015.IT-pls,neural,behavior\na,,.2,.1\n"}, results: own, convert: true, want: "a 0.05 own 0.05", warns: "0 scores"},
		"results of both, refused":  {results: []benchmarks.ModelResult{own[0], neural("old", 3, 0.4, metrics.RatioSquared)}, want: "scores on MajajHong2015.IT-pls are (r/c)² in scores.json, but r²/c in scores.json"},
		"results of both, united":   {results: []benchmarks.ModelResult{own[0], neural("old", 3, 0.4, metrics.RatioSquared)}, convert: true, want: "old 0.05 own 0.05", warns: "scored by versions 3 and 4"},
		"another benchmark, no mix": {tables: []string{"model,Kar2019-ost\na,.4\n"}, results: own, want: "a 0.1 own 0.05"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := tableData(t, smallTree, x.results, x.formula, x.convert, x.tables...)
			if err != nil {
				if !strings.Contains(err.Error(), x.want) {
					t.Errorf("got  %v\nwant %s", err, x.want)
				}
				return
			}
			var got []string
			for _, m := range data.Models() {
				got = append(got, fmt.Sprintf("%s %.7g", m.Name, m.Composite))
			}
			if strings.Join(got, " ") != x.want {
				t.Errorf("got %s, want %s", strings.Join(got, " "), x.want)
			}
			warnings := strings.Join(data.Warnings, "\n")
			if !strings.Contains(warnings, x.warns) || x.warns == "" && warnings != "" {
				t.Errorf("warnings are %q, want %q", warnings, x.warns)
			}
		})
	}
}

// What a model lacks of a tree is listed, and what failed is not what is missing.
func TestLacks(t *testing.T) {
	data, err := tableData(t, smallTree, nil, "", false, "model,MajajHong2015.IT-pls,Kar2019-ost,behavior\na,.4,X,\nb,X,,X\n")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"lacks [Kar2019-ost behavior] failed [Kar2019-ost], {1 3 0.25}, ",
		"lacks [MajajHong2015.IT-pls Kar2019-ost behavior] failed [average_vision neural MajajHong2015.IT-pls behavior], {0 3 0}, all of 3 benchmarks",
	} {
		m := data.Models()[i]
		var failed []string
		for _, n := range data.Composite.Nodes() {
			if name := n.Name; m.Failed(name) || name == "average_vision" && m.Failed(CompositeScore) {
				failed = append(failed, name)
			}
		}
		if got := fmt.Sprintf("lacks %v failed %v, %v, %s", m.Missing, failed, m.Coverage, m.Why); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if !math.IsNaN(data.Models()[1].Composite) {
		t.Errorf("b has the composite %v", data.Models()[1].Composite)
	}
}

// A composite may have the name of one of its parts in another case.
func TestNameOfCompositeAndPart(t *testing.T) {
	for _, identifier := range []string{"it", "IT"} {
		data, err := tableData(t, "identifier: "+identifier+"\nof: raw\nmean: [IT]\n", nil, "", false, "model,IT\na,.4\n")
		if err != nil {
			t.Fatal(err)
		}
		if m := data.Models()[0]; m.Composite != 0.4 || m.Parts["IT"] != 0.4 {
			t.Errorf("composite %s is %v of %v", identifier, m.Composite, m.Parts)
		}
	}
}
