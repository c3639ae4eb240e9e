// Package benchmarks defines what a model is compared with.
//
// A benchmark is data, a metric and a ceiling, defined by one YAML file. The
// package reads definitions and data homes, holds the Result of a benchmark, and
// joins results to a composite. Package scoring runs benchmarks.
//
// Start with [ReadDefinition] or [Home.FindDefinition] for a benchmark, and with
// [LoadComposite] and [Composite.Form] for a composite. The rules for each kind of
// data are registered by package scoring, so import it to read definitions.
package benchmarks
