package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/sitemodels"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// rankInputs are the inputs of commands about many models: results and tables.
type rankInputs struct {
	results   []string
	tables    []string
	where     whereFlag
	composite string
	without   []string // nodes of the composite
	standIns  bool
	formula   string // of tables that do not say it
	convert   bool
	siteFacts bool // of published models
}

// inputsHelp documents the inputs.
const inputsHelp = `RESULTS are documents that score --format json wrote: files, folders of .json files at
any depth, or - for standard input; or folders in which score --results or batch kept
scores, of which the latest of each model, benchmark and layer is used. A --table is a
CSV file with one row a model: a column model, scores of the groups, benchmarks and
parts of composites (v1, v2, v4, it, behavior, ost, in any case), and metadata such as
imagenet_top1 and family; an empty cell is missing, X failed. The exports of
brain-score.org are read as they are: with comments, a column Model ID, and versions in
names as MajajHong2015.IT-pls_v4. Means are formed of the benchmarks; a warning tells if
the table's own differ by more than its rounding. Results include the metadata of model.yaml. Those of a table
are joined by the model's name and take precedence. --where selects the rows of tables
that meet all conditions.

A part of a model is the mean of its benchmarks, raw or ceiled as the composite
defines. A model with a missing part, or with scores on several layers, has no
composite.

If models were scored on a benchmark by different versions, definitions, ceilings or
recordings, a warning names the models of each group: their figures are shown, but are
not comparable. Of tables, only versions in the names of columns are known.

brain-score.org ceils scores on recordings as r²/c since 2026-01-13 (--formula
explained_variance), and before as (r/c)² (ratio_squared). A table tells which by its
versions or its date, or by --formula; the two are not ranked together unless --convert
makes them r²/c by the published ceilings.`

// addFlags adds the flags that choose the inputs.
func (in *rankInputs) addFlags(c *cobra.Command, names names) {
	flags := c.Flags()
	flags.StringArrayVar(&in.tables, "table", nil, "add the models of CSV `FILE` (repeatable)")
	flags.Var(&in.where, "where", "use only the rows of tables that have `COLUMN=VALUE` (repeatable)")
	completeWith(c, "where", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return nil })
	addCompositeFlag(c, &in.composite, names)
	flags.StringArrayVar(&in.without, "without", nil, "form the composite without benchmark or group `NAME` (repeatable)")
	flags.BoolVar(&in.standIns, "stand-ins", false, "let a benchmark that the composite does not have stand in for the group that its parent names, for models without scores there")
	flags.StringVar(&in.formula, "formula", "", "how tables ceil scores on recordings if they do not say it: `FORMULA` ratio_squared or explained_variance")
	flags.BoolVar(&in.convert, "convert", false, "convert published scores on recordings from (r/c)² to r²/c")
	flags.BoolVar(&in.siteFacts, "site-metadata", false, "add what brain-score.org says of its models: family, parameters, visual degrees (models list)")
	completeWith(c, "formula", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return formulas })
	completeWith(c, "without", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string {
		if composite, err := benchmarks.LoadComposite(in.composite); err == nil {
			return composite.NodeNames()
		}
		return nil
	})
}

// formulas are the values of --formula.
var formulas = []string{string(metrics.RatioSquared), string(metrics.ExplainedVariance)}

// whereFlag is the value of --where.
type whereFlag []ranking.Condition

func (f *whereFlag) String() string {
	var all []string
	for _, c := range *f {
		all = append(all, c.Column+"="+c.Value)
	}
	return strings.Join(all, ",")
}

func (f *whereFlag) Type() string { return "COLUMN=VALUE" }

// Set implements pflag.Value.
func (f *whereFlag) Set(s string) error {
	c, err := ranking.ParseCondition(s)
	if err != nil {
		return err
	}
	*f = append(*f, c)
	return nil
}

// load reads the inputs.
func (in *rankInputs) load(ctx context.Context, stdin io.Reader) (*ranking.Data, error) {
	err := noneEmpty(argument{"RESULTS", in.results}, argument{"--table", in.tables}, argument{"--composite", []string{in.composite}}, argument{"--without", in.without})
	if err != nil {
		return nil, err
	}
	if len(in.results) == 0 && len(in.tables) == 0 {
		return nil, usagef("there is nothing to rank: name RESULTS or --table FILE.csv")
	}
	if len(in.tables) == 0 && len(in.where) > 0 {
		return nil, usagef("--where selects rows of tables, but there is no --table")
	}
	if in.formula != "" && !slices.Contains(formulas, in.formula) {
		return nil, usagef("--formula is %q: give one of %s", in.formula, strings.Join(formulas, ", "))
	}
	composite, err := benchmarks.LoadComposite(in.composite)
	if err != nil {
		return nil, err
	}
	if composite, err = composite.Without(in.without...); err != nil {
		return nil, err
	}
	composite.StandIns = composite.StandIns || in.standIns
	builder := ranking.New(composite)
	sources, warnings, err := readResults(ctx, in.results, stdin)
	if err != nil {
		return nil, err
	}
	builder.AddWarnings(warnings...)
	for _, r := range sources {
		if err := builder.AddResults(r.source.Path, r.models); err != nil {
			return nil, err
		}
		builder.AddSource(r.source)
	}
	var tables []*stimuli.Table
	for _, file := range in.tables {
		t, err := stimuli.ReadCommented(ctx, file)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
		builder.AddSource(ranking.Source{Path: file, Table: true, Where: in.where})
	}
	if in.siteFacts {
		facts, err := sitemodels.Facts()
		if err != nil {
			return nil, err
		}
		tables = append(tables, facts)
	}
	if err := builder.AddTables(tables, in.where); err != nil {
		return nil, err
	}
	if err := builder.UniteFormulas(metrics.Form(in.formula), in.convert); err != nil {
		return nil, err
	}
	return builder.Build(), nil
}
