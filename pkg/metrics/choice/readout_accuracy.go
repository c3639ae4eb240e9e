package choice

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// readoutAccuracy is the accuracy of a ridge classifier that is fitted on images of one
// domain and tested on images of all.
//
// Features are standardised by the train images of each split, so that no matrix serves
// several splits. A first reading adds up the Gram matrices of the train images of all
// splits; with the fits on these, a second one adds up the decision values. The weights
// themselves, which are as many as features, are formed for a slab of columns at a time.
//
// # Error
//
// A decision value is within (features + train images)·2⁻⁵² of the sum of its absolute terms,
// times the ratio of the first eigenvalue of the Gram matrix to the last one that counts plus the
// penalty. The score counts which of two decision values is lower: it moves, by a step of one
// comparison, only if two are that close.
//
// Source: Brain-Score, which scores two-way choices with RidgeClassifierCV.
type readoutAccuracy struct {
	domains   []metrics.Domain // that of the fit first
	test      int              // images of a domain
	splits    int
	seed      uint32
	penalties []float64
}

func (readoutAccuracy) Info() metrics.Info { return readoutAccuracyInfo }

// Domains implements metrics.Domains.
func (m readoutAccuracy) Domains() []metrics.Domain { return m.domains }

// NewDomains implements metrics.Domains.
func (m readoutAccuracy) NewDomains(in metrics.DomainInput) (metrics.DomainStream, error) {
	splits, err := m.draw(in)
	if err != nil {
		return nil, err
	}
	s := &domainReadouts{readoutAccuracy: m, in: in, drawn: splits, originals: in.Domains[0]}
	s.grams = make([][]float64, len(splits))
	for i, split := range splits {
		s.grams[i] = make([]float64, len(split.train)*len(split.train))
	}
	return s, nil
}

// domainReadouts are the fits of a layer, one for each split.
type domainReadouts struct {
	readoutAccuracy
	in        metrics.DomainInput
	drawn     []domainSplit
	originals []int       // images of the domain of the fit
	grams     [][]float64 // of each split, train × train
	features  int
}

// Block adds the columns of a block to the Gram matrices.
func (s *domainReadouts) Block(ctx context.Context, b stream.Block) error {
	workers := max(1, s.in.Workers)
	scratch := make([]standardised, workers)
	s.features += b.Cols
	for from := 0; from < b.Cols; from += stream.SlabCols {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := s.slab(b, from, s.originals)
		crew.Run(workers, len(s.drawn), func(worker, i int) {
			z := &scratch[worker]
			z.of(x, s.drawn[i].train)
			z.addProducts(s.grams[i])
		})
	}
	return nil
}

// Done completes the pass.
func (s *domainReadouts) Done(context.Context) error { return nil }

// Score implements metrics.DomainStream.
func (s *domainReadouts) Score(ctx context.Context, again func(context.Context, stream.Sink) error) (metrics.Score, error) {
	fits := make([]*readout.Ridge, len(s.drawn))
	err := crew.Each(ctx, max(1, s.in.Workers), len(fits), func(i int) (err error) {
		train := s.drawn[i].train
		labels := make([]int, len(train))
		for k, image := range train {
			labels[k] = s.in.Objects[s.originals[image]]
		}
		fits[i], err = readout.FitRidge(s.grams[i], len(train), s.features, labels, len(s.in.Names), s.penalties)
		s.grams[i] = nil
		return err
	})
	if err != nil {
		return metrics.Score{}, fmt.Errorf("%s: %w", readoutAccuracyInfo.Name, err)
	}
	d := newDecisions(s, fits)
	if !d.fitted() {
		return metrics.Score{Raw: metrics.None(), Warnings: []string{readoutAccuracyInfo.Name + ": the layer has the same activations to all train images, so there is no score"}}, ctx.Err()
	}
	if err := again(ctx, d); err != nil {
		return metrics.Score{}, err
	}
	return s.accuracy(d)
}

// accuracy counts, for each test image, the other objects whose decision values are lower.
func (s *domainReadouts) accuracy(d *decisions) (metrics.Score, error) {
	classes := len(s.in.Names)
	means, empty := make([]float64, len(s.domains)), 0
	for k := range s.domains {
		sum, counted := 0., 0
		for i, split := range s.drawn {
			if len(split.test[k]) == 0 {
				empty++
				continue
			}
			lower := 0
			for _, image := range split.test[k] {
				own := d.value(i, s.in.Objects[image], image)
				if math.IsNaN(own) || math.IsInf(own, 0) {
					return metrics.Score{}, &readout.InputError{Problem: "decision values are not finite"}
				}
				for c := range classes {
					if d.value(i, c, image) < own {
						lower++
					}
				}
			}
			sum += float64(lower) / float64((classes-1)*len(split.test[k]))
			counted++
		}
		means[k] = sum / float64(counted)
	}
	score := metrics.Score{Raw: metrics.MeanSD(means)}
	for _, mean := range means {
		if math.IsNaN(mean) {
			score.Raw.Value = math.NaN()
		}
	}
	if empty > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%s: %d times a split had no image of a domain with a background of its test images, and the domain's mean is without it", readoutAccuracyInfo.Name, empty))
	}
	return score, nil
}

