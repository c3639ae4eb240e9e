package scoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// DraftRequest asks for a definition to start from.
type DraftRequest struct {
	Assembly string
	Region   string // "" takes the one with most neuroids
	Metric   string // "" takes the usual one for the assembly
}

// Draft returns a commented definition for an assembly of the home, with what
// the data allow: regions, classes to stratify by, a ceiling from repetitions.
// The identifier is the name that its file should have.
func Draft(ctx context.Context, h benchmarks.Home, request DraftRequest) (identifier string, yaml []byte, err error) {
	if err := stimuli.SafeID(request.Assembly); err != nil {
		return "", nil, err
	}
	known, err := h.Assemblies()
	if err != nil {
		return "", nil, err
	}
	dir := h.AssemblyPath(request.Assembly)
	if !slices.Contains(known, request.Assembly) {
		remedy := "the data home has no assemblies"
		if len(known) > 0 {
			remedy = "it has " + strings.Join(known, ", ")
		}
		remedy = nearest.Remedy(request.Assembly, known, remedy)
		return "", nil, &stimuli.FileError{Path: h.AssembliesDir(), What: fmt.Sprintf("has no assembly %q", request.Assembly), Remedy: remedy}
	}
	info, err := stimuli.ReadAssemblyInfo(dir)
	if err != nil {
		return "", nil, err
	}
	set, err := stimuli.LoadStimulusSet(h.StimulusSetPath(info.StimulusSet))
	if err != nil {
		return "", nil, err
	}
	d := &drafter{ctx: ctx, home: h, request: request, info: info, set: set}
	if err := d.draft(); err != nil {
		return "", nil, err
	}
	text := d.text()
	if _, err := benchmarks.ParseDefinition(d.identifier+".yaml", []byte(text)); err != nil {
		return "", nil, fmt.Errorf("the draft is no definition: %w", err)
	}
	return d.identifier, []byte(text), nil
}

// drafter collects the lines of a draft.
type drafter struct {
	ctx        context.Context
	home       benchmarks.Home
	request    DraftRequest
	info       stimuli.AssemblyInfo
	set        *stimuli.StimulusSet
	metric     string
	region     string
	identifier string
	lines      []string
}

// line adds a key with a comment.
func (d *drafter) line(text, format string, args ...any) {
	if comment := strings.Fields(fmt.Sprintf(format, args...)); len(comment) > 0 {
		text += "  # " + strings.Join(comment, " ")
	}
	d.lines = append(d.lines, text)
}

// option adds a key that may be wanted, as a comment.
func (d *drafter) option(text, format string, args ...any) {
	d.line("# "+text, format, args...)
}

func (d *drafter) text() string {
	head := []string{
		"# A draft for " + strings.Join(strings.Fields(d.request.Assembly), " ") + ". Check it by: brainscore benchmarks validate FILE",
		"identifier: " + scalar(d.identifier) + "  # unique; the file's name without .yaml",
		"version: 1",
		"kind: " + d.info.Kind,
	}
	tail := []string{
		"# reference: {title: ..., doi: ..., year: ...}",
		"# expected: [{quantity: ceiling, value: ..., tolerance: 0.001}]  # a published figure that validate compares",
	}
	return strings.Join(slices.Concat(head, d.lines, tail), "\n") + "\n"
}

var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)

// scalar writes a text so that it stands in any place of a YAML file.
func scalar(s string) string {
	if plainScalar.MatchString(s) && !slices.Contains([]string{"null", "Null", "NULL"}, s) {
		return s
	}
	return strconv.Quote(s)
}

// draft chooses the kind of data and the metric, and drafts the definition.
func (d *drafter) draft() error {
	d.region, d.metric = d.request.Region, d.request.Metric
	var serving, lacking []string
	for _, data := range drafting {
		usual, lacks, err := data.usualMetric(d)
		if err != nil {
			return err
		}
		if lacks != "" {
			lacking = append(lacking, lacks)
		}
		if usual == "" {
			continue
		}
		if d.metric == "" {
			d.metric = usual
		}
		info, err := metrics.Lookup(d.metric)
		if err != nil {
			return err
		}
		if dataKinds[info.Kind] == data {
			return data.draft(d, info.Kind)
		}
		for _, m := range metrics.List() {
			if dataKinds[m.Kind] == data {
				serving = append(serving, m.Name)
			}
		}
	}
	if len(serving) == 0 && len(lacking) == 0 {
		_, err := stimuli.OpenBehavioral(d.info.Dir())
		return err
	}
	if len(serving) == 0 {
		return &stimuli.FileError{Path: filepath.Join(d.info.Dir(), "trials.csv"), Line: 1, What: "has neither " + strings.Join(lacking, " nor ")}
	}
	return &stimuli.FileError{Path: d.info.Dir(), What: fmt.Sprintf("holds nothing that the metric %s compares with", d.metric), Remedy: "take one of " + strings.Join(serving, ", ")}
}

// has reports whether the assembly has a file.
func (d *drafter) has(name string) bool {
	_, err := os.Stat(filepath.Join(d.info.Dir(), name))
	return err == nil
}

// start begins a behavioural draft.
func (d *drafter) start(region string) {
	if d.region == "" {
		d.region = region
	}
	d.identifier = d.request.Assembly + "-" + d.metric
	d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
	d.option("parent: "+scalar(region), "the part of a composite that it counts in")
}
