package ranking

import (
	"fmt"
	"math"
)

// Unmatched is a model or a score that only one side has.
type Unmatched struct {
	Side, Model, Benchmark, Layer string
	First                         bool // the first side has it
	Other                         string
}

func (u Unmatched) String() string {
	what := fmt.Sprintf("model %s of %s", u.Model, u.Side)
	switch {
	case u.Benchmark != "" && u.Layer == "":
		what = fmt.Sprintf("%s of model %s of %s", u.Benchmark, u.Model, u.Side)
	case u.Benchmark != "":
		what = fmt.Sprintf("%s (%s) of model %s of %s", u.Benchmark, u.Layer, u.Model, u.Side)
	}
	return what + " has no counterpart in " + u.Other
}

// Drops describes the scores and composites that fell by more than limit below those
// of the first side, and those of the first side that are missing.
func (c *Comparisons) Drops(limit float64) []string {
	var drops []string
	check := func(what string, b Subject, from, to float64) {
		switch {
		case math.IsNaN(from):
		case math.IsNaN(to):
			drops = append(drops, fmt.Sprintf("%s: %s of %s is missing, but was %.4f", b.Side, what, b.Model, from))
		case !(from-to <= limit+1e-12): // also of an undefined difference or limit
			drops = append(drops, fmt.Sprintf("%s: %s of %s fell from %.4f to %.4f, by %.4f, more than %v", b.Side, what, b.Model, from, to, from-to, limit))
		}
	}
	for _, p := range c.List {
		from, to := p.A.Score, p.B.Score
		if math.IsNaN(from) {
			from, to = p.A.Raw, p.B.Raw
		}
		check(fmt.Sprintf("%s (%s)", p.Benchmark, p.B.Layer), p.B, from, to)
	}
	for _, p := range c.Composites {
		check("composite "+p.Name, p.B, p.A.Score, p.B.Score)
	}
	for _, u := range c.Unmatched {
		if u.First {
			drops = append(drops, u.String())
		}
	}
	return drops
}
