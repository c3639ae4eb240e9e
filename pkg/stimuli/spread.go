package stimuli

import "slices"

// Spread is the minimum, median and maximum of counts.
type Spread struct {
	Min    int     `json:"min"`
	Median float64 `json:"median"`
	Max    int     `json:"max"`
}

// SpreadOf returns the spread of counts, zero if there are none.
func SpreadOf(counts []int) Spread {
	if len(counts) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(counts))
	n := len(sorted)
	return Spread{sorted[0], float64(sorted[(n-1)/2]+sorted[n/2]) / 2, sorted[n-1]}
}

// Group is a value of a column with the number of rows that have it.
type Group struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Groups counts each distinct value, in ascending order.
func Groups(values []string) []Group {
	codes, names := Codes(values)
	groups := make([]Group, len(names))
	for i, name := range names {
		groups[i].Name = name
	}
	for _, code := range codes {
		groups[code].Count++
	}
	return groups
}

// SpreadOfGroups returns the spread of the groups' counts.
func SpreadOfGroups(groups []Group) Spread {
	counts := make([]int, len(groups))
	for i, g := range groups {
		counts[i] = g.Count
	}
	return SpreadOf(counts)
}

// Missing lists those of the ids that the set does not have, each once.
func (s *StimulusSet) Missing(ids []string) []string {
	var missing []string
	listed := make(map[string]bool)
	for _, id := range ids {
		if _, ok := s.index[id]; !ok && !listed[id] {
			missing = append(missing, id)
			listed[id] = true
		}
	}
	return missing
}

// Presentations counts the presentations of each stimulus.
func (d *Design) Presentations() []int {
	counts := make([]int, len(d.Stimuli))
	for _, s := range d.Stimulus {
		counts[s]++
	}
	return counts
}
