package ranking

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// scoreTable is what is remembered of a table of scores.
type scoreTable struct {
	path     string
	comments []string
	nodes    []string       // that it has columns of
	versions map[string]int // of benchmarks whose columns state it
	models   []string
}

func newScoreTable(t *stimuli.Table, parts map[string]string, names []string, rows []int) scoreTable {
	s := scoreTable{path: t.Path, comments: t.Comments, versions: map[string]int{}}
	for _, column := range t.Columns {
		part, ok := parts[column]
		if !ok {
			continue
		}
		s.nodes = append(s.nodes, part)
		if _, version := withoutVersion(column); version > 0 {
			s.versions[part] = version
		}
	}
	for _, row := range rows {
		s.models = append(s.models, names[row])
	}
	return s
}

// groupTolerance is the largest difference of a table's mean from that of its members if
// all are rounded to three decimals.
const groupTolerance = 0.0011

// checkTables warns of groups whose values in a table are not the means of their
// members there, as in a table of another tree, and of benchmarks that a table has in
// another version than results or another table.
func (b *Builder) checkTables() {
	for _, t := range b.tables {
		b.checkGroups(t)
	}
	b.checkVersions()
}

func (b *Builder) checkGroups(t scoreTable) {
	groups := append(b.composite.GroupNames(), b.composite.Root())
	var unlike []string
	models, largest := 0, 0.0
	for _, group := range t.nodes {
		if !slices.Contains(groups, group) {
			continue
		}
		n := 0
		for _, name := range t.models {
			m := b.models[name]
			given, ok := m.nodes[group]
			formed := m.Score(group)
			if group == b.composite.Root() {
				formed = m.Composite
			}
			if difference := math.Abs(given - formed); !ok || !stats.Finite(given) || difference <= groupTolerance {
				continue
			} else if stats.Finite(difference) {
				largest = max(largest, difference)
			}
			n++
		}
		if n > 0 {
			unlike, models = append(unlike, group), max(models, n)
		}
	}
	if len(unlike) > 0 {
		b.warn("%s: its own values of %s are not the means that composite %s forms of its other columns, for up to %d of %d models, by up to %.3f; those formed are shown: the table may be of another tree (see brainscore composites list)",
			t.path, joinFirst(unlike, ", "), b.composite.Identifier, models, len(t.models), largest)
	}
}

// checkVersions warns of versions of benchmarks that differ between tables whose columns
// state them, and results.
func (b *Builder) checkVersions() {
	for _, node := range b.composite.NodeNames() {
		versions := map[int][]string{} // the models or files of each
		for _, t := range b.tables {
			if v, ok := t.versions[node]; ok {
				versions[v] = append(versions[v], t.path)
			}
		}
		if len(versions) == 0 {
			continue
		}
		for _, m := range b.models {
			for _, r := range m.results {
				if r.Benchmark == node && !slices.Contains(versions[r.Version], m.Name) {
					versions[r.Version] = append(versions[r.Version], m.Name)
				}
			}
		}
		if len(versions) < 2 {
			continue
		}
		var keys, sides []string
		for _, v := range slices.Sorted(maps.Keys(versions)) {
			slices.Sort(versions[v])
			keys = append(keys, fmt.Sprint(v))
			sides = append(sides, fmt.Sprintf("%d: %s", v, joinFirst(versions[v], ", ")))
		}
		b.warn("%s: scored by versions %s of the benchmark (%s); these scores, and ranks by them, are not comparable", node, joinAnd(keys), strings.Join(sides, "; "))
	}
}
