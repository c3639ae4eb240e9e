package data

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/internal/nearest"
)

// Kind is the kind of an object.
type Kind string

// The kinds of objects.
const (
	StimulusSet Kind = "stimulus set"
	Assembly    Kind = "assembly"
)

// folder returns the folder of a kind in the data home.
func (k Kind) folder() string {
	if k == StimulusSet {
		return "stimuli"
	}
	return "assemblies"
}

// Object is a published stimulus set or assembly.
type Object struct {
	ID         string // the name of its folder in a data home
	Name       string // in the registry of the reference implementation
	Identifier string // part of the names of its files
	Kind       Kind
	// StimulusSet is the ID of an assembly's stimulus set.
	StimulusSet string
	Behavioral  bool // of an assembly: choices rather than recordings
	Properties  bool // of an assembly: a table of properties of neurons
	// Private objects cannot be downloaded: the store responds with 403, or they have Needs.
	Private bool
	// Needs describes what an object is made of for which no file was published with a
	// checksum; "" if one was.
	Needs string
	// Table is the .nc file of an assembly or the .csv file of a stimulus set.
	Table File
	// Images is the .zip file of a stimulus set.
	Images *File
	// Parts are the IDs of the objects of the same kind that an object joins, which has
	// no file of its own; the SHA-1 of its Table is that of theirs.
	Parts []string
}

// File is one file in the object store.
type File struct {
	Name    string // without folders
	SHA1    string // in lower-case hexadecimal digits
	Size    int64  // in bytes; 0 if the registry does not list it
	bucket  string
	version string
}

// Registry lists published objects.
type Registry struct{ Objects []Object }

//go:embed registry.csv
var registry []byte

// Published returns the registry that is part of the program.
func Published() *Registry {
	r, err := ParseRegistry("registry.csv", bytes.NewReader(registry))
	if err != nil {
		panic(err) // the file is part of the program
	}
	return r
}

// registryColumns are the columns that a registry must have.
var registryColumns = []string{"package", "registry", "name", "identifier", "bucket", "sha1", "version_id", "csv_sha1", "csv_version_id", "zip_sha1", "zip_version_id", "stimulus_set"}

