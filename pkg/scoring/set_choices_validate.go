package scoring

import (
	"context"
	"errors"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// validate checks a benchmark on choices over a stimulus set.
func (k setChoicesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	if set == nil {
		c.skip("needs the stimulus set", "answers", "ceiling")
		return
	}
	if !c.d.Assembly.None() {
		if err := c.assembly(); err != nil {
			c.fail("assembly", err)
			c.skip("needs the assembly", "answers", "ceiling")
			return
		}
		c.ok("assembly", "%s", c.d.Assembly)
	}
	loaded, err := k.load(c.runner.loader, c.d)
	if err != nil {
		if e, ok := errors.AsType[*excludeError](err); ok {
			err = c.d.WrapAt("exclude", e.error)
		}
		c.fail("answers", err)
		c.skip("needs the answers", "ceiling")
		return
	}
	c.v.Counts = loaded.counts()
	c.ok("answers", "%d stimuli, %d choices offered", len(loaded.ids), len(loaded.question.names()))
	c.warn("answers", loaded.doubts...)
	c.v.Classes = &Classes{c.d.Truth, stimuli.Groups(loaded.truth)}
	c.balance("truths", c.v.Classes.Groups, "stimuli")
	if c.d.FittingStimulusSet != "" {
		c.readout(loaded.question.asked, len(loaded.ids))
	}
	c.ceiling(ctx)
	c.memory(k)
}
