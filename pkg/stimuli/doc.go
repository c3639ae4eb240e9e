// Package stimuli reads stimulus sets, recordings, behavioural trials and model
// dumps from their folders, and aligns their rows: everything is joined by
// stimulus_id, never by position.
//
// Start with [LoadStimulusSet], [OpenNeural], [OpenBehavioral] and [OpenDump], each of
// a folder; a layer of a dump gives its rows by [Layer.Select].
//
// Tables are CSV files with a header, in UTF-8, with or without a byte-order
// mark, with either line ending. Arrays are .npy files (package npy).
//
// Errors about a file are a *FileError with path, line and remedy; rows that
// do not match are an *AlignmentError with the ids that are at fault.
package stimuli
