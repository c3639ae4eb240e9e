package stimuli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Names of layers that are not activations.
const (
	// ProbabilitiesLayer is a dump's probabilities.npy.
	ProbabilitiesLayer = "probabilities"
	// ResponsesLayer is a dump's responses.csv.
	ResponsesLayer = "responses"
	// LogitsLayer is a dump's logits.npy, which choices are made of; it is also a layer as
	// others are.
	LogitsLayer = "logits"
)

// ChoiceTables are the tables of a dump that choices are made of, the most direct first.
var ChoiceTables = []string{ResponsesLayer, ProbabilitiesLayer, LogitsLayer}

// Dump is a model's folder of activations, probabilities and choices.
type Dump struct {
	Dir string
	// ID is the identifier of model.yaml, else the folder's name.
	ID string
	// Commitments is the layer of each region, A+B for the joined features of layers A and
	// B, which LayerParts tells apart.
	Commitments map[string]string
	// Layers lists layers by depth, if model.yaml does. It may lack some of the dump.
	Layers []string
	// Chosen describes how the layers of Commitments were chosen, by region.
	Chosen map[string]Choice
	// Metadata are the model's other facts, as imagenet_top1.
	Metadata map[string]any
	// Reduction, if set, asks for scores on principal components.
	Reduction *Reduction
	// Selection, if set, asks for principal components where layers are chosen as the
	// published ones were, and there alone.
	Selection *Reduction
	// VisualDegrees are how much the model sees and how large it was shown stimuli.
	VisualDegrees VisualDegrees

	joined   map[string][]string // parts of joined layers, by name
	settings string              // path of model.yaml, "" without one
}

// Reduction asks for the first principal components of a layer, fitted on the
// activations to another stimulus set.
type Reduction struct {
	PCA            int    `yaml:"pca"`
	FitStimulusSet string `yaml:"fit_stimulus_set"`
}

// check returns an error for an incomplete reduction under a key of model.yaml.
func (r *Reduction) check(path, key string) error {
	if r == nil || r.PCA >= 1 && plainName(r.FitStimulusSet) {
		return nil
	}
	return &FileError{Path: path, What: "has an incomplete " + key, Remedy: "write " + key + ": {pca: 1000, fit_stimulus_set: NAME}"}
}

// Choice describes how a layer was chosen: the benchmarks that it scored best on,
// and the figure that was compared.
type Choice struct {
	Benchmarks []string `yaml:"benchmarks,flow"`
	Of         string   `yaml:"of"` // raw | ceiled
}

// settings are the keys of model.yaml.
type settings struct {
	Identifier  string                `yaml:"identifier"`
	Commitments map[string]layerNames `yaml:"commitments"`
	Layers      []string              `yaml:"layers"`
	Chosen      map[string]Choice     `yaml:"chosen"`
	Metadata    map[string]any        `yaml:"metadata"`
	Selection   *Reduction            `yaml:"selection"`
	Reduction   *Reduction            `yaml:"reduction"`

	VisualDegrees degreeSettings `yaml:"visual_degrees"`
}

// OpenDump reads a model's folder and its model.yaml, if there is one.
func OpenDump(dir string) (*Dump, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &FileError{Path: dir, What: "is missing", Remedy: "name the folder of a model dump", Err: err}
	case err != nil:
		return nil, fileerr.Unreadable(dir, err)
	case IsPack(dir):
		return nil, &FileError{Path: dir, What: "is a pack, or another archive, and not a folder", Remedy: "name the model dump that it was made of; score, layers and inspect take packs"}
	case !info.IsDir():
		return nil, &FileError{Path: dir, What: "is not a folder", Remedy: "name the folder of a model dump, which holds <stimulus set>/<layer>.npy"}
	}
	if _, err := os.ReadDir(dir); err != nil {
		return nil, fileerr.Unreadable(dir, err)
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d := &Dump{Dir: dir, ID: filepath.Base(absolute), VisualDegrees: VisualDegrees{Sees: UsualDegrees}}
	path := filepath.Join(dir, "model.yaml")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if (Home{Dir: dir}).exists() {
			return nil, &FileError{Path: dir, What: "is a data home, not a model dump", Remedy: "name the folder of a model dump, and the data home by --data"}
		}
		return d, d.checkID(dir)
	}
	data, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	var settings settings
	doc, err := strictyaml.Decode(path, data, &settings)
	if err != nil {
		return nil, err
	}
	d.settings, d.Chosen = path, settings.Chosen
	d.Metadata, d.Reduction, d.Selection = settings.Metadata, settings.Reduction, settings.Selection
	if settings.Identifier != "" {
		d.ID = settings.Identifier
	}
	if err := d.checkID(path); err != nil {
		return nil, err
	}
	if err := checkLayers(path, settings.Layers); err != nil {
		return nil, err
	}
	d.Layers = settings.Layers
	if err := d.commit(settings.Commitments); err != nil {
		return nil, err
	}
	if d.VisualDegrees, err = settings.VisualDegrees.visualDegrees(doc); err != nil {
		return nil, err
	}
	if err := errors.Join(d.Reduction.check(path, "reduction"), d.Selection.check(path, "selection")); err != nil {
		return nil, err
	}
	return d, nil
}

