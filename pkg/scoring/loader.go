package scoring

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// loader reads what models are compared with and keeps it for all models of a run:
// stimulus sets, recordings and trials. It may be used by several goroutines.
type loader struct {
	home    benchmarks.Home
	options *Options
	inputs  *inputLog
	once    bool // true if one layer of the run is in time
	held    int  // bytes up to which averaged responses are held

	triangle int      // bytes of a Gram matrix from which on its triangle is held
	checked  sync.Map // folders of dumps whose inner products are known to be positive semidefinite

	opening sync.Mutex // guards recordings; held while one is opened
	reading sync.Mutex // held while responses are read

	mu         sync.Mutex // guards the maps below
	sets       map[string]*stimuli.StimulusSet
	recordings map[string]*recordings
	tables     map[string]func() (*stimuli.BehavioralAssembly, error) // of trials, whole
	behaviors  map[string]*stimuli.BehavioralAssembly                 // with columns and without excluded rows
	assemblies map[string][]string                                    // files of recordings, by folder
	prepared   map[*benchmarks.Definition]func() (any, error)
	excluding  map[*benchmarks.Definition]bool // whose excluded trials are logged
	recorded   map[string]recordedSize
	trials     map[string]stimuli.TableSize // by path
}

func newLoader(home benchmarks.Home, options *Options, inputs *inputLog) *loader {
	return &loader{home: home, options: options, inputs: inputs, held: heldResponses, triangle: leastTriangle,
		sets:       make(map[string]*stimuli.StimulusSet),
		recordings: make(map[string]*recordings),
		tables:     make(map[string]func() (*stimuli.BehavioralAssembly, error)),
		behaviors:  make(map[string]*stimuli.BehavioralAssembly),
		assemblies: make(map[string][]string),
		prepared:   make(map[*benchmarks.Definition]func() (any, error)),
		excluding:  make(map[*benchmarks.Definition]bool),
		recorded:   make(map[string]recordedSize),
		trials:     make(map[string]stimuli.TableSize),
	}
}

// isChecked reports whether all matrices of a dump are known to be positive semidefinite.
func (l *loader) isChecked(dump *stimuli.Dump) bool {
	_, ok := l.checked.Load(dump.Dir)
	return ok
}

// stimulusSet returns a stimulus set of the home.
func (l *loader) stimulusSet(id string) (*stimuli.StimulusSet, error) {
	l.mu.Lock()
	set, ok := l.sets[id]
	l.mu.Unlock()
	if ok {
		return set, nil
	}
	set, err := stimuli.LoadStimulusSet(l.home.StimulusSetPath(id))
	if err != nil {
		return nil, err
	}
	if err := l.inputs.addTables(set.Table.Path); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sets[id] = set
	return set, nil
}

// prepareOnce returns what a benchmark's models are compared with, which is read and put
// into codes once for all of them and must not be changed.
func prepareOnce[T any](l *loader, d *benchmarks.Definition, prepare func() (*T, error)) (*T, error) {
	l.mu.Lock()
	once, ok := l.prepared[d]
	if !ok {
		once = sync.OnceValues(func() (any, error) { return prepare() })
		l.prepared[d] = once
	}
	l.mu.Unlock()
	value, err := once()
	if err != nil {
		return nil, err
	}
	return value.(*T), nil
}

// excludeError reports that what a benchmark excludes cannot be left out.
type excludeError struct{ error }

func (e *excludeError) Error() string { return "exclude: " + e.error.Error() }
func (e *excludeError) Unwrap() error { return e.error }

// behavioral returns the trials of a benchmark without those that it excludes.
func (l *loader) behavioral(d *benchmarks.Definition) (*stimuli.BehavioralAssembly, error) {
	return l.joined(d, "trials.csv", nil, nil)
}

// trialsOf returns a table of an assembly's trials, which is read once.
func (l *loader) trialsOf(d *benchmarks.Definition, table string) (*stimuli.BehavioralAssembly, error) {
	key := d.Assembly.Name() + "/" + table
	l.mu.Lock()
	once, ok := l.tables[key]
	if !ok {
		once = sync.OnceValues(func() (*stimuli.BehavioralAssembly, error) {
			a, err := stimuli.OpenBehavioralTable(l.home.AssemblyPath(d.Assembly.Name()), table)
			if err != nil {
				return nil, err
			}
			return a, l.inputs.addTables(a.Files()...)
		})
		l.tables[key] = once
	}
	l.mu.Unlock()
	return once()
}

