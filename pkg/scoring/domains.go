package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// domainsKind is images of objects in several domains, in one of which a read-out is
// fitted. There are no recordings.
type domainsKind struct{}

func init() { registerKind(domainsKind{}) }

func (domainsKind) data() Data {
	return Data{Name: "objects in images of several domains", Dump: "layers"}
}

func (domainsKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindDomains, Benchmark: benchmarks.KindBehavioral, SetAlone: true, Score: metrics.Ratio}}
}

func (domainsKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	return factorsKind{}.layers(dump, d)
}

func (domainsKind) committed() bool { return true }

func (domainsKind) whatToDump(d *benchmarks.Definition) string { return factorsKind{}.whatToDump(d) }

func (domainsKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

func (domainsKind) bins(*loader, *benchmarks.Definition, string, *stimuli.Dump) (stimuli.TimeBins, error) {
	return nil, nil
}

// files are those of the stimulus set alone.
func (domainsKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return answerFiles(l, d, ""), nil
}

// memory counts the codes of the images, and what the metrics hold as the layer is read.
func (domainsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	h := holding{working: blockMemory(size) + idMemory(size.Rows)}
	const codes = 4 * float
	for _, e := range evaluations {
		shape := metrics.Shape{Stimuli: size.Rows, Train: size.Rows, Neuroids: size.Rows, Features: size.Features, Splits: 1, Workers: max(1, l.options.Workers)}
		if d, err := l.domains(e.definition); err == nil {
			shape.Stimuli, shape.Train, shape.Neuroids = len(d.in.Objects), len(d.in.Domains[0]), len(d.in.Names)
		}
		h.working += metricMemory(e.definition, shape).Streaming
		h.keep(fmt.Sprintf("domains of %s", e.definition.StimulusSet), codes*int64(size.Rows)+idMemory(size.Rows))
	}
	return h
}

// domains are the images of one benchmark.
type domains struct {
	readAtOnce
	set    *stimuli.StimulusSet
	images []string // ids, in the order of the stimulus set
	ids    []string // ascending
	in     metrics.DomainInput
	metric metrics.Domains
}

func (domainsKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	return l.domains(e.definition)
}

// domains returns the images of a benchmark in codes.
func (l *loader) domains(d *benchmarks.Definition) (*domains, error) {
	if !d.Assembly.None() {
		return nil, d.WrapAt("assembly", errors.New("the metric "+d.Metric.Name+" compares with no assembly: remove the key"))
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	set, err := l.stimulusSet(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	s := &domains{set: set, metric: metric.(metrics.Domains)}
	return s, s.read()
}

// read reads the columns of the stimulus set.
func (s *domains) read() error {
	list := s.metric.Domains()
	styled := slices.ContainsFunc(list, func(d metrics.Domain) bool { return d.Style != "" })
	byBackground := slices.ContainsFunc(list, func(d metrics.Domain) bool { return d.ByBackground })
	columns := make(map[string][]string)
	for column, needed := range map[string]bool{metrics.SourceColumn: true, metrics.ObjectColumn: true, metrics.StyleColumn: styled, metrics.BackgroundColumn: byBackground} {
		if !needed {
			continue
		}
		var err error
		if columns[column], err = s.set.Table.Names(column); err != nil {
			return err
		}
	}
	s.in.Domains = make([][]int, len(list))
	var objects, backgrounds []string
	for row, id := range s.set.IDs {
		in := slices.IndexFunc(list, func(d metrics.Domain) bool {
			return columns[metrics.SourceColumn][row] == d.Source && (d.Style == "" || columns[metrics.StyleColumn][row] == d.Style)
		})
		if in < 0 {
			continue
		}
		needed := []string{metrics.ObjectColumn}
		if byBackground && (in == 0 || list[in].ByBackground) {
			needed = append(needed, metrics.BackgroundColumn)
		}
		for _, column := range needed {
			if columns[column][row] == "" {
				return &stimuli.FileError{Path: s.set.Table.Path, Line: s.set.Table.Line(row), What: fmt.Sprintf("has no %s for the stimulus %q", column, id), Remedy: "fill in the column"}
			}
		}
		s.in.Domains[in] = append(s.in.Domains[in], len(s.images))
		s.images, objects = append(s.images, id), append(objects, columns[metrics.ObjectColumn][row])
		if byBackground {
			backgrounds = append(backgrounds, columns[metrics.BackgroundColumn][row])
		}
	}
	for k, images := range s.in.Domains {
		if len(images) == 0 {
			return &stimuli.FileError{Path: s.set.Table.Path, What: fmt.Sprintf("has no stimuli of the domain %s", list[k]), Remedy: fmt.Sprintf("name sources and styles as %s and %s do", metrics.SourceColumn, metrics.StyleColumn)}
		}
	}
	s.in.Objects, s.in.Names = stimuli.Codes(objects)
	if byBackground {
		s.in.Backgrounds, _ = stimuli.Codes(backgrounds)
	}
	s.ids = slices.Sorted(slices.Values(s.images))
	return nil
}

func (s *domains) stimuli() [][]string { return ofOneSet(s.ids) }
func (s *domains) table(int) string    { return s.set.Table.Path }

// stream returns the sink of a reading, with the images in these rows of it.
func (s *domains) stream(rows []int, workers int) (metrics.DomainStream, error) {
	in := s.in
	in.Rows, in.Workers = rows, workers
	sink, err := s.metric.NewDomains(in)
	if domain, ok := errors.AsType[*metrics.DomainError](err); ok {
		return nil, &stimuli.FileError{Path: s.set.Table.Path, What: "has a domain that cannot be scored: " + strings.TrimPrefix(domain.Error(), "the domain "), Remedy: "complete the stimulus set, or change the domains or the option test of the benchmark", Err: err}
	}
	return sink, err
}

// join has the read-outs fitted as the layer is read, and tested in a second reading.
func (s *domains) join(p *layerPlan, e *binEvaluation) error {
	rows := make([]int, len(s.images))
	for i, id := range s.images {
		rows[i] = p.position[0][id]
	}
	sink, err := s.stream(rows, p.scorer.options.Workers)
	if err != nil {
		return err
	}
	if err := p.addSinks(sink); err != nil {
		return err
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		score, err := sink.Score(ctx, p.again)
		score.Ceiling = ceilingOrOne(e.definition)
		return score, err
	}
	return nil
}

// result adds counts and the ceiled score.
func (s *domains) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	return resultOnSet(e, s.metric.Info(), score, len(s.ids), features), nil
}

func (domainsKind) ceil(_ context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	s, err := l.domains(d)
	if err != nil {
		return nil, err
	}
	return ceilingOnSet(d, len(s.ids)), nil
}

// validate checks a benchmark on domains.
func (k domainsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	if set == nil {
		c.skip("needs the stimulus set", "stimuli", "ceiling")
		return
	}
	s, err := c.runner.loader.domains(c.d)
	if err == nil {
		_, err = s.stream(make([]int, len(s.images)), 1)
	}
	if err != nil {
		c.fail("stimuli", err)
		c.skip("needs the stimuli", "ceiling")
		return
	}
	c.v.Counts = benchmarks.Counts{Stimuli: len(s.ids)}
	c.ok("stimuli", "%d in %d domains", len(s.ids), len(s.in.Domains))
	c.ceiling(ctx)
	c.memory(k)
}

// usualMetric returns the metric that is asked for, if it is of the kind.
func (domainsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if info, err := metrics.Lookup(d.metric); err == nil && info.Kind == metrics.KindDomains && d.info.Kind == benchmarks.KindBehavioral {
		return d.metric, "", nil
	}
	return "", "", nil
}

// draft drafts a benchmark on the stimulus set of an assembly of choices.
func (domainsKind) draft(d *drafter, _ metrics.Kind) error {
	if d.region == "" {
		d.region = "IT"
	}
	d.identifier = d.request.Assembly + "-" + d.metric
	d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli, with the columns stimulus_source, object_style and object_label", len(d.set.IDs))
	d.line("metric: {name: "+scalar(d.metric)+", train: SOURCE/STYLE, domains: [SOURCE/STYLE]}", "the domains; see brainscore metrics show %s", d.metric)
	d.line("ceiling: {value: 1}", "a read-out may be right in all images")
	d.line("score: ratio", "raw / ceiling")
	return nil
}