var (
	sha1Text = regexp.MustCompile(`^[0-9a-f]{40}$`)
	// plainName matches names that cannot lead out of a folder.
	plainName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$`)
)

// registryLimit leaves room for tens of thousands of objects.
var registryLimit = infile.Limit{Bytes: 16 << 20, What: "a registry", Remedy: "name a CSV file in the format of the embedded registry"}

// ReadRegistry reads a file in the format of the embedded registry.
func ReadRegistry(ctx context.Context, path string) (*Registry, error) {
	text, err := infile.ReadFile(ctx, path, registryLimit)
	if err != nil {
		return nil, err
	}
	return ParseRegistry(path, bytes.NewReader(text))
}

// ParseRegistry reads a registry in the format of the embedded one: a CSV file with
// a row for each object. It skips rows without files. Some columns need not exist: size,
// csv_size and zip_size bound the downloads, assembly_class is the reference
// implementation's name of what an assembly holds, access is private for objects that
// cannot be downloaded and "needs X" for those without files that are made of X, and parts lists, divided by semicolons, the objects that one
// without files joins.
func ParseRegistry(path string, r io.Reader) (*Registry, error) {
	buffered := bufio.NewReader(r)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		_, _ = buffered.Discard(3)
	}
	reader := csv.NewReader(buffered)
	header, err := reader.Read()
	if err != nil {
		return nil, fileerr.Wrap(path, "is not a CSV file with a header", err)
	}
	column := map[string]int{}
	for i, name := range header {
		column[name] = i
	}
	for _, name := range registryColumns {
		if _, ok := column[name]; !ok {
			return nil, &fileerr.Error{Path: path, Line: 1, What: fmt.Sprintf("has no column %q", name)}
		}
	}
	registry := &Registry{}
	listed := map[[2]string]bool{} // kind, identifier
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			if err := registry.completeJoined(); err != nil {
				return nil, &fileerr.Error{Path: path, What: err.Error()}
			}
			return registry, nil
		}
		if err != nil {
			return nil, fileerr.Wrap(path, "is not valid CSV", err)
		}
		line, _ := reader.FieldPos(0)
		o, err := objectOf(func(name string) string {
			if i, ok := column[name]; ok {
				return row[i]
			}
			return ""
		})
		if err != nil {
			return nil, &fileerr.Error{Path: path, Line: line, What: err.Error()}
		}
		if o == nil {
			continue
		}
		if key := [2]string{string(o.Kind), o.ID}; !listed[key] {
			listed[key] = true
		} else {
			return nil, &fileerr.Error{Path: path, Line: line, What: fmt.Sprintf("the %s %s is listed twice", o.Kind, o.ID)}
		}
		registry.Objects = append(registry.Objects, *o)
	}
}

// objectOf returns the object of a row's cells, nil if the row has no files.
func objectOf(cell func(string) string) (*Object, error) {
	o := &Object{Name: cell("name"), Identifier: cell("identifier")}
	short := func(name string) string {
		if cell("package") == "geirhos2021" { // named here as their benchmarks are
			return strings.NewReplacer("_", "", "-", "").Replace(name)
		}
		return name
	}
	base, bucket := strings.ReplaceAll(o.Identifier, ".", "_"), cell("bucket")
	o.Needs, o.Private = strings.CutPrefix(cell("access"), "needs ")
	if !o.Private {
		o.Needs = ""
	}
	noFiles := cell("parts") != "" || o.Needs != ""
	var err error
	switch cell("registry") {
	case "data_registry":
		if cell("sha1") == "" && !noFiles {
			return nil, nil
		}
		o.Kind, o.StimulusSet = Assembly, short(cell("stimulus_set"))
		o.Behavioral = slices.Contains(behavioralClasses, cell("assembly_class")) || slices.Contains(behavioralPackages, cell("package"))
		if o.Properties = slices.Contains(propertyPackages, cell("package")); o.Properties {
			o.Behavioral = false
		}
		if !noFiles {
			o.Table, err = fileOf(cell, "", "assy_"+base+".nc")
		}
		if !plainName.MatchString(o.StimulusSet) {
			return nil, fmt.Errorf("the stimulus set %q is not a valid name of a folder", o.StimulusSet)
		}
	case "stimulus_set_registry":
		if cell("csv_sha1") == "" && !noFiles {
			return nil, nil
		}
		o.Kind = StimulusSet
		if !noFiles {
			o.Table, err = fileOf(cell, "csv_", "stimulus_"+base+".csv")
		}
		if err == nil && cell("zip_sha1") != "" {
			var images File
			images, err = fileOf(cell, "zip_", "stimulus_"+base+".zip")
			o.Images = &images
		}
	default:
		return nil, fmt.Errorf("the registry %q is neither data_registry nor stimulus_set_registry", cell("registry"))
	}
	if err != nil {
		return nil, err
	}
	o.ID = short(o.Name)
	if !plainName.MatchString(o.ID) || !plainName.MatchString(base) {
		return nil, fmt.Errorf("the name %q is not a valid name of a folder", o.Name)
	}
	if parts := cell("parts"); parts != "" {
		o.Parts = strings.Split(parts, ";")
		return o, nil
	}
	if o.Needs != "" {
		return o, nil
	}
	if !bucketName.MatchString(bucket) {
		return nil, fmt.Errorf("the bucket %q is not a valid name of a bucket", bucket)
	}
	switch access := cell("access"); access {
	case "private":
		o.Private = true
	case "", "public":
		o.Private = isPrivate(o)
	default:
		return nil, fmt.Errorf("the access %q is neither public nor private", access)
	}
	return o, nil
}

// What holds choices rather than recordings, by the class of an assembly and, where a
// registry does not have it, by the package of the reference implementation.
var (
	behavioralClasses  = []string{"BehavioralAssembly", "PropertyAssembly"}
	behavioralPackages = []string{"geirhos2021", "rajalingham2018", "kar2019"}
	propertyPackages   = []string{"marques2020"}
)

// fileOf returns a file by the cells of a row whose columns have a prefix.
func fileOf(cell func(string) string, prefix, name string) (File, error) {
	f := File{Name: name, SHA1: cell(prefix + "sha1"), bucket: cell("bucket"), version: cell(prefix + "version_id")}
	if !sha1Text.MatchString(f.SHA1) {
		return f, fmt.Errorf("%q is not a SHA-1", f.SHA1)
	}
	if size := cell(prefix + "size"); size != "" {
		var err error
		if f.Size, err = strconv.ParseInt(size, 10, 64); err != nil || f.Size < 1 {
			return f, fmt.Errorf("the size %q is not a number of bytes", size)
		}
	}
	return f, nil
}

// private lists the objects that hold private data without "private" in their names:
// whole sets, half of which is public, and sets that the tests of the reference
// implementation mark as in need of access.
var private = map[Kind][]string{
	Assembly: {"FreemanZiemba2013", "FreemanZiemba2013.noaperture", "Kar2018hvm", "Kar2018cocogray", "Kar2019", "MajajHong2015",
		"MajajHong2015.temporal", "MajajHong2015.temporal-10ms", "Rajalingham2020", "Sanghavi2020", "SanghaviJozwik2020",
		"SanghaviMurty2020", "SanghaviMurty2020THINGS1", "SanghaviMurty2020THINGS2"},
	StimulusSet: {"FreemanZiemba2013", "FreemanZiemba2013.aperture", "hvm"},
}

func isPrivate(o *Object) bool {
	return strings.HasSuffix(o.Name, "private") || slices.Contains(private[o.Kind], o.Name)
}

// files lists the files of an object; one that joins others, or has Needs, has none.
func (o Object) files() []File {
	if len(o.Parts) > 0 || o.Needs != "" {
		return nil
	}
	files := []File{o.Table}
	if o.Images != nil {
		files = append(files, *o.Images)
	}
	return files
}

// DataKind returns the kind of an assembly as its assembly.yaml states it.
func (o Object) DataKind() string {
	switch {
	case o.Behavioral:
		return "behavioral"
	case o.Properties:
		return "property"
	}
	return "neural"
}

// Find returns the object of a kind by the name of its folder.
func (r *Registry) Find(kind Kind, id string) (Object, bool) {
	for _, o := range r.Objects {
		if o.Kind == kind && o.ID == id {
			return o, true
		}
	}
	return Object{}, false
}

// Named lists the objects of a name: that of their folder, in the reference
// implementation, or of their files.
func (r *Registry) Named(name string) []Object {
	var found []Object
	for _, o := range r.Objects {
		if name == o.ID || name == o.Name || name == o.Identifier {
			found = append(found, o)
		}
	}
	return found
}

// UnknownError reports a name that no object has.
type UnknownError struct {
	Name    string
	Nearest string
}

func (e *UnknownError) Error() string {
	if e.Nearest != "" {
		return fmt.Sprintf("unknown data %q: %s", e.Name, nearest.Question(e.Nearest))
	}
	return fmt.Sprintf("unknown data %q; see brainscore data list", e.Name)
}

// DataError reports that the cause is invalid data: always true.
func (e *UnknownError) DataError() bool { return true }

// Unknown returns the error about a name that neither an object nor one of others
// has.
func (r *Registry) Unknown(name string, others []string) error {
	names := slices.Clone(others)
	for _, o := range r.Objects {
		names = append(names, o.ID)
	}
	return &UnknownError{name, nearest.To(name, names)}
}

// Need lists the objects to fetch for o, the stimulus set before the assembly.
func (r *Registry) Need(o Object) ([]Object, error) {
	if o.Kind == StimulusSet {
		return r.withParts(o), nil
	}
	need := r.withParts(o)
	var sets []Object
	for _, assembly := range need {
		set, ok := r.Find(StimulusSet, assembly.StimulusSet)
		if !ok {
			return nil, &fileerr.Error{Path: o.ID, What: fmt.Sprintf("its stimulus set %s is not among the published data", assembly.StimulusSet)}
		}
		sets = append(sets, r.withParts(set)...)
	}
	return Distinct(append(sets, need...)), nil
}
