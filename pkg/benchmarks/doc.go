// Package benchmarks defines what a model is compared with.
//
// A benchmark is data, a metric and a ceiling, defined by one YAML file. The
// package reads definitions and data homes, holds the Result of a benchmark, and
// joins results to a composite. Package scoring runs benchmarks.
package benchmarks