// Memory counts the Gram matrices of all splits, the decision values, and what each worker
// holds of a slab.
func (m readoutAccuracy) Memory(s metrics.Shape) metrics.Memory {
	n, classes, train := s.Sizes()
	splits, workers := int64(m.splits), int64(max(1, s.Workers))
	slab := int64(stream.SlabCols)
	drawn := splits * (train + int64(len(m.domains))*int64(m.test) + 64)
	first := splits * train * train
	second := splits*classes*(n+train+2) + splitsAtOnce*classes*(2*slab+n)*workers
	fits := workers * (3*train*train + 3*train*classes)
	return metrics.Memory{
		Streaming: metrics.FloatBytes * (drawn + max(first, second) + min(first, second)/2 + fits + (n+workers*(train+8))*slab),
		Working:   s.Reading,
	}
}

// parseDomain parses a domain as options name it.
func parseDomain(text string) (metrics.Domain, bool) {
	source, style, found := strings.Cut(text, "/")
	return metrics.Domain{Source: source, Style: style}, source != "" && (!found || style != "")
}

var readoutAccuracyInfo = metrics.Info{
	Name:      "readout_accuracy",
	Version:   1,
	Kind:      metrics.KindDomains,
	Intervals: metrics.NoIntervals,
	Summary:   "accuracy between two objects of a read-out that is fitted on images of one domain, in all domains",
	Formula: "in each split, test images of each domain are drawn, stratified by object_label (all if there are no more), and the other images of the first domain are the train images; of a domain of by_background all images are tested whose background_id is that of a test image of the first domain. " +
		"Features are standardised by the train images; a ridge classifier (one linear function for each object, targets 1 and -1) is fitted with the penalty of the least mean squared leave-one-out error. An image's value is the share of the other objects whose decision value is lower; equal ones count as wrong. " +
		"value = mean over images, splits and domains; error: population standard deviation over domains. Splits are drawn by RandomState(seed) in the order of the domains, from images in the order of stimuli.csv",
	Range: "0 to 1",
	NaN:   "the raw score of a layer with the same activations to all train images, or of which a domain of by_background has no test image in any split",
	Needs: stream.Needs{Columns: true, Again: 1},
	Options: []metrics.Option{
		{Name: "train", Type: "value", Example: "Silhouette/original", Doc: "the domain of the fit: a stimulus_source, and after / an object_style"},
		{Name: "domains", Type: "values", Example: "Art/sketch", Doc: "the further domains, a list, in the order in which splits are drawn"},
		{Name: "by_background", Type: "values", Doc: "further domains whose images are tested by their background_id"},
		{Name: "test", Type: "integer", Default: "30", Doc: "test images of a domain"},
		{Name: "splits", Type: "integer", Default: "1000", Doc: "splits"},
		{Name: "seed", Type: "integer", Default: "0", Doc: "seed of the splits"},
		{Name: "alphas", Type: "numbers", Doc: "the penalties to try, in squared units of standardised features; without it the powers of ten from 1e-4 to 10"},
	},
	References: []string{
		"Bagus, Marques, Sanghavi, DiCarlo & Schrimpf (2022), Primate inferotemporal cortex neurons generalize better to novel image distributions than analogous deep neural networks units, SVRHM workshop at NeurIPS",
		"Brain-Score, brainscore_vision/benchmarks/igustibagus2024 (its splits have no seed, and its objects are those of a domain's test images)",
		"scikit-learn 1.2.1, StandardScaler, RidgeClassifierCV and train_test_split",
	},
}

func init() {
	metrics.Register(readoutAccuracyInfo, func(o metrics.Options) (metrics.Metric, error) {
		m := readoutAccuracy{penalties: []float64{1e-4, 1e-3, 1e-2, 1e-1, 1, 10}}
		for _, name := range []string{"train", "domains", "by_background"} {
			names, err := o.Texts(name)
			if err != nil {
				return nil, err
			}
			if wrong := name == "train" && len(names) != 1; wrong || name == "domains" && len(names) == 0 {
				return nil, &metrics.OptionError{Option: name, Value: o[name], Want: "given: SOURCE or SOURCE/STYLE"}
			}
			for _, text := range names {
				d, ok := parseDomain(text)
				d.ByBackground = name == "by_background"
				if !ok {
					return nil, &metrics.OptionError{Option: name, Value: text, Want: "SOURCE or SOURCE/STYLE"}
				}
				m.domains = append(m.domains, d)
			}
		}
		var err error
		if m.test, err = o.Int("test", 30, 1); err != nil {
			return nil, err
		}
		if m.splits, err = o.Int("splits", 1000, 1); err != nil {
			return nil, err
		}
		seed, err := o.Int("seed", 0, 0)
		if err == nil && seed > math.MaxUint32 {
			err = &metrics.OptionError{Option: "seed", Value: seed, Want: "a whole number below 2^32"}
		}
		if err != nil {
			return nil, err
		}
		m.seed = uint32(seed)
		penalties, err := o.PositiveNumbers("alphas")
		if penalties != nil {
			m.penalties = penalties
		}
		return m, err
	})
}
