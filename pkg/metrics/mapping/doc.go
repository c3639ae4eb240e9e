// Package mapping holds the metrics that predict: neuroids from features (pls, ridge,
// ridgecv, linear, neuron_to_neuron), and features from neuroids (reverse_…). Each is
// fitted on the train stimuli of a split, and its score is the correlation of predicted
// with measured responses on the test stimuli.
//
// A forward mapping is fitted on inner products of stimuli, on products of features where
// these are fewer (its primal form), or on the features or a square root of their Gram
// matrix where rounding of products would show (stable.go): rounding.go bounds it for each
// form, and the fastest form whose bound is small enough is taken. A reverse mapping is a
// hat matrix on the responses, with which features are predicted as they stream by.
//
// The metrics register themselves with package metrics, which documents and makes them.
package mapping
