// Package npy reads arrays in numpy's .npy format in blocks of columns, so
// that memory follows the block asked for and never the file.
//
// An array of any number of axes is seen as a matrix: its first axis is the
// rows (stimuli), all further axes are flattened to the columns (features) in
// the order numpy's reshape(n, -1) gives them, whichever order the file keeps
// them in.
//
// Covered are format versions 1.0, 2.0 and 3.0; bool, signed and unsigned
// integers of 8 to 64 bits, and floats of 16, 32 and 64 bits; either byte
// order; C and Fortran order; one axis or more. Values come out as float64,
// which is exact for all of these except integers beyond 2⁵³.
//
// Not covered are arrays without axes or without elements, and every other
// dtype (objects, strings, structures, complex numbers, dates, long doubles,
// bfloat16). Each gives a *stimuli.FileError that says what the file holds and how
// to save it so that it can be read.
//
// A header is not trusted: nothing is allocated by what it claims, and [Open]
// fails where header and elements do not add up to the file's exact size.
//
// The format is described in
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
package npy
