// Package imports converts published files to a data home's folders and model
// dumps, and an assembly back to one archive for Python.
//
// # Formats
//
//   - Stimuli: a CSV table of stimuli; image_id is read as stimulus_id.
//   - Assembly: a netCDF-4 file as xarray and BrainIO write it. Its data
//     variable lies along presentation and neuroid, with or without time_bin,
//     in any order; variables along one of these become columns of that
//     dimension's table. A time axis of one bin is dropped. Trials of a
//     behavioral assembly become trials.csv, with the columns subject, truth,
//     choice, correct, first, second and third under these names; thresholds
//     along subject become thresholds.csv.
//   - Recordings: an array stimuli × repetitions × neuroids, stimuli × neuroids or
//     trials × neuroids from .npy, .npz, HDF5 (NWB too) or MATLAB 5 or 7.3.
//   - Activations: model features or class probabilities from netCDF-4, .npz,
//     HDF5, MATLAB 5 or 7.3 or .npy.
//   - Choices and Responses: CSV tables of trials of humans and of a model, with
//     columns of any names, or as model-vs-human publishes them.
//
// # Columns
//
// The id comes first, the others keep the file's order. Integers are written
// without a point, floats in the shortest form that reads back the same (a
// whole one with .0), booleans as True and False, missing numbers as an empty
// cell. A coordinate that xarray had to name choice_ since a dimension is called
// choice becomes the column choice. A dimension's own count from 0 does not
// become a column.
//
// # Values
//
// Values keep their type and their bits; only bytes are swapped to
// little-endian. Values are decoded as xarray does: a value equal to _FillValue
// is NaN, and scale_factor and add_offset make them float64. They are copied in
// slabs of presentations and never held in memory as a whole.
//
// # Rows
//
// The rows of a file's arrays are aligned by the ids in the file. An array of text,
// or of whole numbers under a usual name of ids, that has a value for each row
// names the rows if its values are ids of the stimulus set, each once, whatever
// its name; else if its name is a usual one of ids. Arrays that contradict each
// other are an error. Text for each row that names no stimulus of the set is an
// error too, since rows by position might then be of other stimuli, unless
// DumpRequest.ByPosition asks for that. The rows of a file without ids are in the
// order of the stimulus set. Ids that are written differently, such as 1 and 0001,
// are never taken for the same; the error names the difference.
//
// MATLAB's dimensions are in reverse order in a file of version 7.3 and are
// transposed. Parts of a file that were declared but never written are an error; of
// recordings only if they would not be read as missing.
//
// # All or nothing
//
// A folder is built under a hidden name in the parent folder and renamed when it is
// complete, so that a run that ends early leaves nothing that could be taken for
// data. An existing folder is replaced only by force.
package imports
