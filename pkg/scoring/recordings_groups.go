package scoring

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// group is neuroids that are compared with a layer on their own: all of them, or those of
// one subject.
type group struct {
	subject  string // "" for all
	neuroids []int  // columns of the recordings' responses
	// rows are the stimuli, among those of all parts, that the group has responses to.
	rows      []int
	responses []float64 // rows × neuroids, averaged over repetitions
	constant  []string  // neuroids that respond to all stimuli alike
	// dissimilarities are rows × rows, compared instead of responses; nil for others.
	dissimilarities []float64

	ceiling         metrics.Estimate
	neuroidCeilings []float64
	warnings        []string
}

// regroup names the neuroids and forms the groups, subjects in ascending order.
func (rec *recordings) regroup() {
	rec.neuroidIDs, rec.groups = nil, nil
	each := rec.perNeuroid()
	known := make(map[string]bool)
	repeats := false
	for _, key := range rec.keys {
		repeats = repeats || known[key.id]
		known[key.id] = true
	}
	of := make(map[string]*group)
	for j, key := range rec.keys {
		name := key.id
		if repeats {
			name = key.String()
		}
		g := of[key.subject]
		if g == nil {
			g = &group{subject: key.subject, ceiling: metrics.None()}
			of[key.subject] = g
			rec.groups = append(rec.groups, g)
		}
		for k := range each {
			rec.neuroidIDs = append(rec.neuroidIDs, name)
			g.neuroids = append(g.neuroids, j*each+k)
		}
	}
	if rec.spans != nil {
		rec.groups = nil
		for k := range each {
			g := &group{ceiling: metrics.None()}
			for j := range rec.keys {
				g.neuroids = append(g.neuroids, j*each+k)
			}
			rec.groups = append(rec.groups, g)
		}
	}
	slices.SortStableFunc(rec.groups, func(a, b *group) int { return strings.Compare(a.subject, b.subject) })
	for _, g := range rec.groups {
		for i := range rec.rows() {
			g.rows = append(g.rows, i)
		}
	}
}

// shownTrials records in which presentations of a part each group has responses.
type shownTrials struct {
	groups []*group
	all    bool     // true if every neuroid must have one
	has    [][]bool // by group, then presentation
}

func newShownTrials(p *recordingsPart, groups []*group, d *benchmarks.Definition) *shownTrials {
	s := &shownTrials{groups: groups, all: d.Missing == benchmarks.Drop}
	for range groups {
		s.has = append(s.has, make([]bool, p.Presentation.Len()))
	}
	return s
}

func (s *shownTrials) add(trial int, values []float64) {
	for k, g := range s.groups {
		some, all := false, true
		for _, j := range g.neuroids {
			if math.IsNaN(values[j]) {
				all = false
			} else {
				some = true
			}
		}
		s.has[k][trial] = some && (all || !s.all)
	}
}

// restrict sets the stimuli and responses of a group. Of several subjects, stimuli that
// one was not shown are no rows of its own. A neuroid without a response to one of the
// others is an error, unless such stimuli are to be left out.
func (rec *recordings) restrict(g *group, responses []float64, d *benchmarks.Definition) error {
	columns := len(rec.neuroidIDs)
	missing, first := 0, -1
	var rows []int
	for _, i := range g.rows {
		lacking, at := 0, -1
		for _, j := range g.neuroids {
			if math.IsNaN(responses[i*columns+j]) {
				if lacking++; at < 0 {
					at = j
				}
			}
		}
		switch {
		case lacking > 0 && (d.Missing == benchmarks.Drop || d.Per != "" && lacking == len(g.neuroids)):
			continue
		case lacking > 0:
			if missing += lacking; first < 0 {
				first = i*columns + at
			}
		}
		rows = append(rows, i)
	}
	if missing > 0 {
		p, stimulus := rec.stimulus(first / columns)
		return rec.missingTrials(p, fmt.Sprintf("%d of %d cells of stimulus and neuroid%s", missing, len(g.rows)*len(g.neuroids), ofSubject(g)), stimulus, first%columns)
	}
	if len(rows) < len(g.rows) { // else another goroutine may read them
		g.rows = rows
	}
	for _, p := range rec.parts {
		if len(p.rowsOf(g)) == 0 {
			return &stimuli.FileError{Path: p.Dir(), What: fmt.Sprintf("has no stimulus to which every selected neuroid%s has a response", ofSubject(g)), Remedy: "leave out the neuroids that lack responses with select"}
		}
	}
	if g.responses = responses; !listsAll(g.rows, len(responses)/max(1, columns)) || !listsAll(g.neuroids, columns) {
		g.responses = make([]float64, 0, len(g.rows)*len(g.neuroids))
		for _, i := range g.rows {
			for _, j := range g.neuroids {
				g.responses = append(g.responses, responses[i*columns+j])
			}
		}
	}
	for _, j := range metrics.ConstantNeuroids(g.responses, len(g.neuroids)) {
		g.constant = append(g.constant, rec.neuroidIDs[g.neuroids[j]])
	}
	return nil
}

