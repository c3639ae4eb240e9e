package stimuli

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// ArrayInfo is the content of a .npy file's header.
type ArrayInfo struct {
	Shape     []int  `json:"shape"`
	DType     string `json:"dtype"`
	ByteOrder string `json:"byte_order"` // "" for types of one byte
	Fortran   bool   `json:"fortran_order"`
	Version   string `json:"npy_version"`
	Rows      int    `json:"rows"`
	Features  int    `json:"features"`
	Bytes     int64  `json:"bytes"`
}

// DescribeArray reads the header of a .npy file and checks it against the
// file's size.
func DescribeArray(path string) (*ArrayInfo, error) {
	if strings.HasSuffix(path, CompactSuffix) {
		return describeCompact(path)
	}
	f, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return describeFile(f), nil
}

// describeCompact describes a file of inner products as the activations that it stands for.
func describeCompact(path string) (*ArrayInfo, error) {
	c, err := OpenCompact(path)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows := countStimuli(c.Tested)
	if c.Fitting != nil {
		rows += len(c.Fitting.IDs)
	}
	for _, l := range c.Lists {
		rows = max(rows, l.Stimuli())
	}
	return &ArrayInfo{Shape: []int{rows, c.Features}, DType: "inner products", Rows: rows, Features: c.Features, Bytes: c.Size()}, nil
}

func describeFile(f *npy.File) *ArrayInfo {
	t := f.DType()
	order := "little-endian"
	switch {
	case t.Size == 1:
		order = ""
	case t.Order == binary.BigEndian:
		order = "big-endian"
	}
	t.Order = binary.LittleEndian // or String would repeat the order
	major, minor := f.Version()
	return &ArrayInfo{Shape: f.Shape(), DType: t.String(), ByteOrder: order, Fortran: f.Fortran(),
		Version: fmt.Sprintf("%d.%d", major, minor), Rows: f.Rows(), Features: f.Cols(), Bytes: f.Bytes()}
}

// TableInfo describes a CSV file.
type TableInfo struct {
	Rows    int      `json:"rows"`
	Columns []string `json:"columns"`
	// Stimuli counts the distinct values of a stimulus_id column.
	Stimuli int `json:"stimuli,omitempty"`
}

// DescribeTable reads a CSV file.
func DescribeTable(path string) (*TableInfo, error) {
	t, err := ReadTable(path)
	if err != nil {
		return nil, err
	}
	return describeTable(t), nil
}

func describeTable(t *Table) *TableInfo {
	return &TableInfo{Rows: t.Len(), Columns: t.Columns, Stimuli: t.distinct("stimulus_id")}
}

// distinct counts the distinct values of a column, 0 if it is missing.
func (t *Table) distinct(column string) int {
	if !t.Has(column) {
		return 0
	}
	values, _ := t.Column(column)
	_, names := Codes(values)
	return len(names)
}

// DescribeStimulusSet reads a stimulus set's folder.
func DescribeStimulusSet(dir string) (*TableInfo, error) {
	set, err := LoadStimulusSet(dir)
	if err != nil {
		return nil, err
	}
	return describeTable(set.Table), nil
}

// Match compares the stimulus ids of a dump or assembly with those of a stimulus
// set.
type Match struct {
	StimulusSet string   `json:"stimulus_set"` // the path of its stimuli.csv
	Matching    int      `json:"matching"`
	Missing     int      `json:"missing"` // in the stimulus set alone
	Extra       int      `json:"extra"`   // in the dump or assembly alone
	MissingIDs  []string `json:"missing_ids,omitempty"`
	ExtraIDs    []string `json:"extra_ids,omitempty"`
}

// shownIDs is the number of missing or extra ids that a Match lists.
const shownIDs = 5

// Match compares ids with those of the set.
func (s *StimulusSet) Match(ids []string) *Match {
	extra := s.Missing(ids)
	given := make(map[string]bool, len(ids))
	for _, id := range ids {
		given[id] = true
	}
	m := &Match{StimulusSet: s.Table.Path, Matching: len(given) - len(extra), Extra: len(extra)}
	for _, id := range s.IDs {
		if !given[id] {
			m.Missing++
			if m.Missing <= shownIDs {
				m.MissingIDs = append(m.MissingIDs, id)
			}
		}
	}
	m.ExtraIDs = extra[:min(len(extra), shownIDs)]
	return m
}

