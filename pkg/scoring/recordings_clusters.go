package scoring

import (
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

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
