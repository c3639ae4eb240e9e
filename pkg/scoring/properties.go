package scoring

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// propertiesKind is properties of recorded neurons, whose distribution is compared with that
// of the features of a layer.
type propertiesKind struct{}

func init() { registerKind(propertiesKind{}) }

// propertyRoles are the roles of the stimulus sets that a definition names.
var propertyRoles = []string{metrics.RoleStimuli, metrics.RoleBlank, metrics.RoleReceptiveField, metrics.RoleOrientation}

func (propertiesKind) data() Data {
	return Data{
		Name:  "properties of neurons",
		Files: []DataFile{{Name: "neuroid.csv", Columns: []string{"neuroid_id"}, Others: []string{"a column for each property"}}},
		Dump:  "layers on several stimulus sets",
	}
}

func (propertiesKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindProperty, Benchmark: benchmarks.KindProperty, Roles: propertyRoles, Ceiling: metrics.PropertyCeiling, Score: metrics.Ratio}}
}

// layers lists the layers that the dump has on all stimulus sets.
func (propertiesKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) (common []string, err error) {
	for i, set := range d.StimulusSet.Names {
		c, err := dump.Contents(set)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			common = c.Layers
		}
		common = intersect(common, c.Layers)
	}
	return common, nil
}

func (propertiesKind) committed() bool { return true }

func (propertiesKind) whatToDump(d *benchmarks.Definition) string {
	return fmt.Sprintf("dump activations into %s/<layer>.npy", strings.Join(d.StimulusSet.Names, "/<layer>.npy and "))
}

func (propertiesKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

func (propertiesKind) bins(*loader, *benchmarks.Definition, string, *stimuli.Dump) (stimuli.TimeBins, error) {
	return nil, nil
}

func (propertiesKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return assemblyFiles(l, d, "neuroid.csv"), nil
}

// memory counts the recorded neurons, the grids, and what the metrics hold in the two
// readings.
func (propertiesKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	h := trialsMemory{table: "neuroid.csv", prepared: float, working: float}.holding(l, evaluations)
	var working, streaming int64
	for _, e := range evaluations {
		m := metricMemory(e.definition, metrics.Shape{Stimuli: size.Rows, Features: size.Features, Splits: 1, Workers: max(1, l.options.Workers)})
		// Those of one layer take the columns of the second reading concurrently.
		working, streaming = working+m.Working, max(streaming, m.Streaming)
		h.keep(fmt.Sprintf("grids of %s", e.definition.StimulusSet), 4*idMemory(size.Rows))
	}
	h.working += blockMemory(size) + working + streaming + idMemory(size.Rows)
	return h
}

// properties are the recorded neurons of one benchmark, with the stimuli of a model's.
type properties struct {
	readAtOnce
	sets     []*stimuli.StimulusSet
	ids      [][]string // of each set, ascending
	grids    map[string]*stimulusGrid
	recorded []float64
	metric   metrics.Property
}

func (propertiesKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	return l.properties(e.definition)
}

// properties returns what a benchmark compares with, which is read once.
func (l *loader) properties(d *benchmarks.Definition) (*properties, error) {
	return prepareOnce(l, d, func() (*properties, error) {
		p, _, err := l.recordedProperties(d)
		if err != nil {
			return nil, err
		}
		return p, l.addGrids(p, d)
	})
}

// recordedProperties returns the recorded neurons alone.
func (l *loader) recordedProperties(d *benchmarks.Definition) (*properties, *stimuli.PropertyAssembly, error) {
	metric, err := d.NewMetric()
	if err != nil {
		return nil, nil, err
	}
	p := &properties{metric: metric.(metrics.Property), grids: make(map[string]*stimulusGrid)}
	a, err := stimuli.OpenProperties(l.home.AssemblyPath(d.Assembly.Name()))
	if err != nil {
		return nil, nil, err
	}
	if p.recorded, err = a.Values(p.metric.Column()); err != nil {
		return nil, nil, err
	}
	return p, a, l.inputs.addTables(a.Files()...)
}

// addGrids puts the stimuli in the order of their parameters.
func (l *loader) addGrids(p *properties, d *benchmarks.Definition) error {
	for _, name := range d.StimulusSet.Names {
		set, err := l.stimulusSet(name)
		if err != nil {
			return err
		}
		_, ids := stimuli.Codes(set.IDs)
		p.sets, p.ids = append(p.sets, set), append(p.ids, ids)
	}
	for _, role := range propertyRoles {
		at := slices.Index(d.StimulusSet.Names, d.StimulusSet.Roles[role])
		grid, err := newGrid(p.sets[at], p.metric.Designs()[role])
		if err != nil {
			return fmt.Errorf("stimuli of the role %s: %w", role, err)
		}
		grid.set = at
		p.grids[role] = grid
	}
	return nil
}

func (p *properties) stimuli() [][]string  { return p.ids }
func (p *properties) table(set int) string { return p.sets[set].Table.Path }

// input returns the grids as rows of a reading.
func (p *properties) input(plan *layerPlan) metrics.PropertyInput {
	in := metrics.PropertyInput{Grids: make(map[string]metrics.Grid), Features: plan.features, Workers: plan.scorer.options.Workers}
	for role, g := range p.grids {
		grid := g.Grid
		grid.Rows = make([]int, len(g.ids))
		for i, id := range g.ids {
			grid.Rows[i] = plan.position[g.set][id]
		}
		in.Grids[role] = grid
	}
	return in
}

// join has the layer read twice: for receptive fields, which benchmarks on the same
// stimulus sets share, and for the property of the neurons in the field.
func (p *properties) join(plan *layerPlan, e *binEvaluation) error {
	in := p.input(plan)
	key := fmt.Sprintf("receptive fields by %q", e.definition.StimulusSet.Roles)
	fields, ok := plan.shared[key].(metrics.PropertyFields)
	if !ok {
		var err error
		if fields, err = p.metric.NewFields(in); err != nil {
			return err
		}
		plan.share(key, fields)
		if err := plan.addSinks(fields); err != nil {
			return err
		}
	}
	compared := &comparison{}
	plan.seconds = append(plan.seconds, &secondReading{e, compared, func() (metrics.Stream, error) {
		s, err := p.metric.NewProperty(in, fields)
		return recordedStream{s, p.recorded}, err
	}})
	plan.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		score, err := compared.score(ctx)
		if err != nil {
			return score, err
		}
		ceiling, warnings, err := p.ceiling(ctx, e.definition)
		score.Ceiling, score.Warnings = ceiling, append(score.Warnings, warnings...)
		return score, err
	}
	return nil
}

