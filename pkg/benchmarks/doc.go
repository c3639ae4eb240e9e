// Package benchmarks defines what a model is compared with, and runs it.
//
// A benchmark is data, a metric and a ceiling, defined by one YAML file. The
// package reads definitions and data homes, plans which layers of a model have
// to be read for a set of benchmarks, reads each once for all of them, and
// gives a Result for each. Composites join the results to one figure.
package benchmarks
