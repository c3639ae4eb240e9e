package stimuli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// AssemblyInfo is the content of assembly.yaml.
type AssemblyInfo struct {
	ID          string `yaml:"identifier"`
	Kind        string `yaml:"kind"`
	StimulusSet string `yaml:"stimulus_set"`
	// Values is ValuesDissimilarities for recordings given as such, "" for responses.
	Values string `yaml:"values"`
	path   string
}

// Dir returns the assembly's folder.
func (i AssemblyInfo) Dir() string { return filepath.Dir(i.path) }

// ReadAssemblyInfo reads <dir>/assembly.yaml.
func ReadAssemblyInfo(dir string) (AssemblyInfo, error) {
	var info AssemblyInfo
	path := filepath.Join(dir, "assembly.yaml")
	data, err := readSmall(path)
	if err != nil {
		return info, err
	}
	if err := strictyaml.Unmarshal(path, data, &info); err != nil {
		return info, err
	}
	info.path = path
	switch {
	case info.Kind != "neural" && info.Kind != "behavioral" && info.Kind != kindProperty:
		return info, &FileError{Path: path, What: fmt.Sprintf("has kind %q", info.Kind), Remedy: "write kind: neural, kind: behavioral or kind: property"}
	case info.Values != "" && (info.Values != ValuesDissimilarities || info.Kind != "neural"):
		return info, &FileError{Path: path, What: fmt.Sprintf("has values %q of kind %s", info.Values, info.Kind), Remedy: "write values: " + ValuesDissimilarities + " for kind: neural, or remove the key, which stands for responses"}
	case info.StimulusSet == "":
		return info, &FileError{Path: path, What: "does not name a stimulus_set"}
	}
	if info.ID == "" {
		info.ID = filepath.Base(dir)
	}
	return info, nil
}

func readAssemblyInfo(dir, kind string) (AssemblyInfo, error) {
	info, err := ReadAssemblyInfo(dir)
	if err == nil && info.Kind != kind {
		err = &FileError{Path: info.path, What: fmt.Sprintf("is a %s assembly where a %s one is needed", info.Kind, kind)}
	}
	return info, err
}

// readSmall reads a file of settings. It refuses large files, which cannot be one.
func readSmall(path string) ([]byte, error) {
	return infile.ReadFile(context.Background(), path, infile.Limit{Bytes: strictyaml.MaxSize, What: "a file of settings", Remedy: "name a YAML file written for brainscore"})
}
