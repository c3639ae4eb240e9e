package scoring

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// trialsMemory is what one trial of a kind of data takes beside its table, in bytes.
type trialsMemory struct {
	table    string // "" for trials.csv
	kept     int64  // for the run
	prepared int64  // for the run, of each benchmark
	column   int64  // the same for each column that its metric names
	working  int64  // for each benchmark until it is scored
	metric   int64  // while it is scored
}

// sizeOfTrials returns the size of a table of a benchmark's trials; 0 if there is none, or
// if it cannot be read, which scoring it reports.
func (l *loader) sizeOfTrials(d *benchmarks.Definition, table string) stimuli.TableSize {
	if d.Assembly.None() {
		return stimuli.TableSize{}
	}
	path := filepath.Join(l.home.AssemblyPath(d.Assembly.Name()), cmp.Or(table, "trials.csv"))
	l.mu.Lock()
	defer l.mu.Unlock()
	size, ok := l.trials[path]
	if !ok {
		size, _ = stimuli.MeasureTable(context.Background(), path)
		l.trials[path] = size
	}
	return size
}

// holding counts the trials of benchmarks on one layer. Columns of the stimulus set are
// joined to the table, and trials without those that a benchmark excludes are another one.
func (m trialsMemory) holding(l *loader, evaluations []*binEvaluation) holding {
	const name = 16 // bytes in a column
	var h holding
	var metric int64
	for _, e := range evaluations {
		d := e.definition
		size := l.sizeOfTrials(d, m.table)
		n, columns := int64(size.Rows), metricColumns(d)
		table, key := size.Bytes, joinedKey(d, m.table, columns)
		h.keep(fmt.Sprintf("trials %q %q", d.Assembly, m.table), table)
		for _, column := range columns {
			if _, ok := size.Distinct[column]; !ok {
				table += name * n
			}
		}
		if len(d.Exclude) > 0 {
			h.keep("without excluded trials "+key, table)
		}
		h.keep("joined columns "+key, table-size.Bytes)
		h.keep(fmt.Sprintf("codes of trials %q %q", d.Assembly, d.Exclude), m.kept*n)
		h.keep(fmt.Sprintf("codes for %s %p", d.Identifier, d), (m.prepared+m.column*int64(len(columns)))*n)
		h.working += m.working * n
		metric = max(metric, m.metric*n)
	}
	h.working += metric
	return h
}

// metricColumns returns the columns that a benchmark's metric names; none if it cannot be
// made, which scoring it reports.
func metricColumns(d *benchmarks.Definition) []string {
	metric, err := d.NewMetric()
	if err != nil {
		return nil
	}
	if m, ok := metric.(interface{ Columns() []string }); ok {
		return m.Columns()
	}
	return nil
}
