package scoring

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// trialsMemory is what one trial of a kind of data takes beside its table, in bytes.
type trialsMemory struct {
	kept    int64 // for the run
	working int64 // for each benchmark until it is scored
	metric  int64 // while it is scored
}

// sizeOfTrials returns the size of a benchmark's trials; 0 if they cannot be read, which
// scoring it reports.
func (l *loader) sizeOfTrials(d *benchmarks.Definition) stimuli.TableSize {
	path := filepath.Join(l.home.AssemblyPath(d.Assembly), "trials.csv")
	l.mu.Lock()
	defer l.mu.Unlock()
	size, ok := l.trials[path]
	if !ok {
		size, _ = stimuli.MeasureTable(context.Background(), path)
		l.trials[path] = size
	}
	return size
}

// holding counts the trials of benchmarks on one layer. Trials without those that a
// benchmark excludes are another table.
func (m trialsMemory) holding(l *loader, evaluations []*binEvaluation) holding {
	var h holding
	var metric int64
	for _, e := range evaluations {
		size := l.sizeOfTrials(e.definition)
		n := int64(size.Rows)
		if len(e.definition.Exclude) > 0 {
			metric = max(metric, size.Bytes)
		}
		h.keep(fmt.Sprintf("trials %q %q", e.definition.Assembly, e.definition.Exclude), size.Bytes+m.kept*n)
		h.working += m.working * n
		metric = max(metric, m.metric*n)
	}
	h.working += metric
	return h
}

// trialsMemory sets what a score holds of the trials that are validated, beside what it
// holds of a layer.
func (c *validator) trialsMemory(m trialsMemory, layer int64) {
	h := m.holding(c.runner.loader, []*binEvaluation{{evaluation: &evaluation{definition: c.d}}})
	c.v.Memory = withGarbage(h.total() + layer)
	c.memory()
}