// joinedKey names what joined returns.
func joinedKey(d *benchmarks.Definition, table string, columns []string) string {
	return fmt.Sprintf("%q %q %q %q", d.Assembly, table, columns, d.Exclude)
}

// joined returns the rows of a benchmark's table of trials with the columns named, which
// are those of the assembly's stimulus set if the table lacks them, without the rows that
// it excludes. Excluded columns may be missing here if elsewhere has them.
func (l *loader) joined(d *benchmarks.Definition, table string, columns []string, elsewhere *stimuli.Table) (*stimuli.BehavioralAssembly, error) {
	id := joinedKey(d, table, columns)
	l.mu.Lock()
	a, ok := l.behaviors[id]
	l.mu.Unlock()
	if ok {
		return a, nil
	}
	a, err := l.trialsOf(d, table)
	if err != nil {
		return nil, err
	}
	exclude := make(map[string][]string)
	for _, name := range slices.Sorted(maps.Keys(d.Exclude)) {
		with, err := l.join(a, name)
		switch {
		case err == nil:
			a, exclude[name] = with, d.Exclude[name]
		case elsewhere == nil || !elsewhere.Has(name):
			return nil, &excludeError{err}
		}
	}
	for _, name := range columns {
		if a, err = l.join(a, name); err != nil {
			return nil, err
		}
	}
	all, excluded := a.Trials.Len(), 0
	if a, excluded, err = a.Exclude(exclude); err != nil {
		return nil, &excludeError{err}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if excluded > 0 && !l.excluding[d] { // the same with other columns
		l.excluding[d] = true
		l.options.log("%s: %d of %d trials are excluded (%s)", d.Identifier, excluded, all, d.ExcludedText())
	}
	l.behaviors[id] = a
	return a, nil
}

// join returns trials with a column, which is that of the stimulus set if they lack it.
func (l *loader) join(a *stimuli.BehavioralAssembly, column string) (*stimuli.BehavioralAssembly, error) {
	if a.Trials.Has(column) {
		return a, nil
	}
	_, lacks := a.Trials.Column(column)
	if !a.Trials.Has("stimulus_id") {
		return nil, lacks
	}
	set, err := l.stimulusSet(a.StimulusSet)
	if err != nil {
		return nil, err
	}
	if !set.Table.Has(column) {
		all := slices.Clone(a.Trials.Columns)
		for _, name := range set.Table.Columns {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
		return nil, &stimuli.FileError{Path: a.Trials.Path, Line: 1, What: fmt.Sprintf("has no column %q, nor has %s", column, set.Table.Path),
			Remedy: nearest.Remedy(column, all, "they have "+strings.Join(all, ", "))}
	}
	ids, err := a.Trials.Names("stimulus_id")
	if err != nil {
		return nil, err
	}
	if err := set.Check(a.Trials.Path, ids); err != nil {
		return nil, err
	}
	values, err := set.Values(column, ids)
	if err != nil {
		return nil, err
	}
	return a.With(column, values), nil
}

// assemblyFiles returns the paths of files of a benchmark's assembly, assembly.yaml
// first.
func assemblyFiles(l *loader, d *benchmarks.Definition, names ...string) []string {
	dir := l.home.AssemblyPath(d.Assembly.Name())
	paths := []string{filepath.Join(dir, "assembly.yaml")}
	for _, name := range names {
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths
}

// blameTrials returns the error of a lack of stimuli as one about the trials at
// path where the home's stimulus set does not know the stimuli either.
func (l *loader) blameTrials(err error, set, path string) error {
	var misaligned *stimuli.AlignmentError
	if !errors.As(err, &misaligned) {
		return err
	}
	known, findErr := homeInspector{Home: l.home}.find(set)
	if findErr != nil || known == nil {
		return err
	}
	if blamed := known.Check(path, misaligned.IDs); blamed != nil {
		return blamed
	}
	return err
}
