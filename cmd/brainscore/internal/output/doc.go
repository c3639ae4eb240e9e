// Package output writes results: as tables for people, as JSON, CSV and
// Markdown for programs and papers, to standard output or whole into a file.
// Writers only format; they compute no figure.
package output
