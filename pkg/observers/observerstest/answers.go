// Package observerstest makes answers for tests.
package observerstest

import (
	"fmt"

	"github.com/brainscore-go/brainscore/internal/hostile"
	"github.com/brainscore-go/brainscore/pkg/observers"
)

// Answers returns answers of models and subjects in conditions, with a text in every name.
// The last subject has no trials in the first condition.
func Answers(text string, models, subjects, conditions int) *observers.Answers {
	var a observers.Answers
	hostile.Fill(&a, text)
	a.Models, a.People, a.Conditions, a.Names = nil, nil, nil, nil
	for c := range conditions {
		a.Conditions = append(a.Conditions, fmt.Sprint(text, c))
	}
	const names = 3
	for n := range names + 1 {
		a.Names = append(a.Names, fmt.Sprint(text, n))
	}
	a.Stimuli = 40
	a.Texture = make([]int, a.Stimuli)
	for i := range a.Texture {
		a.Texture[i] = (i + 1) % names
	}
	observer := func(name string, seed int) observers.Observer {
		o := observers.Observer{Name: name}
		for i := range a.Stimuli {
			answer := observers.Answer{Stimulus: i, Condition: i % conditions, Truth: i % names, Choice: (i*i + i*seed/3) % (names + 1)}
			answer.Right = answer.Choice == answer.Truth
			o.Answers = append(o.Answers, answer)
		}
		return o
	}
	for i := range models {
		a.Models = append(a.Models, observer(fmt.Sprint(text, "m", i), i+1))
	}
	for i := range subjects {
		s := observer(fmt.Sprint(text, "s", i), i+models+1)
		if i == subjects-1 && conditions > 1 {
			var kept []observers.Answer
			for _, answer := range s.Answers {
				if answer.Condition > 0 {
					kept = append(kept, answer)
				}
			}
			s.Answers = kept
		}
		a.People = append(a.People, s)
	}
	return &a
}
