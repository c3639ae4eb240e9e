// Package choice holds the metrics on what subjects choose: patterns of two-way choices
// (i1, i1n, i2, i2n, o1, o2), error consistency trial by trial, and object solution times
// (ost). They take class probabilities or choices of a model, the subjects' trials, and
// integer codes for stimuli and objects.
//
// The metrics register themselves with package metrics, which documents and makes them;
// this package exports their errors.
package choice
