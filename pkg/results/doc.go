// Package results holds scores outside of a run: as documents, which `brainscore
// score --format json` writes and ReadJSON reads, and in a Store, so that nothing is
// computed twice.
//
// A store is a folder that processes on several machines may write to concurrently,
// without locks. An entry is a file named by a hash of everything that determines its
// content. It is written beside its place and renamed into it, so two writers of one
// entry write the same. Entries of earlier inputs remain, and are found again when the
// inputs return to their earlier state.
//
//	DIR/scores/<model>/<benchmark>/<layer>/<hash>.json   a score
//	DIR/contents/<model>/<layer>/<hash>.json             the hash of activations as numbers
//	DIR/checks/<model>/<layer>/<hash>.json               inner products that were found to be possible
//	DIR/index/<name>.jsonl                               hashes of files, by their stat data
//
// An entry contains everything that its name is the hash of, and a checksum. A
// truncated or changed entry is reported and treated as missing.
//
// The index only saves reading: without it, files are hashed again. It identifies a
// file by path, size, times of change and inode. A file that changed within the last
// seconds is not added, since another change could leave all of these the same.
package results
