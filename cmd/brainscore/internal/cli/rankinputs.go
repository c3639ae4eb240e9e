package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// rankInputs are the inputs of commands about many models: results and tables.
type rankInputs struct {
	results   []string
	tables    []string
	where     whereFlag
	composite string
}

// inputsHelp documents the inputs.
const inputsHelp = `RESULTS are what score --format json wrote: files, folders of .json files at any
depth, or - for standard input. A --table is a CSV file with one row a model: a
column model, scores of parts of composites (v1, v2, v4, it, behavior, ost, in any
case), and metadata such as imagenet_top1 and family; an empty cell is missing.
Metadata of model.yaml come with results; those of a table join by the model's name
and win where both have a value. --where keeps the rows of tables whose column has
a value, all conditions together.

A model's part is the mean of its benchmarks, raw or ceiled as the composite
takes them. A model with a part missing, or scored on several layers, has no
composite.

Where models were scored on a benchmark by different versions, definitions,
ceilings or recordings, a warning says so and names the models of each side: their
figures are shown, but are not comparable. Of tables, nothing of this is known.`

// AddFlags adds the flags of the inputs.
func (in *rankInputs) AddFlags(c *cobra.Command, flags *pflag.FlagSet, names names) {
	flags.StringArrayVar(&in.tables, "table", nil, "take models from CSV `FILE` too (repeatable)")
	flags.Var(&in.where, "where", "keep the rows of tables that have `COLUMN=VALUE` (repeatable)")
	flags.StringVar(&in.composite, "composite", defaultComposite, "rank by composite `NAME`: cosyne2019, neurips2019, brain-score.org or a YAML file")
	completeWith(c, "where", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return nil })
	completeWith(c, "composite", cobra.ShellCompDirectiveDefault, func(*cobra.Command, []string) []string {
		if names.composites == nil {
			return nil
		}
		return names.composites()
	})
}

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
func (in *rankInputs) load(stdin io.Reader) (*ranking.Data, error) {
	for _, list := range []struct {
		what   string
		values []string
	}{{"RESULTS", in.results}, {"--table", in.tables}, {"--composite", []string{in.composite}}} {
		if err := noneEmpty(list.what, list.values); err != nil {
			return nil, err
		}
	}
	if len(in.results) == 0 && len(in.tables) == 0 {
		return nil, usagef("there is nothing to rank: give RESULTS or --table FILE.csv")
	}
	if len(in.tables) == 0 && len(in.where) > 0 {
		return nil, usagef("--where is about tables, but there is no --table")
	}
	composite, err := benchmarks.LoadComposite(in.composite)
	if err != nil {
		return nil, err
	}
	data := ranking.New(composite)
	files, err := resultFiles(in.results)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		doc, err := readScores(file, stdin)
		if err != nil {
			return nil, err
		}
		if err := data.AddResults(file, doc.Results()); err != nil {
			return nil, err
		}
		data.AddSource(sourceOf(file, doc))
	}
	var tables []*stimuli.Table
	for _, file := range in.tables {
		t, err := stimuli.ReadTable(file)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
		data.AddSource(ranking.Source{Path: file, Table: true, Where: in.where})
	}
	return data, data.AddTables(tables, in.where)
}

// sourceOf is a file of scores as a source of results.
func sourceOf(path string, doc output.Document) ranking.Source {
	from := doc.Provenance
	s := ranking.Source{Path: path, Version: from.Version, Go: from.Go, Inputs: from.Inputs, Bases: map[string]ranking.Basis{}}
	for name, b := range from.Benchmarks {
		s.Bases[name] = ranking.Basis(b)
	}
	return s
}

// resultFiles lists the files that arguments name: each file, and the .json
// files of each folder by name.
func resultFiles(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		if arg == output.Stdout {
			files = append(files, arg)
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &stimuli.FileError{Path: arg, What: "is missing", Err: err}
		case err != nil:
			return nil, err
		case !info.IsDir():
			files = append(files, arg)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(path) == ".json" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, &stimuli.FileError{Path: arg, What: "has no .json files", Remedy: "write them by score --format json --output FILE"}
		}
	}
	given := make(map[string]bool, len(files))
	for _, file := range files {
		if given[file] {
			return nil, usagef("%s is given twice", file)
		}
		given[file] = true
	}
	return files, nil
}

// readScores reads a document of scores.
func readScores(path string, stdin io.Reader) (output.Document, error) {
	if path == output.Stdout {
		doc, err := output.ReadJSON(stdin)
		if err != nil {
			return doc, fmt.Errorf("standard input: %w", err)
		}
		return doc, nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return output.Document{}, &stimuli.FileError{Path: path, What: "is not a regular file"}
	}
	f, err := os.Open(path)
	if err != nil {
		return output.Document{}, err
	}
	defer f.Close()
	doc, err := output.ReadJSON(f)
	if err != nil {
		return doc, fmt.Errorf("%s: %w", path, err)
	}
	if doc.Models == nil {
		return doc, &stimuli.FileError{Path: path, What: "is not a document of scores", Remedy: "it has no models"}
	}
	return doc, nil
}