// AssemblyContents describes an assembly's folder.
type AssemblyContents struct {
	Identifier  string `json:"identifier"`
	Kind        string `json:"kind"`
	StimulusSet string `json:"stimulus_set"`
	Stimuli     int    `json:"stimuli"`
	// Repetitions is the spread of the presentations, or trials, of a stimulus.
	Repetitions Spread `json:"repetitions"`
	Match       *Match `json:"match,omitempty"` // nil without the stimulus set

	Values   *ArrayInfo `json:"values,omitempty"`
	Neuroids int        `json:"neuroids,omitempty"`
	Regions  []Group    `json:"regions,omitempty"`   // nil without a region column
	TimeBins []string   `json:"time_bins,omitempty"` // of recordings in time

	Table      *TableInfo `json:"trials,omitempty"`
	Subjects   int        `json:"subjects,omitempty"`
	Conditions int        `json:"conditions,omitempty"`
	Objects    int        `json:"objects,omitempty"`

	// StimulusIDs are the stimuli, in ascending order.
	StimulusIDs []string `json:"-"`
}

// BehaviorTable is a table that a behavioural assembly may hold, with its columns of
// stimulus ids.
type BehaviorTable struct {
	Name    string
	Columns []string
}

// DescribeAssembly reads the tables of an assembly and the header of its
// values. Of the tables that a behavioural one may hold, trials.csv with stimulus_id
// being the last, it reads the first that is there with its columns.
func DescribeAssembly(dir string, behavior ...BehaviorTable) (*AssemblyContents, error) {
	info, err := ReadAssemblyInfo(dir)
	if err != nil {
		return nil, err
	}
	c := &AssemblyContents{Identifier: info.ID, Kind: info.Kind, StimulusSet: info.StimulusSet}
	switch info.Kind {
	case "neural":
		err = c.neural(dir)
	case kindProperty:
		err = c.properties(dir)
	default:
		err = c.behavioral(dir, behavior)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c *AssemblyContents) neural(dir string) error {
	a, err := OpenNeural(dir)
	if err != nil {
		return err
	}
	defer a.Close()
	design, err := a.Design()
	if err != nil {
		return err
	}
	c.Values, c.Neuroids = describeFile(a.values), len(a.NeuroidIDs)
	if a.Neuroid.Has("region") {
		regions, _ := a.Neuroid.Column("region")
		c.Regions = Groups(regions)
	}
	for _, b := range a.TimeBins {
		c.TimeBins = append(c.TimeBins, b.String())
	}
	c.StimulusIDs, c.Stimuli, c.Repetitions = design.Stimuli, len(design.Stimuli), SpreadOf(design.Presentations())
	return nil
}

func (c *AssemblyContents) properties(dir string) error {
	a, err := OpenProperties(dir)
	if err != nil {
		return err
	}
	c.Neuroids, c.Table = len(a.NeuroidIDs), describeTable(a.Neuroid)
	return nil
}

func (c *AssemblyContents) behavioral(dir string, tables []BehaviorTable) error {
	t, columns, err := behaviorTable(dir, tables)
	if err != nil {
		return err
	}
	var ids []string
	for _, name := range columns {
		values, err := t.Names(name)
		if err != nil {
			return err
		}
		if row := slices.Index(values, ""); row >= 0 {
			return &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty " + name}
		}
		ids = append(ids, values...)
	}
	groups := Groups(ids)
	c.Table = describeTable(t)
	c.Table.Stimuli = len(groups)
	c.Stimuli, c.Repetitions = len(groups), SpreadOfGroups(groups)
	for _, g := range groups {
		c.StimulusIDs = append(c.StimulusIDs, g.Name)
	}
	c.Subjects, c.Conditions, c.Objects = t.distinct("subject"), t.distinct("condition"), t.distinct("truth")
	return nil
}

// behaviorTable reads the table of a behavioural assembly: the first that is there with
// its columns of stimulus ids, else the first that is there.
func behaviorTable(dir string, tables []BehaviorTable) (found *Table, columns []string, err error) {
	tables = append(slices.Clip(tables), BehaviorTable{"trials.csv", []string{"stimulus_id"}})
	for _, b := range tables {
		path := filepath.Join(dir, b.Name)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		t, err := ReadTable(path)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(b.Columns, func(name string) bool { return !t.Has(name) }) {
			return t, b.Columns, nil
		}
		if found == nil {
			found, columns = t, b.Columns
		}
	}
	if found == nil {
		found, err = ReadTable(filepath.Join(dir, tables[0].Name))
	}
	return found, columns, err
}
