// Package double is arithmetic in twice the precision of float64: a Number is the sum of
// two float64, and a Series is a list of such numbers.
//
// It decides what float64 leaves open: whether two correlations or two dissimilarities
// are equal whatever the order of their sums, which differs from one kernel to the next.
//
// Sources: Dekker (1971), Numer. Math. 18; Ogita, Rump & Oishi (2005), SIAM J. Sci.
// Comput. 26.
package double
