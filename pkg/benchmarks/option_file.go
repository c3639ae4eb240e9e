package benchmarks

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// OptionFiles returns the paths of the files that options of the metric name, beside the
// definition; none of an embedded one, whose files come with the program.
func (d *Definition) OptionFiles() (paths []string) {
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil || d.Source == Embedded {
		return nil
	}
	for _, o := range info.Options {
		if name, ok := d.Metric.Options[o.Name].(string); ok && o.Type == "file" {
			paths = append(paths, filepath.Join(filepath.Dir(d.Source), name))
		}
	}
	return paths
}

// MatchTable reads the table that an option names: the value of the stimuli that are
// compared with each task of people.
func (d *Definition) MatchTable(option, file string) (map[string]string, error) {
	key := "metric." + option
	if file != filepath.Base(file) || file == "." || file == ".." {
		return nil, d.ErrorAt(key, "write the name of a file in the folder of the definition", "%s is %q, but must be a file beside the definition", key, file)
	}
	table, err := d.readBeside(file)
	if err != nil {
		return nil, d.WrapAt(key, err)
	}
	tasks, err := table.Names("task")
	if err != nil {
		return nil, d.WrapAt(key, err)
	}
	values, err := table.Names("value")
	if err != nil {
		return nil, d.WrapAt(key, err)
	}
	matches := make(map[string]string)
	for row, task := range tasks {
		switch _, repeated := matches[task]; {
		case task == "" || values[row] == "":
			return nil, &FileError{Path: table.Path, Line: table.Line(row), What: "has an empty task or value", Remedy: "write a task and the value of its stimuli in each row"}
		case repeated:
			return nil, &FileError{Path: table.Path, Line: table.Line(row), What: fmt.Sprintf("repeats the task %q", task), Remedy: "keep one row for each task"}
		}
		matches[task] = values[row]
	}
	return matches, nil
}

// readBeside reads a table of the definition's folder.
func (d *Definition) readBeside(file string) (*stimuli.Table, error) {
	if d.Source != Embedded {
		return stimuli.ReadTable(filepath.Join(filepath.Dir(d.Source), file))
	}
	f, err := embedded.Open(path.Join("definitions", file))
	if err != nil {
		return nil, fmt.Errorf("%s is not among the definitions of the program: %w", file, os.ErrNotExist)
	}
	defer f.Close()
	return stimuli.ParseTable(file, f)
}
