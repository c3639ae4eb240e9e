package stimuli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// DumpInfo describes a model's folder.
type DumpInfo struct {
	Identifier  string            `json:"identifier"`
	Settings    string            `json:"settings"` // the path of model.yaml, or ""
	Commitments map[string]string `json:"commitments,omitempty"`
	Metadata    map[string]any    `json:"metadata,omitempty"`
	Reduction   string            `json:"reduction,omitempty"`
	Sets        []DumpSet         `json:"stimulus_sets"`
	// Problems are the reasons why parts of the dump cannot be scored.
	Problems []error `json:"-"`
}

// DumpSet describes the part of a dump for one stimulus set.
type DumpSet struct {
	StimulusSet string `json:"stimulus_set"`
	// Order is the file that states the order of rows; "" if that is unknown, as
	// there is neither stimulus_ids.csv nor the stimulus set.
	Order string `json:"order"`
	Rows  int    `json:"rows"`
	Match *Match `json:"match,omitempty"` // nil without the stimulus set
	// Layers are activations, bins of layers in time, and probabilities.
	Layers    []LayerInfo `json:"layers"`
	Choices   int         `json:"choices,omitempty"`   // of choices.csv
	Responses int         `json:"responses,omitempty"` // rows of responses.csv
}

// LayerInfo describes one array of a dump. The caller sets the memory: MemoryBytes is what
// a score of the array needs at its peak, MemoryAtLeast what it needs at least if no
// benchmark is known that reads the array.
type LayerInfo struct {
	Layer         string     `json:"layer"`
	Bin           string     `json:"time_bin,omitempty"`
	Array         *ArrayInfo `json:"array"` // nil if it cannot be read
	MemoryBytes   int64      `json:"memory_bytes,omitempty"`
	MemoryAtLeast int64      `json:"memory_bytes_at_least,omitempty"`
}

// Describe describes the dump for the stimulus sets that it has folders for, or
// only for the given ones. find returns a stimulus set, or nil if it is unknown.
// Of arrays only headers are read.
func (d *Dump) Describe(find func(id string) (*StimulusSet, error), only ...string) (*DumpInfo, error) {
	info := &DumpInfo{Identifier: d.ID, Settings: d.settings, Commitments: d.Commitments, Sets: []DumpSet{}}
	if r := d.Reduction; r != nil {
		info.Reduction = fmt.Sprintf("%d principal components fitted on %s", r.PCA, r.FitStimulusSet)
	}
	if d.Metadata != nil {
		info.Metadata, _ = finite(d.Metadata).(map[string]any)
	}
	sets := only
	if len(sets) == 0 {
		all, err := d.Sets()
		if err != nil {
			return nil, err
		}
		sets = all
	}
	for _, id := range sets {
		contents, err := d.Contents(id)
		if err != nil {
			return nil, err
		}
		if contents.empty() {
			continue
		}
		info.Sets = append(info.Sets, info.describeSet(d, id, contents, find))
	}
	if len(info.Sets) == 0 {
		return nil, &FileError{Path: d.Dir, What: "holds no activations, probabilities or responses", Remedy: "a model dump holds <stimulus set>/<layer>.npy"}
	}
	if len(only) == 0 {
		info.checkCommitments(d)
	}
	return info, nil
}

func (c Contents) empty() bool {
	return len(c.Layers) == 0 && len(c.TimeLayers) == 0 && len(c.Matrices) == 0 && !c.Probabilities && !c.Responses
}

