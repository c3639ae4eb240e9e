package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// domainsKind is images of objects in several domains, in one of which a read-out is
// fitted. There are no recordings.
type domainsKind struct{ aloneKind }

func init() { registerKind(&domainsKind{aloneKind{readDomains}}) }

func (*domainsKind) data() Data {
	return Data{Name: "objects in images of several domains", Dump: "layers"}
}

func (*domainsKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindDomains, Benchmark: benchmarks.KindBehavioral, SetAlone: true, Score: metrics.Ratio}}
}

// memory counts the codes of the images, and what the metrics hold as the layer is read.
func (k *domainsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	h := holding{working: blockMemory(size) + idMemory(size.Rows)}
	const codes = 4 * float
	for _, e := range evaluations {
		shape := metrics.Shape{Stimuli: size.Rows, Train: size.Rows, Neuroids: size.Rows, Features: size.Features, Splits: 1, Workers: max(1, l.options.Workers)}
		if s, err := k.load(l, e.definition); err == nil {
			shape.Stimuli, shape.Train, shape.Neuroids = s.shape.Stimuli, s.shape.Train, s.shape.Neuroids
		}
		h.working += metricMemory(e.definition, shape).Streaming
		h.keep(fmt.Sprintf("domains of %s", e.definition.StimulusSet), codes*int64(size.Rows)+idMemory(size.Rows))
	}
	return h
}

// readDomains reads the sources, styles and objects of the images.
func readDomains(s *setAlone, metric metrics.Metric) error {
	scored := metric.(metrics.Domains)
	list := scored.Domains()
	var images metrics.DomainInput
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
	images.Domains = make([][]int, len(list))
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
				return s.empty(column, row)
			}
		}
		images.Domains[in] = append(images.Domains[in], len(s.listed))
		s.listed, objects = append(s.listed, id), append(objects, columns[metrics.ObjectColumn][row])
		if byBackground {
			backgrounds = append(backgrounds, columns[metrics.BackgroundColumn][row])
		}
	}
	for k, rows := range images.Domains {
		if len(rows) == 0 {
			return &stimuli.FileError{Path: s.set.Table.Path, What: fmt.Sprintf("has no stimuli of the domain %s", list[k]), Remedy: fmt.Sprintf("name sources and styles as %s and %s do", metrics.SourceColumn, metrics.StyleColumn)}
		}
	}
	images.Objects, images.Names = stimuli.Codes(objects)
	if byBackground {
		images.Backgrounds, _ = stimuli.Codes(backgrounds)
	}
	s.ids = slices.Sorted(slices.Values(s.listed))
	s.found = fmt.Sprintf("%d in %d domains", len(s.ids), len(images.Domains))
	s.shape = metrics.Shape{Stimuli: len(images.Objects), Train: len(images.Domains[0]), Neuroids: len(images.Names)}
	s.begin = func(rows []int, _, workers int) (stream.Sink, scoreAlone, error) {
		in := images
		in.Rows, in.Workers = rows, workers
		sink, err := scored.NewDomains(in)
		if domain, ok := errors.AsType[*metrics.DomainError](err); ok {
			return nil, nil, &stimuli.FileError{Path: s.set.Table.Path, What: "has a domain that cannot be scored: " + strings.TrimPrefix(domain.Error(), "the domain "), Remedy: "complete the stimulus set, or change the domains or the option test of the benchmark", Err: err}
		}
		if err != nil {
			return nil, nil, err
		}
		return sink, sink.Score, nil
	}
	return nil
}

func (k *domainsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	k.check(ctx, c, set, k)
}

func (*domainsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	return usualAlone(d, metrics.KindDomains, benchmarks.KindBehavioral)
}

func (*domainsKind) draft(d *drafter, _ metrics.Kind) error {
	return draftAlone(d, "stimulus_source, object_style and object_label", "train: SOURCE/STYLE, domains: [SOURCE/STYLE]", "the domains", "a read-out may be right in all images")
}
