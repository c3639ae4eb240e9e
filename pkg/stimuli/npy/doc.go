// Package npy reads arrays in numpy's .npy format in blocks of columns, so
// that memory follows the block asked for and never the file.
//
// An array of any number of axes is read as a matrix: its first axis is the
// rows (stimuli), all further axes are flattened to the columns (features) in
// the order of numpy's reshape(n, -1), whatever the order in the file.
//
// It reads format versions 1.0, 2.0 and 3.0; bool, signed and unsigned integers
// of 8 to 64 bits, and floats of 16, 32 and 64 bits; either byte order; C and
// Fortran order; one axis or more. Values are converted to float64, which is exact
// for all of these except integers beyond 2⁵³.
//
// It does not read arrays without axes or without elements, nor any other dtype
// (objects, strings, structures, complex numbers, dates, long doubles, bfloat16).
// The error, a *stimuli.FileError, names the content of the file and how to save
// it so that it can be read.
//
// Headers are not trusted: no allocation depends on their claims, and [Open]
// fails if header and elements do not add up to the file's exact size.
//
// The format is described in
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
package npy
