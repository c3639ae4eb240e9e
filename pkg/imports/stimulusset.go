package imports

import (
	"context"
	"fmt"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// StimuliRequest asks for the import of a stimulus set.
type StimuliRequest struct {
	Home      stimuli.Home
	Path      string
	ID        string
	FirstOnly bool // keep the first row of those with one id
	// Derived are columns to add; 0 for none.
	Derived Derived
	Force   bool
}

// Stimuli installs a table of stimuli as a stimulus set. If there is no
// stimulus_id, image_id is used.
func Stimuli(ctx context.Context, q StimuliRequest) (*Result, error) {
	path := q.Path
	if err := stimuli.SafeID(q.ID); err != nil {
		return nil, err
	}
	t, source, err := readTable(ctx, path)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	t.rename(imageID, stimulusID)
	if !t.has(stimulusID) {
		return nil, bad(path, "has neither a column stimulus_id nor image_id", "it has "+t.names())
	}
	// pandas writes a table's index as a column without a name.
	if i := indexColumn(t); i >= 0 {
		t = append(t[:i:i], t[i+1:]...)
		r.note("%s: ignores column %d, a count without a name", path, i+1)
	}
	for i, c := range t {
		if c.name == "" {
			return nil, bad(path, fmt.Sprintf("has no name for column %d", i+1), "name it in the header")
		}
	}
	if source.Len() == 0 {
		return nil, bad(path, "has no rows", "a stimulus set has at least one stimulus")
	}
	rows := source.Len()
	if q.FirstOnly {
		if t = t.firstOfEach(stimulusID); len(t[0].values) < rows {
			r.note("%s: ignores %d rows that repeat a stimulus", path, rows-len(t[0].values))
			rows = len(t[0].values)
		}
	}
	if err := checkUnique(path, stimulusID, t.find(stimulusID)); err != nil {
		return nil, err
	}
	if t, err = q.Derived.add(path, t); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := stage(q.Home.StimuliDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := s.writeTable("stimuli.csv", t.first(stimulusID)); err != nil {
		return nil, err
	}
	r.Path, r.What = s.target, fmt.Sprintf("%d stimuli", rows)
	return r, s.commit()
}

// indexColumn finds a column without a name that counts from 0.
func indexColumn(t table) int {
	for i, c := range t {
		if (c.name == "" || c.name == "Unnamed: 0") && counts(c.values) {
			return i
		}
	}
	return -1
}

// counts reports whether values count from 0.
func counts(values []string) bool {
	for i, v := range values {
		if v != strconv.Itoa(i) {
			return false
		}
	}
	return true
}
