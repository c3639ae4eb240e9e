package structured

import "math"

// Trials are single presentations; NaN is a response that is missing.
type Trials struct {
	Seed                           uint64
	Stimuli, Neuroids, Repetitions int
	Stimulus, Repetition           []int
	Responses                      [][]float64
	names
}

// DrawTrials draws the presentations of an experiment.
func DrawTrials(seed uint64) *Trials {
	r := newRandom(seed)
	c := &Trials{Seed: seed, Stimuli: r.evenly(4, 40), Neuroids: r.evenly(1, 12), Repetitions: r.evenly(2, 12)}
	n, t := c.Stimuli, c.Neuroids
	signal := make([]float64, n*t)
	for i := range signal {
		signal[i] = r.NormFloat64()
	}
	noise := one(r, 0.0, 0.3, 1, 3, 100)
	c.note("noise %g", noise)
	kind := r.IntN(4)
	c.note("%s", []string{"any numbers", "spike counts", "0 or 1", "mostly 0"}[kind])
	missing, absent := one(r, 0.0, 0, 0.1, 0.5), one(r, 0.0, 0, 0.1, 0.4)
	c.note("%g %% of responses and %g %% of presentations missing", 100*missing, 100*absent)
	offset := one(r, 0.0, 0, 0, 100, 1e7)
	unit := math.Pow(10, float64(one(r, 0, 0, 0, r.between(-12, 12))))
	c.note("offset %g, times %g", offset, unit)
	silent := make([]bool, t)
	value := one(r, 0.1, 0, 1.0/3, 7)
	if r.chance(0.4) {
		for _, j := range r.columns(t, 0.3) {
			silent[j] = true
		}
		c.note("silent neuroids of %.3g", value)
	}
	flat := r.chance(0.2) // one repetition has the same response to all
	for repetition := range c.Repetitions {
		for i := range n {
			if r.chance(absent) {
				continue
			}
			row := make([]float64, t)
			for j := range row {
				v := signal[i*t+j] + noise*r.NormFloat64()
				switch kind {
				case 1:
					v = math.Round(math.Exp(min(v, 20)))
				case 2:
					v = map[bool]float64{true: 1}[v > 0]
				case 3:
					v = max(0, v-1.5)
				}
				if flat && repetition == 0 {
					v = 0
				}
				row[j] = unit * (v + offset)
				if silent[j] {
					row[j] = value
				}
				if r.chance(missing) {
					row[j] = math.NaN()
				}
			}
			c.Stimulus, c.Repetition, c.Responses = append(c.Stimulus, i), append(c.Repetition, repetition), append(c.Responses, row)
		}
	}
	return c
}

// Choices are two-way choices of people and a model's probabilities, as codes.
type Choices struct {
	Seed                                        uint64
	Stimuli, Objects                            int
	Truth                                       []int // of each stimulus
	Stimulus, Shown, Sample, Distractor, Choice []int // of each trial
	Probabilities                               []float64
	names
}

// DrawChoices draws trials and probabilities.
func DrawChoices(seed uint64) *Choices {
	r := newRandom(seed)
	c := &Choices{Seed: seed, Objects: r.between(2, 7)}
	uneven := r.chance(0.3)
	for o := range c.Objects {
		images := r.between(1, 10)
		if !uneven {
			images = 1 + int(seed%9)
		}
		for range images {
			c.Truth = append(c.Truth, o)
		}
	}
	r.Shuffle(len(c.Truth), func(i, j int) { c.Truth[i], c.Truth[j] = c.Truth[j], c.Truth[i] })
	c.Stimuli = len(c.Truth)
	accuracy := one(r, 0.5, 0.75, 0.75, 0.75, 0.75, 0.9, 0.9, 1)
	each := one(r, 2, 6, 20, 20, 40, 40)
	c.note("%d objects, %d stimuli, people right in %g, %d trials a cell", c.Objects, c.Stimuli, accuracy, each)
	rare := r.chance(0.3)
	for s, truth := range c.Truth {
		for other := range c.Objects {
			if other == truth || rare && r.chance(0.3) {
				continue
			}
			hard := min(1, max(0, accuracy+0.15*r.NormFloat64()))
			if accuracy == 1 {
				hard = 1
			}
			for range each {
				choice := other
				if r.chance(hard) {
					choice = truth
				}
				sample, distractor := truth, other
				if r.chance(0.5) {
					sample, distractor = other, truth
				}
				c.Stimulus, c.Shown = append(c.Stimulus, s), append(c.Shown, truth)
				c.Sample, c.Distractor, c.Choice = append(c.Sample, sample), append(c.Distractor, distractor), append(c.Choice, choice)
			}
		}
	}
	c.drawProbabilities(r)
	return c
}

func (c *Choices) drawProbabilities(r random) {
	kind := one(r, 0, 0, 0, 1, 2, 3, 4, 4, 5)
	c.note("%s", []string{"probabilities of any kind", "sharp probabilities", "one certain choice", "equal probabilities", "few levels", "the same for all stimuli of an object"}[kind])
	of := make([]float64, c.Objects*c.Objects)
	for i := range of {
		of[i] = r.Float64()
	}
	for _, truth := range c.Truth {
		row, sum := make([]float64, c.Objects), 0.0
		certain := r.IntN(c.Objects)
		for o := range row {
			switch x := r.NormFloat64(); kind {
			case 0:
				row[o] = math.Exp(x)
			case 1:
				row[o] = math.Exp(30 * x)
			case 2:
				row[o] = map[bool]float64{true: 1}[o == certain]
			case 3:
				row[o] = 1
			case 4:
				row[o] = float64(1 + r.IntN(3))
			default:
				row[o] = of[truth*c.Objects+o]
			}
			sum += row[o]
		}
		for _, p := range row {
			c.Probabilities = append(c.Probabilities, p/sum)
		}
	}
}

// Consistency are answers of people under conditions, and a model's.
type Consistency struct {
	Seed                          uint64
	Subjects, Conditions, Stimuli int
	Subject, Condition, Stimulus  []int
	Correct                       []bool
	Model                         []bool
	names
}

// DrawConsistency draws answers.
func DrawConsistency(seed uint64) *Consistency {
	r := newRandom(seed)
	c := &Consistency{Seed: seed, Subjects: r.between(2, 5), Conditions: r.between(1, 4), Stimuli: r.evenly(2, 60)}
	model, missing := one(r, 0.0, 0.3, 0.5, 0.9, 1), one(r, 0.0, 0, 0.2, 0.7)
	people := make([]float64, c.Subjects)
	for s := range people {
		people[s] = one(r, 0.5, 0.7, 0.9, 1, 0)
	}
	repeated := r.chance(0.3)
	c.note("%d subjects, %d conditions, %d stimuli, model right in %g, people in %v, %g %% of trials missing", c.Subjects, c.Conditions, c.Stimuli, model, people, 100*missing)
	hard := make([]float64, c.Stimuli)
	for i := range hard {
		hard[i] = one(r, 0.0, 0.2, -0.2)
		c.Model = append(c.Model, r.chance(model+hard[i]*model*(1-model)))
	}
	for s, accuracy := range people {
		for i := range c.Stimuli {
			for range map[bool]int{true: 2, false: 1}[repeated && r.chance(0.2)] {
				if r.chance(missing) {
					continue
				}
				c.Subject, c.Condition, c.Stimulus = append(c.Subject, s), append(c.Condition, i%c.Conditions), append(c.Stimulus, i)
				c.Correct = append(c.Correct, r.chance(accuracy+hard[i]*accuracy*(1-accuracy)))
			}
		}
	}
	return c
}
