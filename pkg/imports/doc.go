// Package imports turns published files into a data home's folders and model
// dumps, and an assembly back into one archive for Python.
//
// # What is read
//
//   - Stimuli: a CSV table of stimuli; image_id stands for stimulus_id.
//   - Assembly: a netCDF-4 file as xarray and BrainIO write it. Its data
//     variable lies along presentation and neuroid, with or without time_bin,
//     in any order; variables along one of these become columns of that
//     dimension's table. A time axis of one bin is dropped. Trials of a
//     behavioral assembly become trials.csv.
//   - Activations: model features or class probabilities from netCDF-4, .npz,
//     HDF5, MATLAB 7.3 or .npy.
//   - Choices and Responses: trials of humans and of a model as model-vs-human
//     publishes them.
//
// # Columns
//
// The id comes first, the others keep the file's order. Integers are written
// without a point, floats in the shortest form that reads back the same (a
// whole one with .0), booleans as True and False, missing numbers as nothing.
// A coordinate that xarray had to name choice_ since a dimension is called
// choice becomes the column choice. A dimension's own count from 0 is no
// column.
//
// # Values
//
// Values keep their type and their bits; only bytes are swapped to
// little-endian. What xarray would decode is decoded: a value equal to
// _FillValue is NaN, scale_factor and add_offset give float64. They are copied
// in slabs of presentations, never held whole.
//
// # Rows
//
// What a file says of its rows is used. Text, or whole numbers under a name that
// ids go by, that has a value for each row names the rows where its values are ids
// of the stimulus set, each once, whatever it is called; else where its name is
// one that ids go by. Arrays that contradict each other are an error. So is text
// for each row that names no stimulus of the set, since rows taken by position
// might then be of other stimuli, unless DumpRequest.ByPosition asks for that. A
// file that says nothing has its rows in the order of the stimulus set. Ids that
// are written differently, as 1 for 0001, are never taken for the same; the error
// says what they differ in.
//
// MATLAB's dimensions stand in reverse order in a file of version 7.3 and are
// turned. Parts of a file that were declared but never written are an error; of
// recordings only where they would not be read as missing.
//
// # All or nothing
//
// A folder is built under a hidden name beside its place and renamed when it is
// complete, so a run that ends early leaves nothing that could be taken for
// data. A folder that is there already is replaced only when asked to.
package imports
