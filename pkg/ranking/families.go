package ranking

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// Family summarizes the models of one family.
type Family struct {
	Family  string
	N       int     // models with a composite
	Mean    float64 // of the composites
	Best    string  // the model with the highest composite
	Highest float64
	Against []Against // of the composite, over the family's models
}

// summarizeFamilies returns the families of models with a composite, the highest mean
// first.
func summarizeFamilies(models []*Model, columns []string) []Family {
	byName := map[string]*Family{}
	for _, m := range models {
		name := m.Metadata[FamilyColumn].Text
		if name == "" || !stats.Finite(m.Composite) {
			continue
		}
		f, ok := byName[name]
		if !ok {
			f = &Family{Family: name, Highest: math.Inf(-1)}
			for _, c := range columns {
				f.Against = append(f.Against, Against{Score: CompositeScore, Metadata: c, Above: math.NaN()})
			}
			byName[name] = f
		}
		f.N++
		f.Mean += m.Composite
		if m.Composite > f.Highest {
			f.Best, f.Highest = m.Name, m.Composite
		}
	}
	var list []Family
	for _, f := range byName {
		f.Mean /= float64(f.N)
		list = append(list, *f)
	}
	slices.SortFunc(list, func(x, y Family) int {
		return cmp.Or(cmp.Compare(y.Mean, x.Mean), strings.Compare(x.Family, y.Family))
	})
	return list
}

// membersOf returns the models of each family.
func membersOf(models []*Model) map[string][]*Model {
	members := map[string][]*Model{}
	for _, m := range models {
		family := m.Metadata[FamilyColumn].Text
		members[family] = append(members[family], m)
	}
	return members
}
