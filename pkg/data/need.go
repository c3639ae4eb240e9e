package data

import (
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Needed returns the objects that names stand for, each once and stimulus sets first:
// published data with the stimulus set of an assembly, or the data of a benchmark of
// the home.
func (s *Store) Needed(home benchmarks.Home, names []string) ([]Object, error) {
	var objects []Object
	for _, name := range names {
		found := s.Registry.Named(name)
		if len(found) == 0 {
			need, err := s.Registry.needOfBenchmark(home, name)
			if err != nil {
				return nil, err
			}
			objects = append(objects, need...)
			continue
		}
		hasAssembly := slices.ContainsFunc(found, func(o Object) bool { return o.Kind == Assembly })
		for _, object := range found {
			if object.Kind == StimulusSet && hasAssembly {
				continue // the assembly names the set that it needs, which may be another
			}
			need, err := s.Registry.Need(object)
			if err != nil {
				return nil, err
			}
			objects = append(objects, need...)
		}
	}
	return Distinct(objects), nil
}

// needOfBenchmark returns the objects of a benchmark by its identifier.
func (r *Registry) needOfBenchmark(home benchmarks.Home, id string) ([]Object, error) {
	d, err := home.Definition(id)
	if unknown, ok := errors.AsType[*benchmarks.UnknownBenchmarkError](err); ok {
		return nil, r.Unknown(id, unknown.Known)
	}
	if err != nil {
		return nil, err
	}
	return r.NeedOf(d)
}

// NeedOf returns the published objects of a benchmark, stimulus sets first. It
// fails if some have not been published.
func (r *Registry) NeedOf(d *benchmarks.Definition) ([]Object, error) {
	type want struct {
		kind Kind
		id   string
	}
	var wanted []want
	for _, set := range append(slices.Clone(d.StimulusSet.Names), d.FittingSets()...) {
		wanted = append(wanted, want{StimulusSet, set})
	}
	for _, assembly := range d.Assembly.Names {
		wanted = append(wanted, want{Assembly, assembly})
	}
	var objects []Object
	for _, want := range wanted {
		o, ok := r.Find(want.kind, want.id)
		if !ok {
			return nil, &fileerr.Error{Path: d.Identifier, What: fmt.Sprintf("its %s %s is not among the published data", want.kind, want.id)}
		}
		need, err := r.Need(o)
		if err != nil {
			return nil, err
		}
		objects = append(objects, need...)
	}
	return Distinct(objects), nil
}

// Distinct returns each object once, stimulus sets first.
func Distinct(objects []Object) []Object {
	var distinct []Object
	for _, kind := range []Kind{StimulusSet, Assembly} {
		for _, o := range objects {
			if o.Kind == kind && !slices.ContainsFunc(distinct, func(p Object) bool { return p.Kind == o.Kind && p.ID == o.ID }) {
				distinct = append(distinct, o)
			}
		}
	}
	return distinct
}
