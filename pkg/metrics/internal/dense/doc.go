// Package dense is linear algebra on row-major matrices: products on the kernels of
// package kernel, columns and rows that are centered, selected and measured, and the
// decompositions of LAPACK in the forms that metrics need.
//
// A matrix is a Matrix, or, in functions that take whole rows only, a slice with a
// number of columns. Sums run in a fixed order, so that no result depends on the number
// of workers. Functions panic if shapes do not fit, which is an error of the program.
//
// The mean of a column is its first number plus the mean distance from it. So the mean
// of equal numbers is exactly that number, and a constant column is exactly 0 once it is
// centered.
package dense
