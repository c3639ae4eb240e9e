package stimuli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// UsualDegrees is how much a model sees, in degrees of visual angle, unless model.yaml
// states it.
const UsualDegrees = 8

// maxDegrees is the widest visual angle.
const maxDegrees = 360

// CheckDegrees returns an error for a number that is not a visual angle.
func CheckDegrees(degrees float64) error {
	if !(degrees > 0 && degrees <= maxDegrees) {
		return &DegreesError{degrees}
	}
	return nil
}

// DegreesError reports a number that is not a visual angle.
type DegreesError struct{ Degrees float64 }

func (e *DegreesError) Error() string {
	return fmt.Sprintf("%v, but must be above 0 and at most %d", e.Degrees, maxDegrees)
}

// DataError reports that the cause is invalid data.
func (e *DegreesError) DataError() bool { return true }

// VisualDegrees are the sizes of a model's screen and of the stimuli on it, in degrees of
// visual angle.
type VisualDegrees struct {
	Sees float64
	// Shown is the size at which the stimuli of each set were shown.
	Shown map[string]float64
}

// degreeSettings are the keys of visual_degrees in model.yaml.
type degreeSettings struct {
	Sees  *float64           `yaml:"sees"`
	Shown map[string]float64 `yaml:"shown"`
}

// visualDegrees returns the sizes that model.yaml states. The error is about the first
// that is not a visual angle.
func (s degreeSettings) visualDegrees(doc *strictyaml.Document) (VisualDegrees, error) {
	v := VisualDegrees{Sees: UsualDegrees, Shown: s.Shown}
	if s.Sees != nil {
		v.Sees = *s.Sees
	}
	if err := CheckDegrees(v.Sees); err != nil {
		return v, doc.Errorf("visual_degrees.sees", "write how much the model sees, as visual_degrees: {sees: 8}", "visual_degrees.sees is %v", err)
	}
	for _, set := range sortedKeys(v.Shown) {
		if err := CheckDegrees(v.Shown[set]); err != nil {
			return v, doc.Errorf("visual_degrees.shown."+set, "write how large the images were shown, or remove it", "visual_degrees.shown.%s is %v", set, err)
		}
	}
	return v, nil
}

// PlacementFile is the name of a placement's file, in a folder of placed images and in a
// dump's folder of their stimulus set.
const PlacementFile = "placement.yaml"

// Placement describes how images were put on the screen of a model.
type Placement struct {
	StimulusSet string `yaml:"stimulus_set"`
	// Sees is the size of the screen and Shown that of the images, in degrees of visual
	// angle; 0 if each stimulus has its own.
	Sees       float64 `yaml:"sees"`
	Shown      float64 `yaml:"shown"`
	Background []int   `yaml:"background,flow"`
	Images     int     `yaml:"images"`
	Changed    int     `yaml:"changed"` // that are not copies
}

// WritePlacement writes a placement.
func WritePlacement(path string, p Placement) error {
	text, err := yaml.Marshal(p)
	if err != nil {
		return err
	}
	return fsutil.WriteFile(path, 0o666, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// ShownAt returns the size at which the images of a stimulus set were shown to the model:
// that of model.yaml, else of the set's placement, 0 if neither records it or each
// stimulus has its own.
func (d *Dump) ShownAt(set string) (degrees float64, recorded bool, err error) {
	stated := d.VisualDegrees.Shown[set]
	path := filepath.Join(d.Dir, set, PlacementFile)
	data, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return stated, stated > 0, nil
	}
	if err != nil {
		return 0, false, err
	}
	var p Placement
	if err := strictyaml.Unmarshal(path, data, &p); err != nil {
		return 0, false, err
	}
	for _, size := range []float64{p.Sees, p.Shown} {
		if err := CheckDegrees(size); err != nil && size != 0 {
			return 0, false, &FileError{Path: path, What: "a size is " + err.Error(), Remedy: "place the images again by brainscore stimuli place"}
		}
	}
	switch {
	case p.StimulusSet != set:
		return 0, false, &FileError{Path: path, What: fmt.Sprintf("is of the stimulus set %q", p.StimulusSet), Remedy: "copy the file of " + set}
	case stated > 0 && p.Shown > 0 && stated != p.Shown:
		return 0, false, &FileError{Path: d.settings, What: fmt.Sprintf("says that the images of %s were shown at %v degrees, but %s says %v", set, stated, path, p.Shown), Remedy: "correct one of them"}
	case stated > 0:
		return stated, true, nil
	}
	return p.Shown, true, nil
}
