// Package results holds scores outside of a run: as documents, which `brainscore
// score --format json` writes and ReadJSON reads, and in a Store, so that nothing is
// computed twice.
//
// A store is a folder that many processes on many machines may write to at
// once. It needs no locks: an entry is a file named by a hash of everything that
// determines its content, written beside its place and renamed into it, so that
// two writers of one entry write the same. Entries of former inputs stay: who
// goes back to these finds them again.
//
//	DIR/scores/<model>/<benchmark>/<layer>/<hash>.json   a score
//	DIR/contents/<model>/<layer>/<hash>.json             the hash of activations as numbers
//	DIR/index/<name>.jsonl                               hashes of files, by what stat tells of them
//
// An entry holds all that its name is the hash of, and a checksum. One that was
// cut short or changed since is named, and is as if it were not there.
//
// The index only saves reading: without it files are hashed again. It knows a
// file by path, size, times of change and inode. A file that changed within the
// last seconds is not put into it, since a further change could leave all of
// these as they are.
package results