// recordedStream compares the neurons of a layer with recorded ones.
type recordedStream struct {
	metrics.PropertyStream
	recorded []float64
}

var _ stream.Sink = recordedStream{}

// Score implements metrics.Stream.
func (s recordedStream) Score(ctx context.Context) (metrics.Score, error) {
	return s.PropertyStream.Score(ctx, s.recorded)
}

// ceiling returns the given ceiling, or that of the recorded neurons.
func (p *properties) ceiling(ctx context.Context, d *benchmarks.Definition) (metrics.Estimate, []string, error) {
	if given, ok := d.GivenCeiling(); ok {
		return given, nil, nil
	}
	var seed uint32
	if d.Ceiling != nil {
		seed = d.Ceiling.Seed
	}
	return p.metric.PropertyCeiling(ctx, p.recorded, seed)
}

// result adds counts and the ceiled score.
func (p *properties) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = benchmarks.Counts{Features: features}
	f := score.Property
	out.Counts.Neurons, out.Counts.InField, out.Counts.Counted, out.Counts.Data = f.Neurons, f.InField, f.Counted, f.Data
	for _, ids := range p.ids {
		out.Counts.Stimuli += len(ids)
	}
	ceiled, warnings := p.metric.Info().Ceil(out.Raw, out.Ceiling, metrics.Form(e.definition.Score))
	out.Ceiled, out.Warnings = ceiled, append(out.Warnings, warnings...)
	return out, nil
}

func (propertiesKind) ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	p, _, err := l.recordedProperties(d)
	if err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	out.Counts.Data = len(p.recorded)
	out.Ceiling, out.Warnings, err = p.ceiling(ctx, d)
	return out, err
}