// listsAll reports whether indices are all numbers below n in ascending order.
func listsAll(indices []int, n int) bool {
	for i, at := range indices {
		if at != i {
			return false
		}
	}
	return len(indices) == n
}

// ofSubject returns " of subject X" for messages, "" for all neuroids.
func ofSubject(g *group) string {
	if g.subject == "" {
		return ""
	}
	return fmt.Sprintf(" of %q", g.subject)
}

// stimulus returns the part and the id of a row of all parts.
func (rec *recordings) stimulus(row int) (*recordingsPart, string) {
	for _, p := range slices.Backward(rec.parts) {
		if row >= p.first {
			return p, p.design.Stimuli[row-p.first]
		}
	}
	return rec.parts[0], ""
}

// rowsOf returns the rows of a group that are of the part, as indices of its stimuli.
func (p *recordingsPart) rowsOf(g *group) (rows []int) {
	for _, i := range g.rows {
		if i >= p.first && i < p.first+len(p.design.Stimuli) {
			rows = append(rows, i-p.first)
		}
	}
	return rows
}

// stimuliOf returns the ids of a group's rows, by part.
func (rec *recordings) stimuliOf(g *group) [][]string {
	var all [][]string
	for _, p := range rec.parts {
		var ids []string
		for _, i := range p.rowsOf(g) {
			ids = append(ids, p.design.Stimuli[i])
		}
		all = append(all, ids)
	}
	return all
}

// center subtracts each neuroid's mean over the stimuli, and returns the relative precision
// of the remaining responses, given that of the responses: a mean far above the differences
// takes digits of these.
func (g *group) center(precision float64) float64 {
	columns, n, lost := len(g.neuroids), float64(len(g.rows)), 1.
	for j := range columns {
		// Distances from the first response keep a constant neuroid exactly 0.
		first, mean := g.responses[j], 0.
		for i := j; i < len(g.responses); i += columns {
			mean += (g.responses[i] - first) / n
		}
		mean += first
		largest, left := 0., 0.
		for i := j; i < len(g.responses); i += columns {
			largest = max(largest, math.Abs(g.responses[i]))
			g.responses[i] -= mean
			left = max(left, math.Abs(g.responses[i]))
		}
		if left > 0 {
			lost = max(lost, largest/left)
		}
	}
	return precision * lost
}

// clustersOf reads, for each benchmark of the plans that is scored on a mapping to
// recordings, the column of neuroid.csv that names the clusters of neuroids: the
// electrodes, arrays or subjects that they are of. An assembly without it is an
// error, before anything is scored.
func (r *Runner) clustersOf(plans []*modelPlan) (map[string]map[string]string, error) {
	of := make(map[string]map[string]string)
	if r.Cluster == "" {
		return of, nil
	}
	for _, p := range plans {
		for _, e := range p.evaluations {
			id := e.definition.Identifier
			if _, done := of[id]; done || e.metricKind != metrics.KindMapping {
				continue
			}
			table, err := stimuli.ReadTable(filepath.Join(r.Home.AssemblyPath(e.definition.Assembly.Test()), "neuroid.csv"))
			if err != nil {
				return nil, err
			}
			ids, err := table.Column("neuroid_id")
			if err != nil {
				return nil, err
			}
			clusters, err := table.Column(r.Cluster)
			if err != nil {
				return nil, err
			}
			of[id] = make(map[string]string, len(ids))
			for i, neuroid := range ids {
				of[id][neuroid] = clusters[i]
			}
		}
	}
	return of, nil
}

// addClusters names the cluster of each neuroid of a result; one without a name is
// a cluster of its own.
func addClusters(results []benchmarks.Result, of map[string]map[string]string) {
	for i := range results {
		clusters := of[results[i].Benchmark]
		if clusters == nil || len(results[i].Neuroids) == 0 {
			continue
		}
		for _, id := range results[i].NeuroidIDs {
			name := "of " + clusters[id]
			if clusters[id] == "" {
				name = "alone " + id
			}
			results[i].Clusters = append(results[i].Clusters, name)
		}
	}
}
