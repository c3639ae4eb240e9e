package benchmarks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// line is where a key of the definition stands in its file; 0 where that is not
// known. The file is read once more, as mistakes that only the data bring to
// light are few.
func (d *Definition) line(key string) int {
	if d.Source == Embedded {
		return 0
	}
	data, err := readSmall(os.DirFS(filepath.Dir(d.Source)), filepath.Base(d.Source), d.Source)
	if err != nil {
		return 0
	}
	doc, err := strictyaml.Decode(d.Source, data, &Definition{})
	if err != nil {
		return 0
	}
	return doc.Line(key)
}

// mistake is an error at a key of the definition.
func (d *Definition) mistake(key, remedy, format string, args ...any) *FileError {
	return &FileError{Path: d.Source, Line: d.line(key), What: fmt.Sprintf(format, args...), Remedy: remedy}
}

// blame puts an error at the key of the definition that led to it.
func (d *Definition) blame(key string, err error) error {
	e := d.mistake(key, "", "%s: %v", key, err)
	e.Err = err
	return e
}

// exists checks that a folder which a definition names is in the home.
func (h Home) exists(d *Definition, key, what, id string, list func() ([]string, error)) error {
	known, err := list()
	if err != nil {
		return err
	}
	if slices.Contains(known, id) {
		return nil
	}
	if d.Source == Embedded {
		return d.mistake(key, "brainscore data fetch "+d.Identifier+" gets what is public", "the data home %s has no %s %q", h.Dir, what, id)
	}
	remedy := "the data home has none"
	if len(known) > 0 {
		remedy = "it has " + strings.Join(known, ", ")
	}
	remedy = nearest.Remedy(id, known, remedy)
	return d.mistake(key, remedy, "%s: the data home %s has no %s %q", key, h.Dir, what, id)
}

// lacking is the error that the home does not have the data of a benchmark.
func (h Home) lacking(d *Definition) error {
	if !h.absent(d) {
		return nil
	}
	if d.Source == Embedded {
		return &stimuli.FileError{Path: h.Dir, What: "lacks the " + strings.Join(h.Missing(d), " and the "), Remedy: "brainscore data fetch " + d.Identifier + " gets what is public"}
	}
	err := h.exists(d, "stimulus_set", "stimulus set", d.StimulusSet, h.StimulusSets)
	if err == nil {
		err = h.exists(d, "assembly", "assembly", d.Assembly, h.Assemblies)
	}
	if err == nil && d.FittingStimulusSet != "" {
		err = h.exists(d, "fitting_stimulus_set", "stimulus set", d.FittingStimulusSet, h.StimulusSets)
	}
	return err
}

// otherSet is the error that an assembly was recorded with another stimulus set
// than the definition names.
func (d *Definition) otherSet(info stimuli.AssemblyInfo) error {
	return d.mistake("stimulus_set", "write stimulus_set: "+info.StimulusSet, "names the stimulus set %q, but the assembly %s was recorded with %q", d.StimulusSet, info.ID, info.StimulusSet)
}

// misfit is the error that a benchmark's assembly is of another kind, or was
// recorded with another stimulus set, than the definition says. An assembly that
// cannot be read is told of where it is opened.
func (h Home) misfit(d *Definition) error {
	info, err := stimuli.ReadAssemblyInfo(h.AssemblyPath(d.Assembly))
	switch {
	case err != nil:
		return nil
	case info.Kind != d.Kind:
		return d.mistake("assembly", "name another assembly, or write kind: "+info.Kind+" with a metric for it", "assembly: %s is a %s assembly where a %s one is needed", d.Assembly, info.Kind, d.Kind)
	case d.Kind == KindNeural && info.StimulusSet != d.StimulusSet:
		return d.otherSet(info)
	}
	return nil
}

// blameSplits puts an error of drawing splits at the key that led to it.
func (d *Definition) blameSplits(err error) error {
	if cv := d.CrossValidation; cv.Train == nil && cv.Stratify != "" {
		_, column := errors.AsType[*stimuli.FileError](err)
		if _, class := errors.AsType[*metrics.ClassSizeError](err); class || column {
			return d.blame("cross_validation.stratify", err)
		}
	}
	return d.blame("cross_validation", err)
}

// blameTime puts an error about time bins at the key that asks for them.
func (d *Definition) blameTime(err error) error {
	if d.Window() != nil {
		return d.blame("time_window", err)
	}
	return d.blame("time", err)
}

// unlabelled is the error that fitting stimuli lack objects that trials offer;
// nil where they lack none.
func unlabelled(path string, objects, labels []string) error {
	without := func(names, others []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(others, n) })
	}
	lacking := without(objects, labels)
	if len(lacking) == 0 {
		return nil
	}
	remedy := "it has " + strings.Join(labels, ", ")
	remedy = nearest.Remedy(lacking[0], without(labels, objects), remedy)
	return &stimuli.FileError{Path: path, What: fmt.Sprintf("has no stimuli labelled %s, which the trials offer", strings.Join(lacking, ", ")), Remedy: remedy + "; the fitting stimuli must show every object, by the same name"}
}
