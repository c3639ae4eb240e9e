package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// answersCases are scores on what a model answers, by metrics on people's trials, on the
// right answers alone, and on people's thresholds.
func answersCases() []memoryCase {
	trialwise := []string{"name: error_consistency", "name: accuracy_distance", "name: accuracy_difference", "name: observed_consistency"}
	setwise := []string{"name: accuracy_delta, by: condition, baseline: c0, changed: c1", "name: condition_accuracy, by: [condition, x]", "name: confusion_similarity",
		"name: task_consistency, by: condition", "name: value_delta, by: condition, baseline: c0, changed: c1, x: x"}
	cases := []memoryCase{
		{name: "logits", data: answersOf(logitsFile), metrics: []string{"name: accuracy"}, stimuli: 5000, features: 1000},
		{name: "many logits", data: answersOf(logitsFile), metrics: []string{"name: accuracy"}, stimuli: 50000, features: 1000, large: true},
		{name: "probabilities", data: answersOf(probabilitiesFile), metrics: []string{"name: accuracy"}, stimuli: 20000, features: 8, large: true},
		{name: "responses", data: answersOf(responsesFile), metrics: []string{"name: accuracy"}, stimuli: 50000, large: true},
		{name: "shape bias", data: answersOf(logitsFile), metrics: []string{"name: shape_bias, texture: texture"}, stimuli: 20000, features: 1000, large: true},
		{name: "thresholds", data: answersOf(responsesFile), metrics: []string{"name: threshold_elevation, by: condition, baseline: c0, changed: c1, x: x, accuracy: 0.75"}, stimuli: 20000, thresholds: 30000, large: true},
		{name: "17 sets", data: answersOf(responsesFile), metrics: append(trialwise, "name: accuracy"), stimuli: 1280, trials: 7680, sets: 17, large: true},
		{name: "17 sets one by one", data: answersOf(logitsFile), metrics: append(trialwise, "name: accuracy"), stimuli: 1280, features: 1000, trials: 7680, sets: 17, words: []string{"--jobs", "1"}, large: true},
		{name: "17 sets with intervals", data: answersOf(responsesFile), metrics: append(trialwise, "name: accuracy"), stimuli: 1280, trials: 7680, sets: 17, words: []string{"--ci"}, large: true},
		{name: "all by trial", data: answersOf(responsesFile), metrics: trialwise, stimuli: 20000, trials: 1000000, large: true},
		{name: "all by set", data: answersOf(responsesFile), metrics: setwise, stimuli: 20000, trials: 1000000, large: true},
		{name: "excluded trials", data: answersOf(responsesFile), metrics: setwise[:1], text: "exclude: {condition: [c3]}\n", stimuli: 20000, trials: 1000000, large: true},
	}
	for _, metric := range append(trialwise, setwise...) {
		for _, ci := range []bool{false, true} {
			small := memoryCase{name: metric, data: answersOf(responsesFile), metrics: []string{metric}, stimuli: 500, trials: 20000}
			if ci {
				small.name, small.words, small.whole = metric+" with intervals", []string{"--ci"}, true
			}
			large := small
			large.name, large.stimuli, large.trials, large.large = "a million trials, "+small.name, 20000, 1000000, true
			cases = append(cases, small, large)
		}
	}
	return cases
}

// answersFile is the file that answers are made of.
type answersFile int

const (
	responsesFile answersFile = iota
	probabilitiesFile
	logitsFile
)

// answersOf returns what writes questions with people's answers and a model's.
func answersOf(file answersFile) func(testing.TB, memoryCase, string) {
	return func(t testing.TB, c memoryCase, dir string) {
		for set := range max(1, c.sets) {
			c.questions(t, dir, fmt.Sprintf("st%02d", set), uint64(set), file)
		}
	}
}

// questions writes a stimulus set, people's answers, a model's answers and a definition of
// each metric.
func (c memoryCase) questions(t testing.TB, dir, set string, seed uint64, file answersFile) {
	t.Helper()
	const objects = 8
	r := rand.New(rand.NewPCG(seed, 6))
	answer := func(i int) int {
		if r.IntN(4) == 0 {
			return r.IntN(objects)
		}
		return i % objects
	}
	condition := func(i int) int { return i / objects % 4 }
	c.table(t, filepath.Join(dir, "home/stimuli", set, "stimuli.csv"), "stimulus_id,object_name,texture,condition,x", c.stimuli, func(i int) string {
		return fmt.Sprintf("%s,o%d,o%d,c%d,%d", stimulusID(i), i%objects, i*5%objects, condition(i), i/objects/4%6)
	})
	assembly := filepath.Join(dir, "home/assemblies", set)
	switch {
	case c.trials > 0:
		c.table(t, filepath.Join(assembly, "trials.csv"), "subject,stimulus_id,truth,choice", c.trials, func(i int) string {
			s := i % c.stimuli
			return fmt.Sprintf("p%d,%s,o%d,o%d", i/c.stimuli, stimulusID(s), s%objects, answer(s))
		})
	case c.thresholds > 0:
		c.table(t, filepath.Join(assembly, "thresholds.csv"), "subject,condition,threshold", c.thresholds, func(i int) string {
			return fmt.Sprintf("p%d,c%d,%g", i/4, i%4, 1+r.Float64())
		})
	}
	text := "truth: object_name\nscore: ratio\n"
	if c.trials+c.thresholds > 0 {
		text += "assembly: " + set + "\n"
		put(t, filepath.Join(assembly, "assembly.yaml"), fmt.Appendf(nil, "identifier: %s\nkind: behavioral\nstimulus_set: %s\n", set, set))
	}
	for i, metric := range c.metrics {
		name := fmt.Sprintf("%s-%d", set, i)
		put(t, filepath.Join(dir, "home/benchmarks", name+".yaml"), fmt.Appendf(nil, "identifier: %s\nversion: 1\nkind: behavioral\nregion: behavior\nstimulus_set: %s\nmetric: {%s}\n%s%s", name, set, metric, text, c.text))
	}
	model := filepath.Join(dir, "model", set)
	switch file {
	case responsesFile:
		c.table(t, filepath.Join(model, "responses.csv"), "stimulus_id,choice", c.stimuli, func(i int) string { return fmt.Sprintf("%s,o%d", stimulusID(i), answer(i)) })
		return
	case probabilitiesFile:
		c.table(t, filepath.Join(model, "choices.csv"), "choice", c.features, func(i int) string { return fmt.Sprintf("o%d", i) })
	case logitsFile:
		c.table(t, filepath.Join(model, "classes.csv"), "class", c.features, func(i int) string { return fmt.Sprintf("o%d", i) })
	}
	c.table(t, filepath.Join(model, "stimulus_ids.csv"), "stimulus_id", c.stimuli, stimulusID)
	path := filepath.Join(model, "logits.npy")
	if file == probabilitiesFile {
		path = filepath.Join(model, "probabilities.npy")
	}
	c.array(t, path, c.stimuli, cmp.Or(c.features, objects), func(i int, values []float32) {
		for j := range values {
			values[j] = r.Float32() / float32(len(values))
		}
		values[answer(i)] *= 2
	})
}
