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

// line returns where a key of the definition stands in its file; 0 where that is not
// known. The file is read once more, as mistakes that only the data bring to
// light are few.
func (d *Definition) line(key string) int {
	if d.Source == Embedded {
		return 0
	}
	data, err := ReadSmall(os.DirFS(filepath.Dir(d.Source)), filepath.Base(d.Source), d.Source)
	if err != nil {
		return 0
	}
	doc, err := strictyaml.Decode(d.Source, data, &Definition{})
	if err != nil {
		return 0
	}
	return doc.Line(key)
}

// ErrorAt returns an error at a key of the definition.
func (d *Definition) ErrorAt(key, remedy, format string, args ...any) *FileError {
	return &FileError{Path: d.Source, Line: d.line(key), What: fmt.Sprintf(format, args...), Remedy: remedy}
}

// WrapAt wraps an error that a key of the definition led to, and names its line.
func (d *Definition) WrapAt(key string, err error) error {
	e := d.ErrorAt(key, "", "%s: %v", key, err)
	e.Err = err
	return e
}

// CheckFolder returns an error if the home lacks a folder that a key of the
// definition names.
func (h Home) CheckFolder(d *Definition, key, what, id string, list func() ([]string, error)) error {
	known, err := list()
	if err != nil {
		return err
	}
	if slices.Contains(known, id) {
		return nil
	}
	if d.Source == Embedded {
		return d.ErrorAt(key, "brainscore data fetch "+d.Identifier+" gets what is public", "the data home %s has no %s %q", h.Dir, what, id)
	}
	remedy := "the data home has none"
	if len(known) > 0 {
		remedy = "it has " + strings.Join(known, ", ")
	}
	remedy = nearest.Remedy(id, known, remedy)
	return d.ErrorAt(key, remedy, "%s: the data home %s has no %s %q", key, h.Dir, what, id)
}

// CheckData returns an error if the home lacks data of the benchmark.
func (h Home) CheckData(d *Definition) error {
	if !h.LacksFolders(d) {
		return nil
	}
	if d.Source == Embedded {
		return &stimuli.FileError{Path: h.Dir, What: "lacks the " + strings.Join(h.Missing(d), " and the "), Remedy: "brainscore data fetch " + d.Identifier + " gets what is public"}
	}
	for _, set := range d.StimulusSet.Names {
		if err := h.CheckFolder(d, "stimulus_set", "stimulus set", set, h.StimulusSets); err != nil {
			return err
		}
	}
	for _, assembly := range d.Assembly.Names {
		if err := h.CheckFolder(d, "assembly", "assembly", assembly, h.Assemblies); err != nil {
			return err
		}
	}
	for _, set := range d.FittingSets() {
		if err := h.CheckFolder(d, "fitting_stimulus_set", "stimulus set", set, h.StimulusSets); err != nil {
			return err
		}
	}
	return nil
}

// CheckStimulusSet returns an error if an assembly was recorded with another stimulus set
// than the definition names for it. i is the assembly's index in d.Assembly.
func (d *Definition) CheckStimulusSet(i int, info stimuli.AssemblyInfo) error {
	named := d.StimulusSet.Names[i]
	if info.StimulusSet == named {
		return nil
	}
	return d.ErrorAt("stimulus_set", "write stimulus_set: "+info.StimulusSet, "names the stimulus set %q, but the assembly %s was recorded with %q", named, info.ID, info.StimulusSet)
}

// CheckAssembly returns an error if an assembly's kind or stimulus set disagrees
// with the definition. Read errors are reported when the assembly is opened.
func (h Home) CheckAssembly(d *Definition) error {
	for i, id := range d.Assembly.Names {
		info, err := stimuli.ReadAssemblyInfo(h.AssemblyPath(id))
		switch {
		case err != nil:
			return nil
		case info.Kind != d.Kind:
			return d.ErrorAt("assembly", "name another assembly, or write kind: "+info.Kind+" with a metric for it", "assembly: %s is a %s assembly where a %s one is needed", id, info.Kind, d.Kind)
		case d.Kind == KindNeural:
			if err := d.CheckStimulusSet(i, info); err != nil {
				return err
			}
		}
	}
	return nil
}

// WrapSplitsError wraps an error of drawing splits at the key that led to it.
func (d *Definition) WrapSplitsError(err error) error {
	if cv := d.CrossValidation; cv.Train == nil && cv.Stratify != "" {
		_, column := errors.AsType[*stimuli.FileError](err)
		if _, class := errors.AsType[*metrics.ClassSizeError](err); class || column {
			return d.WrapAt("cross_validation.stratify", err)
		}
	}
	return d.WrapAt("cross_validation", err)
}

// WrapTimeError wraps an error about time bins at the key that asks for them.
func (d *Definition) WrapTimeError(err error) error {
	if d.Window() != nil {
		return d.WrapAt("time_window", err)
	}
	return d.WrapAt("time", err)
}

// CheckLabels returns an error if the labels of fitting stimuli lack objects that
// trials offer.
func CheckLabels(path string, objects, labels []string) error {
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
