// Package output writes results as tables for people and as JSON, CSV, TSV and Markdown
// for programs and papers, to standard output or to a file. It formats figures and
// computes none.
package output
