// Package ranking answers questions about many models from their scores: who
// is first on a composite, a part or a benchmark; how scores go with metadata
// such as ImageNet accuracy; how far two benchmarks agree on an order; and
// whether one model's score differs from another's by more than chance.
//
// Scores come from results or from tables of published ones. The package
// prints nothing. What is drawn at random is drawn from a seeded generator
// (PCG) of its own for each figure, so that no figure depends on the order of
// the inputs or on how many processors work.
package ranking