// finite replaces numbers that JSON cannot hold by nil.
func finite(v any) any {
	switch v := v.(type) {
	case float64:
		if !stats.Finite(v) {
			return nil
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = finite(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = finite(value)
		}
		return out
	}
	return v
}

func (info *DumpInfo) problem(err error) { info.Problems = append(info.Problems, err) }

func (info *DumpInfo) describeSet(d *Dump, id string, contents Contents, find func(string) (*StimulusSet, error)) DumpSet {
	dir := filepath.Join(d.Dir, id)
	out := DumpSet{StimulusSet: id, Layers: []LayerInfo{}}
	set, err := find(id)
	if err != nil {
		info.problem(err)
	}
	rows := info.order(d, id, set)
	if rows != nil {
		out.Order, out.Rows = rows.path, len(rows.IDs)
	}
	add := func(layer, bin, path string) {
		l := LayerInfo{Layer: layer, Bin: bin}
		if l.Array, err = DescribeArray(path); err != nil {
			info.problem(err)
		} else if err := out.fits(rows, path, l.Array.Rows); err != nil {
			info.problem(err)
		}
		out.Layers = append(out.Layers, l)
	}
	for _, layer := range contents.Layers {
		path := filepath.Join(dir, layer+".npy")
		if d.IsCompact(id, layer) {
			path = d.CompactPath([]string{id}, layer, "")
		}
		add(layer, "", path)
	}
	for _, layer := range contents.Matrices {
		l := LayerInfo{Layer: layer}
		if l.Array, err = describeMatrix(filepath.Join(dir, layer+MatrixSuffix), rows); err != nil {
			info.problem(err)
		}
		out.Layers = append(out.Layers, l)
	}
	for _, layer := range contents.TimeLayers {
		for _, bin := range info.bins(d, id, layer) {
			add(layer, bin, filepath.Join(dir, layer, bin+".npy"))
		}
	}
	if contents.Probabilities {
		add(ProbabilitiesLayer, "", filepath.Join(dir, "probabilities.npy"))
		out.Choices = info.choices(dir, out.Layers[len(out.Layers)-1].Array)
	}
	var responses []string
	if contents.Responses {
		responses = info.responses(dir)
		out.Responses = len(responses)
	}
	ids := responses
	if len(out.Layers) > 0 && rows != nil {
		ids = rows.IDs
	}
	if set != nil && ids != nil {
		out.Match = set.Match(ids)
		if out.Match.Matching == 0 {
			info.problem(&AlignmentError{Path: dir, What: fmt.Sprintf("shares no stimulus with %s; it has", set.Table.Path), IDs: ids, Remedy: "name the stimuli as the stimulus set does", Known: set.IDs})
		}
	}
	return out
}

// order returns the order of rows, or nil if it is unknown.
func (info *DumpInfo) order(d *Dump, id string, set *StimulusSet) *RowIndex {
	known := set != nil
	if !known {
		set = &StimulusSet{ID: id, Table: &Table{}}
	}
	rows, err := d.Rows(set)
	if err != nil {
		info.problem(err)
		return nil
	}
	if !known && !rows.given {
		return nil
	}
	return rows
}

// fits returns an error if an array's number of rows differs from that of the
// order, or, if there is no order, from that of the other arrays.
func (s *DumpSet) fits(rows *RowIndex, path string, n int) error {
	if rows != nil {
		return rows.check(path, n)
	}
	if s.Rows == 0 {
		s.Rows = n
	}
	if s.Rows != n {
		return &FileError{Path: path, What: fmt.Sprintf("has %d rows, but another array in its folder has %d", n, s.Rows), Remedy: "dump all layers for the same stimuli"}
	}
	return nil
}

// bins returns the names of a layer's time bins, in the order of time.
func (info *DumpInfo) bins(d *Dump, set, layer string) []string {
	_, names, err := d.TimeBins(set, layer)
	if err != nil {
		info.problem(err)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".npy")
	}
	return names
}

// choices checks the names of the probabilities' columns and counts them.
func (info *DumpInfo) choices(dir string, array *ArrayInfo) int {
	expected := 0
	if array != nil {
		expected = array.Features
	}
	t, err := readRows(filepath.Join(dir, "choices.csv"), expected)
	if err != nil {
		info.problem(err)
		return 0
	}
	choices, err := t.uniqueIDs("choice")
	if err != nil {
		info.problem(err)
		return 0
	}
	if array != nil && array.Features != len(choices) {
		info.problem(&FileError{Path: filepath.Join(dir, "probabilities.npy"), What: fmt.Sprintf("has %d columns, but %s lists %d choices", array.Features, t.Path, len(choices))})
	}
	return len(choices)
}

// responses returns the stimuli that have a model's choice.
func (info *DumpInfo) responses(dir string) []string {
	t, err := ReadTable(filepath.Join(dir, "responses.csv"))
	if err != nil {
		info.problem(err)
		return nil
	}
	ids, err := t.uniqueIDs("stimulus_id")
	_, choiceErr := t.Column("choice")
	if err := errors.Join(err, choiceErr); err != nil {
		info.problem(err)
		return nil
	}
	return ids
}

// checkCommitments reports commitments to layers that the dump does not have.
func (info *DumpInfo) checkCommitments(d *Dump) {
	layers := []string{ProbabilitiesLayer, ResponsesLayer}
	for _, s := range info.Sets {
		for _, l := range s.Layers {
			layers = append(layers, l.Layer)
		}
	}
	for _, region := range sortedKeys(d.Commitments) {
		for _, layer := range d.LayerParts(d.Commitments[region]) {
			if slices.Contains(layers, layer) {
				continue
			}
			info.problem(&FileError{Path: d.settings, What: fmt.Sprintf("commits %s to the layer %q, which no stimulus set has activations of", region, layer), Remedy: "name a layer as its file is named, without .npy"})
		}
	}
}
