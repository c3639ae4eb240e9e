package metrictest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// checkCancelled cancels a score at several moments: before it, while the layer is
// read, and each time that the metric has asked the context more often.
func (n neural) checkCancelled(t *testing.T, c recordings) {
	n.property(t, "cancelled context", 0, func(t *testing.T, _ float64) {
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.score(ctx, n.metric, manner{workers: 2})
			return err
		})
		wide := newRecordings(5, 16, 40*256, 4).withSplits(t)
		checkGoroutines(t, func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			var later atomic.Int64
			_, err := wide.score(ctx, n.metric, manner{workers: 2, blockBytes: 1, read: func(low, _ int) {
				if ctx.Err() != nil {
					later.Add(1)
				}
				if low >= 512 {
					cancel()
				}
			}})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled while the layer is read: error %v, want context.Canceled", err)
			}
			if later.Load() > 4 {
				t.Errorf("%d blocks are read after the context is cancelled", later.Load())
			}
		})
	})
}

// checkCancelled runs work that is cancelled at several moments. It wants
// context.Canceled, unless the work was done by then, and no goroutine left behind.
func checkCancelled(t *testing.T, work func(ctx context.Context) error) {
	t.Helper()
	checkGoroutines(t, func(ctx context.Context) {
		for _, questions := range []int64{0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89} {
			counted := newCountdown(ctx, questions)
			err := work(counted)
			switch {
			case questions == 0 && !errors.Is(err, context.Canceled):
				t.Errorf("with a cancelled context the error is %v, want context.Canceled", err)
			case err != nil && !errors.Is(err, context.Canceled):
				t.Errorf("cancelled after %d questions: error %v, want context.Canceled", questions, err)
			}
			counted.cancel()
		}
	})
}

// checkGoroutines wants the goroutines that work begins to end soon after it.
func checkGoroutines(t *testing.T, work func(ctx context.Context)) {
	t.Helper()
	label := t.Name()
	pprof.Do(context.Background(), pprof.Labels(labelKey, label), work)
	const patience = 10 * time.Second
	var left string
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(time.Millisecond) {
		if left = goroutines(label); left == "" {
			return
		}
	}
	t.Errorf("goroutines are left behind:\n%s", left)
}

// labelKey marks the goroutines that a check begins: they inherit it.
const labelKey = "metrictest"

// goroutines lists those that carry the label. Helpers of package crew are left out:
// they end by themselves, and meanwhile may work for another test.
func goroutines(label string) string {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return err.Error()
	}
	var found []string
	for entry := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(entry, fmt.Sprintf("%q:%q", labelKey, label)) && !strings.Contains(entry, "internal/crew.help") {
			found = append(found, entry)
		}
	}
	return strings.Join(found, "\n\n")
}

// countdown is a context that is cancelled once it has been asked a number of times
// whether it is.
type countdown struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func newCountdown(parent context.Context, questions int64) *countdown {
	c := &countdown{}
	c.Context, c.cancel = context.WithCancel(parent)
	c.left.Store(questions)
	if questions == 0 {
		c.cancel()
	}
	return c
}

func (c *countdown) ask() {
	if c.left.Add(-1) == 0 {
		c.cancel()
	}
}

// Err counts as a question.
func (c *countdown) Err() error {
	c.ask()
	return c.Context.Err()
}

// Done counts as a question.
func (c *countdown) Done() <-chan struct{} {
	c.ask()
	return c.Context.Done()
}
