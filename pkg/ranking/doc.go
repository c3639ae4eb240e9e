// Package ranking answers questions about many models from their scores: which
// model is first on a composite, a part or a benchmark; how scores correlate with
// metadata such as ImageNet accuracy; how well two benchmarks agree on the order of
// models; and whether the scores of two models differ by more than chance.
//
// For a leaderboard, add results or tables of published scores to a Builder (New),
// call Build, and then Rank or Analyze. For tests of differences, give Compare one
// Side for each set of models. Results come from package results or scoring.
//
// The package prints nothing. Each figure draws from its own seeded generator (PCG),
// so no figure depends on the order of the inputs or on the number of processors.
package ranking
