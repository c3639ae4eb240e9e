package ranking

import (
	"maps"
	"slices"
)

// Since is what changed from earlier scores to those of a board. Names are ascending.
type Since struct {
	Ranks                 map[string]int // earlier ranks, by model
	NewModels, GoneModels []string
	NewBenchmarks         []string // that no model had a score on
	ChangedModels         []string // with another score on a benchmark than before
	unranked              bool
}

// Unranked reports whether no earlier model has the score that the board is ranked by.
func (s *Since) Unranked() bool { return s.unranked }

// Since compares a board of the data with earlier data.
func (d *Data) Since(board *Board, before *Data) *Since {
	s := &Since{Ranks: make(map[string]int)}
	earlier := make(map[string]*Model)
	known := make(map[string]bool)
	for _, m := range before.models {
		earlier[m.Name] = m
		for name := range m.Benchmarks {
			known[name] = true
		}
	}
	unknown := make(map[string]bool) // benchmarks before
	for _, m := range d.models {
		old := earlier[m.Name]
		delete(earlier, m.Name)
		if old == nil {
			s.NewModels = append(s.NewModels, m.Name)
		}
		other := false
		for name, value := range m.Benchmarks {
			if !known[name] {
				unknown[name] = true
			}
			if old == nil {
				continue
			}
			was, ok := old.Benchmarks[name]
			other = other || ok && was != value && (was == was || value == value)
		}
		if other {
			s.ChangedModels = append(s.ChangedModels, m.Name)
		}
	}
	s.GoneModels, s.NewBenchmarks = slices.Sorted(maps.Keys(earlier)), slices.Sorted(maps.Keys(unknown))
	slices.Sort(s.NewModels)
	slices.Sort(s.ChangedModels)
	old, err := before.Rank(board.Sort)
	if err != nil {
		s.unranked = true
		return s
	}
	for _, e := range old.Entries {
		s.Ranks[e.Name] = e.Rank
	}
	return s
}
