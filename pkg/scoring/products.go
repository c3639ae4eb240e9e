package scoring

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// products are the inner products of a layer that a compact dump has in the place of its
// activations. A Gram matrix is that of one list of stimuli, bit for bit what a pass over
// the activations makes, so that no other list can be taken from it.
type products struct {
	file *stimuli.CompactFile
	rows []rowsOf // of the reading
	// positive checks the matrices of the file.
	positive positiveCheck
	// fault is set once an array of the file cannot be used: nothing is scored on it then.
	fault *faultyProducts
}

// openProducts returns the activations of a reading as far as a compact dump has them; nil
// if the dump has the activations themselves.
func (s *layerScorer) openProducts(read *layerRead, rows []rowsOf) (*activations, error) {
	fitSet, sets := "", rows
	if read.key.fitSet != "" {
		fitSet, sets = rows[0].set.ID, rows[1:]
	}
	if rows[0].bin != nil {
		return nil, nil // layers in time are never compact
	}
	var names []string
	for _, part := range sets {
		names = append(names, part.set.ID)
	}
	file, err := s.dump.CompactOf(names, read.key.layer, fitSet)
	if of, ok := errors.AsType[*stimuli.FileError](err); ok && of.Path == s.dump.CompactPath(names, read.key.layer, fitSet) {
		return nil, &faultyProducts{err}
	}
	if file == nil || err != nil {
		return nil, err
	}
	if kernel := s.options.Kernel; kernel != "" && kernel != file.Kernel {
		file.Close()
		return nil, &stimuli.FileError{Path: file.Path(), What: fmt.Sprintf("holds inner products of the kernel %s, not of %s", file.Kernel, kernel), Remedy: "make the compact dump again with --kernel " + kernel}
	}
	if kernel := metrics.Kernel(); kernel != file.Kernel {
		note := fmt.Sprintf("the inner products of the layer %s are of the kernel %s, and all else of %s: a score of the activations may differ in its last digits", read.key.layer, file.Kernel, kernel)
		for _, e := range read.evaluations {
			if !slices.Contains(e.notes, note) {
				e.notes = append(e.notes, note)
			}
		}
	}
	if reduces(s.dump.Reduction, file.Features) {
		file.Close()
		return nil, file.NeedsColumns()
	}
	p := &products{file: file, rows: rows, positive: s.keeper.positiveCheck(s.dump)}
	a := &activations{Columns: columnless{file, countRows(rows)}, products: p, name: nameOf(s.dump, read, rows), dump: s.dump, step: read.step}
	if a.rows, err = p.readRows(s.dump, read.key.layer); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func countRows(rows []rowsOf) int {
	n := 0
	for _, part := range rows {
		n += len(part.ids)
	}
	return n
}

// nameOf returns the name of a reading's activations in inputs and progress.
func nameOf(dump *stimuli.Dump, read *layerRead, rows []rowsOf) string {
	var sets []string
	for _, part := range rows {
		if read.spans == nil || !slices.Contains(sets, part.set.ID) {
			sets = append(sets, part.set.ID)
		}
	}
	name := dump.ID + "/" + strings.Join(sets, "+") + "/" + read.key.layer
	if read.key.bin != "" {
		name += "/" + read.key.bin
	}
	return name
}

// columnless are the activations of which inner products are all that there is.
type columnless struct {
	file *stimuli.CompactFile
	rows int
}

func (c columnless) Rows() int { return c.rows }

func (c columnless) Cols() int { return c.file.Features }

func (c columnless) ReadBlock(int, int, []float64, int) error { return c.file.NeedsColumns() }

// listOf returns stimuli of the sections of a reading as a file lists them.
func listOf(rows []rowsOf, ids [][]string) []stimuli.StimulusList {
	var all []stimuli.StimulusList
	for i, section := range ids {
		// More sections than the reading has repeat them.
		all = append(all, stimuli.StimulusList{StimulusSet: rows[i%len(rows)].set.ID, IDs: section})
	}
	return all
}

// tested returns the parts of the reading that no read-out is fitted on.
func (p *products) tested() []rowsOf {
	if p.file.Fitting != nil {
		return p.rows[1:]
	}
	return p.rows
}

// gram returns the Gram matrix of a list of stimuli.
func (p *products) gram(ids [][]string, needs stream.Needs) (*stream.Gram, error) {
	if p.fault != nil {
		return nil, p.fault
	}
	list := listOf(p.tested(), ids)
	at := p.file.List(list)
	n := 0
	for _, section := range ids {
		n += len(section)
	}
	if at < 0 {
		return nil, &stimuli.FileError{Path: p.file.Path(), What: fmt.Sprintf("has no inner products of just these %d stimuli of %s (it has those of %s)", n, setsText(list), p.sizes()),
			Remedy: "make the compact dump again with this benchmark in the data home, or score the dump that it was made of"}
	}
	if needs.Features && p.file.Features <= n {
		return nil, p.file.NeedsColumns()
	}
	g, err := restoreGram(p.file, at, p.positive)
	if err != nil {
		return nil, p.failed(err)
	}
	same := p.same(ids)
	g.Again = func(ctx context.Context, sink stream.Sink) error {
		if !same {
			return p.file.Inexact()
		}
		// One constant feature differs as little as all of the layer do.
		return stream.RunPass(ctx, stream.InMemory(make([]float64, n), n, 1), []stream.Sink{sink}, stream.PassOptions{})
	}
	return g, nil
}

func setsText(list []stimuli.StimulusList) string {
	var names []string
	for _, part := range list {
		names = append(names, part.StimulusSet)
	}
	return strings.Join(names, " and ")
}

// sizes lists the numbers of stimuli of the lists that the file has.
func (p *products) sizes() string {
	var all []string
	for _, l := range p.file.Lists {
		all = append(all, fmt.Sprint(l.Stimuli()))
	}
	return strings.Join(all, ", ")
}

// readout returns the products that a read-out is fitted and tested on, with the rest in
// the order of the reading.
func (p *products) readout() (*stream.FitGram, error) {
	f := p.file
	if p.fault != nil {
		return nil, p.fault
	}
	if f.Fitting == nil || !slices.Equal(f.Fitting.IDs, p.rows[0].ids) {
		return nil, &stimuli.FileError{Path: f.Path(), What: "has inner products of other fitting stimuli than the stimulus set " + p.rows[0].set.ID + " has", Remedy: "make the compact dump again"}
	}
	fit := len(f.Fitting.IDs)
	if 2*f.Features <= fit {
		return nil, f.NeedsColumns()
	}
	position := make([]map[string]int, len(f.Tested))
	count := 0
	for i, part := range f.Tested {
		position[i] = make(map[string]int)
		for _, id := range part.IDs {
			position[i][id] = count
			count++
		}
	}
	var rows []int
	for i, part := range p.tested() {
		var missing []string
		for _, id := range part.ids {
			row, ok := position[i%len(position)][id]
			if !ok {
				missing = append(missing, id)
			}
			rows = append(rows, row)
		}
		if len(missing) > 0 {
			return nil, &stimuli.AlignmentError{Path: f.Path(), What: "has no inner products of", IDs: missing, Remedy: "make the compact dump again, or score the dump that it was made of"}
		}
	}
	whole, err := restoreReadout(f, p.positive)
	if err != nil {
		return nil, p.failed(err)
	}
	g := &stream.FitGram{Fit: fit, Rest: len(rows), Features: f.Features, K: whole.K, Cross: make([]float64, len(rows)*fit)}
	for i, row := range rows {
		copy(g.Cross[i*fit:(i+1)*fit], whole.Cross[row*fit:(row+1)*fit])
	}
	return g, nil
}

// read records the hash of the activations; there are none that sinks could take.
func (p *products) read(ctx context.Context, a *activations, sinks []stream.Sink, inputs *inputLog) error {
	if len(sinks) > 0 {
		return p.file.NeedsColumns()
	}
	name, sum, err := p.content(ctx, inputs, a.name)
	if err == nil {
		a.name = name
		inputs.record(name, sum)
	}
	return err
}

// content returns the hash of the activations to the stimuli of the reading, under the
// name that they have; if the file does not have it, the file's own.
func (p *products) content(ctx context.Context, inputs *inputLog, name string) (string, string, error) {
	var ids [][]string
	for _, part := range p.rows {
		ids = append(ids, part.ids)
	}
	if sum := p.file.Content(listOf(p.rows, ids)); sum != "" {
		return name, sum, nil
	}
	sum, err := inputs.hash(ctx, p.file.Path())
	return name + " (inner products)", sum, err
}

// same reports whether all stimuli of a list have the same activations.
func (p *products) same(ids [][]string) bool {
	tested := len(p.tested())
	first := len(p.rows) - tested
	for _, group := range slices.Concat(p.file.Alike, [][]stimuli.CompactRow{p.file.Zeros}) {
		members := make(map[stimuli.CompactRow]bool, len(group))
		for _, row := range group {
			members[row] = true
		}
		whole := len(group) > 0
		for i, section := range ids {
			for _, id := range section {
				// More sections than the reading has repeat them.
				whole = whole && members[stimuli.CompactRow{Part: first + i%tested, ID: id}]
			}
		}
		if whole {
			return true
		}
	}
	return false
}

// readRows returns the rows of the reading, of which the file knows which are alike.
func (p *products) readRows(dump *stimuli.Dump, layer string) (*readRows, error) {
	r := &readRows{}
	place := make(map[stimuli.CompactRow]int)
	for part, of := range p.rows {
		index, err := dump.Rows(of.set)
		if err != nil {
			return nil, err
		}
		name := filepath.ToSlash(filepath.Join(of.set.ID, layer+".npy"))
		rows, err := index.Lookup(p.file.Path(), of.ids)
		if err != nil {
			return nil, err
		}
		for i, id := range of.ids {
			place[stimuli.CompactRow{Part: part, ID: id}] = len(r.hashes)
			r.hashes = append(r.hashes, uint64(len(r.hashes))+1) // 0 is that of rows of zeros
			r.files, r.at = append(r.files, name), append(r.at, rows[i])
		}
	}
	for _, group := range p.file.Alike {
		hash := uint64(0)
		for _, row := range group {
			i, ok := place[row]
			if ok && hash == 0 {
				hash = r.hashes[i]
			}
			if ok {
				r.hashes[i] = hash
			}
		}
	}
	for _, row := range p.file.Zeros {
		if i, ok := place[row]; ok {
			r.hashes[i] = r.zero
		}
	}
	return r, nil
}

// needsColumns returns an error if the layer is compact and a metric takes its columns or
// their moments, or the inner products of each layer that it is joined of, of which there is the sum alone.
func (p *layerPlan) needsColumns(needs stream.Needs) error {
	switch {
	case !needs.OfColumns():
		return nil
	case p.collects:
		return errCollects
	case p.source != nil && p.source.products != nil:
		return p.source.products.file.NeedsColumns()
	}
	return nil
}

// errCollects reports a metric that takes columns, which a compact dump will not have.
var errCollects = errors.New("it takes the activations themselves")

// addSinks has sinks take the layer's columns.
func (p *layerPlan) addSinks(sinks ...stream.Sink) error {
	if err := p.needsColumns(stream.Needs{Columns: true}); err != nil {
		return err
	}
	p.sinks = append(p.sinks, sinks...)
	return nil
}