// checkID returns an error about the file or folder that the identifier is from, if it is
// not one line of text.
func (d *Dump) checkID(path string) error {
	if fault := text.Fault(d.ID); fault != "" {
		return &FileError{Path: path, What: fmt.Sprintf("has the identifier %q, which %s", d.ID, fault), Remedy: "write an identifier into model.yaml"}
	}
	if strings.ContainsFunc(d.ID, unicode.IsControl) {
		return &FileError{Path: path, What: fmt.Sprintf("has the identifier %q", d.ID), Remedy: "an identifier is one line of text"}
	}
	return nil
}

// plainName reports whether a name is one of a file or folder, not a path.
func plainName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\\\x00")
}

// Settings returns the path of model.yaml, or "" if there is none.
func (d *Dump) Settings() string { return d.settings }

// Has reports whether the dump has a folder for a stimulus set.
func (d *Dump) Has(set string) bool {
	info, err := os.Stat(filepath.Join(d.Dir, set))
	return err == nil && info.IsDir()
}

// Sets lists the stimulus sets that the dump has folders for.
func (d *Dump) Sets() ([]string, error) {
	entries, err := os.ReadDir(d.Dir)
	if err != nil {
		return nil, fileerr.Unreadable(d.Dir, err)
	}
	var sets []string
	for _, e := range entries {
		if d.Has(e.Name()) {
			sets = append(sets, e.Name())
		}
	}
	return sets, nil
}

// Contents lists the parts of a dump for one stimulus set.
type Contents struct {
	Layers        []string // activations, ascending by name
	TimeLayers    []string // activations in time bins
	Matrices      []string // layers given as the dissimilarities of their stimuli
	Probabilities bool
	Responses     bool
}

// Contents returns the parts of the dump for a stimulus set. They are empty if
// the dump has no folder for it.
func (d *Dump) Contents(set string) (Contents, error) {
	var c Contents
	dir := filepath.Join(d.Dir, set)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, fileerr.Unreadable(dir, err)
	}
	for _, e := range entries {
		name := e.Name()
		layer, isArray := strings.CutSuffix(name, ".npy")
		inner, compact := strings.CutSuffix(name, CompactSuffix)
		if fault := text.Fault(name); (isArray || compact) && fault != "" {
			return c, &FileError{Path: dir, What: fmt.Sprintf("has the layer %q, which %s", layer, fault), Remedy: "rename the file"}
		}
		switch {
		case strings.HasPrefix(name, "."): // left by a file manager or an unfinished write
		case name == "responses.csv":
			c.Responses = true
		case name == "probabilities.npy":
			c.Probabilities = true
		case strings.HasSuffix(name, MatrixSuffix) && name != MatrixSuffix:
			c.Matrices = append(c.Matrices, strings.TrimSuffix(name, MatrixSuffix))
		case isArray && layer != "":
			c.Layers = append(c.Layers, layer)
		case compact && inner != "" && !d.IsCompact(set, inner):
			return c, &FileError{Path: filepath.Join(dir, name), What: fmt.Sprintf("holds inner products of the layer %q, of which there are activations too", inner), Remedy: "remove one of both"}
		case compact && inner != "":
			c.Layers = append(c.Layers, inner)
		case e.IsDir() && hasTimeBins(filepath.Join(dir, name)):
			c.TimeLayers = append(c.TimeLayers, name)
		}
	}
	slices.Sort(c.Layers)
	slices.Sort(c.TimeLayers)
	slices.Sort(c.Matrices)
	for _, layer := range c.Matrices {
		if slices.Contains(c.Layers, layer) {
			return c, &FileError{Path: dir, What: fmt.Sprintf("has the layer %q twice, as activations (%s.npy) and as dissimilarities (%s%s)", layer, layer, layer, MatrixSuffix), Remedy: "rename one of the files"}
		}
	}
	return c, nil
}

func hasTimeBins(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasSuffix(e.Name(), ".npy") })
}

// unknownLayer returns the error about a layer that a dump has no file for.
func (d *Dump) unknownLayer(set, layer string) error {
	c, err := d.Contents(set)
	if err != nil {
		return err
	}
	remedy := "it has no layers there"
	if all := slices.Concat(c.Layers, c.TimeLayers, c.Matrices); len(all) > 0 {
		remedy = "it has " + strings.Join(all, ", ")
		remedy = nearest.Remedy(layer, all, remedy)
	}
	return &FileError{Path: filepath.Join(d.Dir, set), What: fmt.Sprintf("has no layer %q", layer), Remedy: remedy}
}
