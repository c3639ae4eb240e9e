// Package readout fits ridge classifiers ([FitRidge]), and the multinomial logistic regression by which class probabilities
// are read out of a layer: on standardised features where these are few ([FitFeatures]),
// else on the inner products of the fitting stimuli ([Fit]), which a pass collects
// ([FitGram]). Both are the same fit, to the last of its digits that count.
package readout
