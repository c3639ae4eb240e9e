// Package similarity holds the metrics that compare the geometry of two representations
// of the same stimuli without a mapping: representational dissimilarities (rdm), centered
// kernel alignment (cka) and the best rotation (procrustes).
//
// They work on Gram matrices. Where rounding of these may move a score, and the rows are
// few, dissimilarities are computed from the rows in twice the precision.
//
// The metrics register themselves with package metrics, which documents and makes them.
// [RDMNoiseCeiling] is the noise ceiling of dissimilarities across subjects.
package similarity
