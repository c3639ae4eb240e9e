package scoring

import (
	"fmt"
	"maps"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// recordingsPart is one assembly of a benchmark's recordings, open for reading.
type recordingsPart struct {
	*stimuli.NeuralAssembly
	set    *stimuli.StimulusSet
	design *stimuli.Design
	// columns are the neuroids of values.npy, in the order of the recordings' neuroids.
	columns []int
	// weights average its time bins, into one response of each neuroid or several; nil for
	// recordings without time.
	weights [][]float64
	first   int // the row of its first stimulus among those of all parts
}

// openPart opens one assembly of a benchmark and selects its neuroids.
func (l *loader) openPart(d *benchmarks.Definition, i int, bin *stimuli.TimeBin) (p *recordingsPart, err error) {
	set, err := l.stimulusSet(d.StimulusSet.Names[i])
	if err != nil {
		return nil, err
	}
	a, err := stimuli.OpenNeural(l.home.AssemblyPath(d.Assembly.Names[i]))
	if err != nil {
		return nil, err
	}
	p = &recordingsPart{NeuralAssembly: a, set: set}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if err := p.checkDissimilarities(d); err != nil {
		return nil, err
	}
	if p.weights, err = weights(a, d, bin); err != nil {
		return nil, d.WrapTimeError(err)
	}
	if err := d.CheckStimulusSet(i, a.AssemblyInfo); err != nil {
		return nil, err
	}
	if p.columns, err = a.SelectNeuroids(d.Select); err != nil {
		return nil, d.WrapAt("select", err)
	}
	if err := a.CheckNeuroids(p.columns, d.SubjectColumn()); err != nil {
		return nil, err
	}
	if p.design, err = a.Design(); err != nil {
		return p, err
	}
	return p, p.checkTrials(d)
}

// neuroidKey names a neuroid, whose id is unique only within a subject.
type neuroidKey struct{ subject, id string }

// keys returns the names of the selected neuroids.
func (p *recordingsPart) keys(column string) ([]neuroidKey, error) {
	keys := make([]neuroidKey, len(p.columns))
	var subjects []string
	if column != "" {
		var err error
		if subjects, err = p.Neuroid.Column(column); err != nil {
			return nil, err
		}
	}
	for j, row := range p.columns {
		keys[j].id = p.NeuroidIDs[row]
		if subjects == nil {
			continue
		}
		if keys[j].subject = subjects[row]; subjects[row] == "" {
			return nil, &stimuli.FileError{Path: p.Neuroid.Path, Line: p.Neuroid.Line(row), What: fmt.Sprintf("has an empty %s for the neuroid %q, but each is compared with those of its %s", column, keys[j].id, column), Remedy: "fill in the column, or leave the neuroid out by select"}
		}
	}
	return keys, nil
}

// matchTo puts the part's neuroids in the order of the given ones, which are those of the
// first part. Neuroids of one part alone are an error that names them.
func (p *recordingsPart) matchTo(first *recordingsPart, want []neuroidKey, column string) error {
	keys, err := p.keys(column)
	if err != nil {
		return err
	}
	columns := make(map[neuroidKey]int, len(keys))
	for j, key := range keys {
		columns[key] = p.columns[j]
	}
	p.columns = make([]int, 0, len(want))
	var missing, others []string
	for _, key := range want {
		row, ok := columns[key]
		if !ok {
			missing = append(missing, key.String())
		}
		p.columns = append(p.columns, row)
		delete(columns, key)
	}
	for key := range maps.Keys(columns) {
		others = append(others, key.String())
	}
	slices.Sort(others)
	const remedy = "the assemblies of a benchmark need the same neuroids after selection, by the same ids: select by columns that agree in both"
	switch {
	case len(missing) > 0:
		return &stimuli.FileError{Path: p.Neuroid.Path, What: fmt.Sprintf("lacks %d neuroid(s) that are selected in %s (%s)", len(missing), first.Neuroid.Path, fewNames(missing)), Remedy: remedy}
	case len(others) > 0:
		return &stimuli.FileError{Path: first.Neuroid.Path, What: fmt.Sprintf("lacks %d neuroid(s) that are selected in %s (%s)", len(others), p.Neuroid.Path, fewNames(others)), Remedy: remedy}
	}
	return nil
}

// String returns the id, after the subject if there is one.
func (k neuroidKey) String() string {
	if k.subject == "" {
		return k.id
	}
	return k.subject + "/" + k.id
}

// checkSubjects returns an error if the bounds of the selection leave a subject without
// neuroids that has some by the values of its other columns, such as the region.
func (p *recordingsPart) checkSubjects(d *benchmarks.Definition, keys []neuroidKey) error {
	column := d.SubjectColumn()
	byValue := maps.Clone(d.Select)
	maps.DeleteFunc(byValue, func(_ string, c stimuli.Condition) bool { return c.Bounds != nil })
	if column == "" || len(byValue) == len(d.Select) {
		return nil
	}
	rows, err := p.SelectNeuroids(byValue)
	if err != nil {
		return err
	}
	subjects, err := p.Neuroid.Column(column)
	if err != nil {
		return err
	}
	has := make(map[string]bool)
	for _, key := range keys {
		has[key.subject] = true
	}
	for _, row := range rows {
		if !has[subjects[row]] {
			return d.WrapAt("select", &stimuli.FileError{Path: p.Neuroid.Path, What: fmt.Sprintf("has no neuroid of %s %q within {%s}", column, subjects[row], stimuli.ConditionsText(d.Select)), Remedy: "loosen the bounds, or leave the " + column + " out by select"})
		}
	}
	return nil
}

// insideRange returns the bins that are wholly inside a span, all if it is nil.
func insideRange(bins stimuli.TimeBins, span *stimuli.TimeBin) (inside []int) {
	const rounding = 1e-9 // of bins that were in seconds
	for i, b := range bins {
		if span == nil || b.Start >= span.Start-rounding && b.End <= span.End+rounding {
			inside = append(inside, i)
		}
	}
	return inside
}

// weights returns those of the recordings' time bins in the span that is compared, or in
// each of several; nil where there is one bin or no time.
func weights(a *stimuli.NeuralAssembly, d *benchmarks.Definition, bin *stimuli.TimeBin) ([][]float64, error) {
	dir := a.Dir()
	if bin == nil {
		bin = d.Window()
	}
	inTime := bin != nil || d.Time == benchmarks.Flat || d.Time == benchmarks.Spanned
	switch {
	case inTime && len(a.TimeBins) == 0:
		return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has no time bins, but %s is scored in time", d.Identifier)}
	case inTime:
		if err := a.TimeBins.Check(dir); err != nil {
			return nil, err
		}
	}
	var spans stimuli.TimeBins
	switch {
	case d.Time == benchmarks.Flat:
		var each [][]float64
		for _, i := range insideRange(a.TimeBins, d.Range()) {
			one := make([]float64, len(a.TimeBins))
			one[i] = 1
			each = append(each, one)
		}
		if each == nil {
			return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has the time bins %s, none of which is inside the time_range %s of %s", a.TimeBins, d.Range(), d.Identifier), Remedy: "give the range in milliseconds"}
		}
		return each, nil
	case d.Time == benchmarks.Spanned:
		if spans = d.Bins(); spans == nil {
			spans = a.TimeBins
		}
	case bin != nil:
		spans = stimuli.TimeBins{*bin}
	case len(a.TimeBins) > 1:
		return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has %d time bins (%s)", len(a.TimeBins), a.TimeBins), Remedy: "add time: per_bin, or a time_window, to the benchmark"}
	default:
		return nil, nil
	}
	var all [][]float64
	for _, span := range spans {
		w, ok := a.TimeBins.Weights(span)
		if !ok {
			return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has the time bins %s, which do not cover %s of %s", a.TimeBins, span, d.Identifier)}
		}
		all = append(all, w)
	}
	return all, nil
}
