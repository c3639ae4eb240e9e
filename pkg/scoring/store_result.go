package scoring

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// exact is a number in JSON that reads back as the same, NaN and the infinities
// among them.
type exact float64

// MarshalJSON implements json.Marshaler.
func (e exact) MarshalJSON() ([]byte, error) {
	f := float64(e)
	if !stats.Finite(f) {
		return strconv.AppendQuote(nil, strconv.FormatFloat(f, 'g', -1, 64)), nil
	}
	return strconv.AppendFloat(nil, f, 'g', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *exact) UnmarshalJSON(b []byte) error {
	if unquoted, err := strconv.Unquote(string(b)); err == nil {
		b = []byte(unquoted)
	}
	f, err := strconv.ParseFloat(string(b), 64)
	*e = exact(f)
	return err
}

func exacts(values []float64) []exact {
	if values == nil {
		return nil
	}
	out := make([]exact, len(values))
	for i, v := range values {
		out[i] = exact(v)
	}
	return out
}

func floats(values []exact) []float64 {
	if values == nil {
		return nil
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// keptEstimate is an estimate as it is kept.
type keptEstimate struct {
	Value  exact   `json:"value"`
	Error  exact   `json:"error"`
	Splits []exact `json:"splits"`
	// Interval is one that the metric gave, from low to high.
	Interval []exact `json:"interval,omitempty"`
}

func keepEstimate(e metrics.Estimate) keptEstimate {
	k := keptEstimate{exact(e.Value), exact(e.Error), exacts(e.Splits), nil}
	if i := e.Interval; i != nil {
		k.Interval = []exact{exact(i.Low), exact(i.High)}
	}
	return k
}

func (k keptEstimate) estimate() metrics.Estimate {
	e := metrics.Estimate{Value: float64(k.Value), Error: float64(k.Error), Splits: floats(k.Splits)}
	if i := k.Interval; len(i) == 2 {
		e.Interval = &metrics.Interval{Low: float64(i[0]), High: float64(i[1])}
	}
	return e
}

// keptBin is the result in a time bin as it is kept.
type keptBin struct {
	Start   exact        `json:"start"`
	End     exact        `json:"end"`
	Raw     keptEstimate `json:"raw"`
	Ceiling keptEstimate `json:"ceiling"`
	Ceiled  keptEstimate `json:"ceiled"`
}

// keptSubject is the result on one subject as it is kept.
type keptSubject struct {
	Subject  string       `json:"subject"`
	Raw      keptEstimate `json:"raw"`
	Ceiling  keptEstimate `json:"ceiling"`
	Ceiled   keptEstimate `json:"ceiled"`
	Neuroids int          `json:"neuroids"`
	Alphas   []exact      `json:"alphas"`
}

// keptSamples are the values on bootstrap samples as they are kept.
type keptSamples struct {
	Stimuli []exact `json:"stimuli"`
	Both    []exact `json:"both,omitempty"`
	// Without and Pairs hold, subject by subject, the values without each group of the stimuli
	// and without two.
	Without [][]exact `json:"without"`
	Pairs   [][]exact `json:"pairs,omitempty"`
}

// keptResult is a Result as it is kept: all but the values by split and
// neuroid, which no report shows.
type keptResult struct {
	Benchmark       string            `json:"benchmark"`
	Version         int               `json:"version"`
	Region          string            `json:"region"`
	Parent          string            `json:"parent"`
	Layer           string            `json:"layer"`
	Metric          string            `json:"metric"`
	Raw             keptEstimate      `json:"raw"`
	Angles          []exact           `json:"angles,omitempty"`
	Ceiling         keptEstimate      `json:"ceiling"`
	CeilingBounds   []exact           `json:"ceiling_bounds,omitempty"`
	Ceiled          keptEstimate      `json:"ceiled"`
	Counts          benchmarks.Counts `json:"counts"`
	Neuroids        []exact           `json:"neuroids"`
	NeuroidIDs      []string          `json:"neuroid_ids"`
	NeuroidCeilings []exact           `json:"neuroid_ceilings"`
	Alphas          []exact           `json:"alphas"`
	TimeBins        []keptBin         `json:"time_bins"`
	Subjects        []keptSubject     `json:"subjects,omitempty"`
	Affine          []exact           `json:"affine,omitempty"`
	Values          []exact           `json:"values,omitempty"`
	Resampled       *keptSamples      `json:"resampled,omitempty"`
	Warnings        []string          `json:"warnings"`
	// Kernel is empty in results that were kept before it was recorded.
	Kernel string       `json:"kernel,omitempty"`
	Side   metrics.Side `json:"side,omitempty"`
	// Content is the hash of a table of choices or probabilities.
	Content string `json:"content,omitempty"`
}

// encodeResult returns a result as it is kept, with the hash of its table of choices
// or probabilities.
func encodeResult(r *benchmarks.Result, content string) keptResult {
	k := keptResult{
		Benchmark: r.Benchmark, Version: r.Version, Region: r.Region, Parent: r.Parent, Layer: r.Layer, Metric: r.Metric,
		Raw: keepEstimate(r.Raw), Ceiling: keepEstimate(r.Ceiling), Ceiled: keepEstimate(r.Ceiled), Counts: r.Counts,
		CeilingBounds: exacts(r.CeilingBounds), Angles: exacts(r.Angles),
		Neuroids: exacts(r.Neuroids), NeuroidIDs: r.NeuroidIDs, NeuroidCeilings: exacts(r.NeuroidCeilings),
		Alphas: exacts(r.Alphas), Warnings: r.Warnings, Kernel: r.Kernel, Side: r.Side, Content: content,
	}
	if p := r.Property; p.Affine != nil {
		k.Affine, k.Values = exacts(p.Affine), exacts(p.Values)
	}
	if s := r.Resampled; s != nil {
		k.Resampled = &keptSamples{Stimuli: exacts(s.Stimuli), Both: exacts(s.Both)}
		for _, values := range s.Without {
			k.Resampled.Without = append(k.Resampled.Without, exacts(values))
		}
		for _, values := range s.Pairs {
			k.Resampled.Pairs = append(k.Resampled.Pairs, exacts(values))
		}
	}
	for _, b := range r.TimeBins {
		k.TimeBins = append(k.TimeBins, keptBin{exact(b.Start), exact(b.End), keepEstimate(b.Raw), keepEstimate(b.Ceiling), keepEstimate(b.Ceiled)})
	}
	for _, s := range r.Subjects {
		k.Subjects = append(k.Subjects, keptSubject{s.Subject, keepEstimate(s.Raw), keepEstimate(s.Ceiling), keepEstimate(s.Ceiled), s.Neuroids, exacts(s.Alphas)})
	}
	return k
}

func decodeResult(body []byte) (*keptResult, error) {
	var k keptResult
	if err := json.Unmarshal(body, &k); err != nil {
		return nil, fmt.Errorf("it is no score: %w", err)
	}
	return &k, nil
}

func (k *keptResult) result() *benchmarks.Result {
	r := &benchmarks.Result{
		Benchmark: k.Benchmark, Version: k.Version, Region: k.Region, Parent: k.Parent, Layer: k.Layer, Metric: k.Metric, Kernel: k.Kernel,
		Score: metrics.Score{
			Raw: k.Raw.estimate(), Ceiling: k.Ceiling.estimate(), Ceiled: k.Ceiled.estimate(),
			Neuroids: floats(k.Neuroids), Alphas: floats(k.Alphas), Angles: floats(k.Angles), Side: k.Side, Warnings: k.Warnings,
		},
		CeilingBounds: floats(k.CeilingBounds),
		Counts:        k.Counts, NeuroidIDs: k.NeuroidIDs, NeuroidCeilings: floats(k.NeuroidCeilings),
	}
	if len(k.Affine) > 0 {
		r.Property = r.Counts.Property(floats(k.Affine), floats(k.Values))
	}
	if s := k.Resampled; s != nil {
		r.Resampled = &metrics.Resampled{Stimuli: floats(s.Stimuli), Both: floats(s.Both)}
		for _, values := range s.Without {
			r.Resampled.Without = append(r.Resampled.Without, floats(values))
		}
		for _, values := range s.Pairs {
			r.Resampled.Pairs = append(r.Resampled.Pairs, floats(values))
		}
	}
	for _, b := range k.TimeBins {
		r.TimeBins = append(r.TimeBins, benchmarks.TimeBinResult{Start: float64(b.Start), End: float64(b.End), Raw: b.Raw.estimate(), Ceiling: b.Ceiling.estimate(), Ceiled: b.Ceiled.estimate()})
	}
	for _, s := range k.Subjects {
		r.Subjects = append(r.Subjects, benchmarks.SubjectResult{Subject: s.Subject, Raw: s.Raw.estimate(), Ceiling: s.Ceiling.estimate(), Ceiled: s.Ceiled.estimate(), Neuroids: s.Neuroids, Alphas: floats(s.Alphas)})
	}
	return r
}
