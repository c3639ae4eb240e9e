package benchmarks

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// givenLayers are the tables of probabilities and choices that a dump may hold. They
// count beside the layer that a region is committed to.
var givenLayers = []string{"probabilities", "responses"}

// CompositeError reports why a composite is refused.
type CompositeError struct {
	Composite string
	// Missing are parts without a value.
	Missing []string
	// Ambiguous are parts that were scored on several layers.
	Ambiguous []string
	// Notes explain them one by one.
	Notes []string
	// Unscored is set where no part has a score: there is not even a partial
	// composite.
	Unscored bool
}

func (e *CompositeError) Error() string {
	var why []string
	if len(e.Missing) > 0 {
		why = append(why, "it lacks "+strings.Join(e.Missing, ", "))
	}
	if len(e.Ambiguous) > 0 {
		why = append(why, "there are scores of several layers for "+strings.Join(e.Ambiguous, ", "))
	}
	msg := fmt.Sprintf("no composite %s: %s", e.Composite, strings.Join(why, "; "))
	if len(e.Notes) > 0 {
		msg += " (" + strings.Join(e.Notes, "; ") + ")"
	}
	if len(e.Ambiguous) > 0 {
		return msg + "; commit one layer to each region in model.yaml, or choose one by --layer"
	}
	if e.Unscored {
		return msg + "; no part of it was scored"
	}
	return msg + "; score the missing benchmarks, or ask for a partial composite by --allow-partial"
}

// Form joins the scores of one model. A part is the mean of the benchmarks
// that count in it (PartOf); where one of these is not finite, the part is missing.
// A benchmark that failed counts likewise, if it is given as a result whose
// values are NaN: without it the part would be the mean of the others.
//
// A part is ambiguous, and the composite refused, where one of its benchmarks,
// or those of one region, were scored on more than one layer; probabilities
// and responses given by the model stand beside a region's layer.
//
// With a part missing the composite is refused too, or, with allowPartial, the
// mean over the parts that are there, marked Partial. The error is a
// *CompositeError.
func (c *Composite) Form(results []Result, allowPartial bool) (*CompositeResult, error) {
	parts := map[string]float64{}
	var notes, ambiguous []string
	for _, part := range c.PartNames() {
		value, note, clash := c.part(part, results)
		switch {
		case clash:
			ambiguous = append(ambiguous, part)
		case finite(value):
			parts[part] = value
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	if len(ambiguous) > 0 {
		return nil, &CompositeError{Composite: c.Identifier, Ambiguous: ambiguous, Notes: notes}
	}
	return c.form(parts, notes, allowPartial)
}

// FormParts joins values of parts that come from elsewhere, such as a
// published table. Parts that are not finite or not there are missing; names that are
// no parts are ignored.
func (c *Composite) FormParts(parts map[string]float64, allowPartial bool) (*CompositeResult, error) {
	return c.form(parts, nil, allowPartial)
}

// part returns the value of one part: NaN where there is none, with a note on why,
// if there are results of it.
func (c *Composite) part(part string, results []Result) (value float64, note string, clash bool) {
	byRegion, byBenchmark := map[string]string{}, map[string]string{}
	sum, n := 0.0, 0
	for _, r := range results {
		if c.PartOf(r) != part {
			continue
		}
		if first, ok := byBenchmark[r.Benchmark]; ok && first != r.Layer {
			return 0, fmt.Sprintf("%s: %s is scored on layers %s and %s", part, r.Benchmark, first, r.Layer), true
		} else if ok {
			continue // the same score again
		}
		byBenchmark[r.Benchmark] = r.Layer
		if !slices.Contains(givenLayers, r.Layer) {
			if first, ok := byRegion[r.Region]; ok && first != r.Layer {
				return 0, fmt.Sprintf("%s: region %s is scored on layers %s and %s", part, r.Region, first, r.Layer), true
			}
			byRegion[r.Region] = r.Layer
		}
		v := r.Raw.Value
		if c.Of == OfCeiled {
			v = r.Ceiled.Value
		}
		if !finite(v) && note == "" {
			note = fmt.Sprintf("%s: %s has no %s score", part, r.Benchmark, c.Of)
		}
		sum += v
		n++
	}
	if n == 0 {
		return math.NaN(), "", false
	}
	return sum / float64(n), note, false
}

func (c *Composite) form(given map[string]float64, notes []string, allowPartial bool) (*CompositeResult, error) {
	f := &CompositeResult{
		Name: c.Identifier, Definition: c.String(), Of: c.Of,
		Parts: map[string]float64{}, Groups: map[string]float64{}, Notes: notes,
	}
	for _, part := range c.PartNames() {
		value, ok := given[part]
		if ok && finite(value) {
			f.Parts[part] = value
		} else if value, ok = c.Missing[part]; ok {
			f.Parts[part] = value
			f.Assumed = append(f.Assumed, part)
			f.Notes = append(f.Notes, fmt.Sprintf("%s counts %v, as it has no score", part, value))
		} else {
			f.Missing = append(f.Missing, part)
		}
	}
	f.Partial = len(f.Missing) > 0
	f.Value = f.mean(c.Mean)
	// A composite of assumed parts alone does not depend on the model.
	scored := len(f.Parts) > len(f.Assumed)
	if !scored {
		return nil, &CompositeError{Composite: c.Identifier, Missing: c.PartNames(), Notes: notes, Unscored: true}
	}
	if f.Partial && !allowPartial {
		return nil, &CompositeError{Composite: c.Identifier, Missing: f.Missing, Notes: notes}
	}
	return f, nil
}

// mean returns the mean over the members that have a value, NaN where none has, and
// notes that of each group.
func (f *CompositeResult) mean(members []CompositeNode) float64 {
	sum, n := 0.0, 0
	for _, m := range members {
		value, ok := f.Parts[m.Name]
		if m.Mean != nil {
			value = f.mean(m.Mean)
			if ok = !math.IsNaN(value); ok {
				f.Groups[m.Name] = value
			}
		}
		if ok {
			sum += value
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
