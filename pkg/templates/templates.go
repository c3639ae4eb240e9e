// Package templates writes Python scripts that dump a model's activations to a stimulus
// set, for PyTorch, TensorFlow and thingsvision.
package templates

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/template"
)

//go:embed files/*.py.tmpl
var files embed.FS

// Framework is what runs a model. Its template is files/<name>.py.tmpl.
type Framework struct {
	Name string
	// ModelForms lists what the script's option --model can be.
	ModelForms string
	// DefaultModel is a model that the framework brings with it.
	DefaultModel string
	// InTime is true if a module that runs several times in one pass can be dumped as time
	// bins.
	InTime bool
}

// frameworks lists all frameworks.
var frameworks = []Framework{
	{"pytorch", "torchvision:NAME, timm:NAME or MODULE:FUNCTION", "torchvision:alexnet", true},
	{"tensorflow", "keras:NAME or MODULE:FUNCTION", "keras:VGG16", false},
	{"thingsvision", "SOURCE:NAME, such as torchvision:alexnet or timm:vit_base_patch16_224", "torchvision:alexnet", true},
}

// Names lists the names of all frameworks.
func Names() []string {
	var names []string
	for _, f := range frameworks {
		names = append(names, f.Name)
	}
	return names
}

// Find returns the framework of a name.
func Find(name string) (Framework, bool) {
	for _, f := range frameworks {
		if f.Name == name {
			return f, true
		}
	}
	return Framework{}, false
}

// Script describes a script.
type Script struct {
	Data        string // folder of the data home
	StimulusSet string
	Model       string // "" is the framework's DefaultModel
	Layers      []string
	// Time is the time bins of each layer in time, as 70-110, in the order of the calls of
	// its module.
	Time        map[string][]string
	Commitments map[string]string // the layer of each region
	// Degrees is the size of the stimuli in degrees of visual angle, 0 if it is unknown.
	Degrees float64
	// DegreesOfEach is true if the stimulus set has the column degrees.
	DegreesOfEach bool
}

// Write writes the script for a framework. All names in it are Python literals, so that
// none can be read as code.
func (s Script) Write(w io.Writer, f Framework) error {
	all, err := template.New("").Funcs(template.FuncMap{"py": literal}).ParseFS(files, "files/*.py.tmpl")
	if err != nil {
		return fmt.Errorf("parsing the templates of scripts: %w", err)
	}
	if s.Model == "" {
		s.Model = f.DefaultModel
	}
	// Python has no null.
	if s.Layers == nil {
		s.Layers = []string{}
	}
	if s.Time == nil {
		s.Time = map[string][]string{}
	}
	if s.Commitments == nil {
		s.Commitments = map[string]string{}
	}
	return all.ExecuteTemplate(w, f.Name, struct {
		Script
		Framework  string
		ModelForms string
		InTime     bool
		Sized      bool
	}{s, f.Name, f.ModelForms, f.InTime, s.Degrees > 0 || s.DegreesOfEach})
}

// literal returns a value as a Python literal. Strings, numbers, lists and objects of JSON
// are Python's too.
func literal(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSpace(b.String()), err
}
