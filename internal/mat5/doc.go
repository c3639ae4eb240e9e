// Package mat5 reads MAT-files of version 5, which MATLAB's save -v6 and -v7 and
// scipy.io.savemat write, after MathWorks' "MAT-File Format".
//
// It reads variables at the top level: arrays of numbers, also in the narrower types
// in which MATLAB stores them, logical arrays, char matrices and cell arrays of text,
// each plain or compressed, in either byte order. It names the class of all others.
// Structs, objects and sparse and complex arrays are not read.
//
// Nothing of a variable is held in memory but the part that is decoded. Sizes that a
// file states are checked against the bytes that contain them; text is read within a
// limit of the caller's. Memory and time follow the bytes of the file, and of a
// compressed variable what these unpack to, never what a header states.
package mat5
