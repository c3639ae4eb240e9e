package benchmarks

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// columnsUser is a metric that reads columns of the stimulus set or of the trials.
type columnsUser interface{ Columns() []string }

// columns lists the columns that the definition names.
func (d *Definition) columns() (names []string) {
	if d.Truth != "" {
		names = append(names, d.Truth)
	}
	if m, err := d.NewMetric(); err == nil {
		if user, ok := m.(columnsUser); ok {
			names = append(names, user.Columns()...)
		}
	}
	return names
}

// MissingColumns lists the columns that a benchmark needs and that neither its stimulus
// set nor, if metrics read them there, its trials have, in words: data of the same name may come from elsewhere than
// those that the definition was written for. It reads the headers of these tables, and
// lists nothing if they cannot be read.
func (h Home) MissingColumns(d *Definition) (missing []string) {
	names := d.columns()
	if len(names) == 0 {
		return nil
	}
	paths := []string{filepath.Join(h.StimulusSetPath(d.StimulusSet.Name()), "stimuli.csv")}
	if r, ok := d.rulesOf(); ok && !r.TruthRequired && !d.Assembly.None() {
		for _, file := range r.Files {
			paths = append(paths, filepath.Join(h.AssemblyPath(d.Assembly.Name()), file))
		}
	}
	var known []string
	for _, path := range paths {
		header, err := readHeader(path)
		if err != nil {
			return nil
		}
		known = append(known, header...)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			missing = append(missing, fmt.Sprintf("column %s of stimulus set %s", name, d.StimulusSet))
		}
	}
	return missing
}

// readHeader reads the first line of a CSV file.
func readHeader(path string) ([]string, error) {
	f, err := infile.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const limit = 1 << 20
	r := bufio.NewReader(io.LimitReader(f, limit))
	line, err := r.ReadString('\n')
	if err != nil && err != io.EOF {
		return nil, err
	}
	return csv.NewReader(strings.NewReader(strings.TrimPrefix(line, "\ufeff"))).Read()
}
