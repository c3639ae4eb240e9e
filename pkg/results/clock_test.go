package results

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// TestClockSetBack saves entries while the clock has moved since the one before: the
// order is that of writing.
func TestClockSetBack(t *testing.T) {
	for name, ahead := range map[string]time.Duration{
		"a year back": 365 * 24 * time.Hour, "an hour back": time.Hour, "a moment back": time.Millisecond,
		"stopped": 0, "on": -time.Minute,
	} {
		t.Run(name, func(t *testing.T) {
			s, warnings := open(t, t.TempDir())
			numbered := func(n int) Key {
				k := key(1)
				k.Of = map[string]string{"file": fmt.Sprint(n)}
				return k
			}
			const entries = 5
			for n := range entries {
				if err := s.Save(numbered(n), n); err != nil {
					t.Fatal(err)
				}
				// Those so far look as if the clock had been ahead.
				path := s.path(numbered(n))
				info, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				written := info.ModTime().Add(ahead)
				if err := os.Chtimes(path, written, written); err != nil {
					t.Fatal(err)
				}
			}
			order := ""
			err := s.Each(Scores, func(e Entry) error {
				order += string(e.Result)
				return nil
			})
			if err != nil || order != "01234" {
				t.Errorf("the order is %s, %v", order, err)
			}
			if said := s.Changed(numbered(entries - 1)); said != "" {
				t.Errorf("the last entry is not the newest: %s", said)
			}
			if len(*warnings) > 0 {
				t.Error(*warnings)
			}
		})
	}
}

// TestStatesUnderAnotherClock wants the content of a file to be looked at if its times are
// recent or in the future.
func TestStatesUnderAnotherClock(t *testing.T) {
	now := time.Unix(1e9, 0)
	for after, racy := range map[time.Duration]bool{
		-24 * time.Hour: false, -2 * infile.TimeResolution: false, -infile.TimeResolution / 2: true, 0: true, time.Second: true, 24 * time.Hour: true,
	} {
		changed := now.Add(after).UnixNano()
		for _, s := range []infile.State{{MTime: changed, CTime: changed}, {MTime: 1, CTime: changed}, {MTime: changed, CTime: 1}} {
			if s.IsRacy(now) != racy {
				t.Errorf("changed %v after now: %+v is racy: %v", after, s, !racy)
			}
		}
	}
}
