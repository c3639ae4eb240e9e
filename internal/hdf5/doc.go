// Package hdf5 reads HDF5 files, and netCDF-4 files among them, without the C
// library.
//
// A [File] holds groups, datasets and attributes. [Open] gives access to them
// by path; [OpenNetCDF] shows the same file as variables along named
// dimensions.
//
//	f, err := hdf5.Open(ctx, "assembly.nc")
//	d, err := f.Dataset("/values")
//	for b, err := range d.RowBlocks() {
//		rows, err := b.Float32s(nil) // b.Shape[0] rows from b.Offset[0]
//	}
//
// # Reading in parts
//
// [Dataset.ReadFloat64s] and its kind read a whole dataset.
// [Dataset.RowBlocks] and [Dataset.Chunks] visit it in parts, of which they hold
// one in memory: the first in blocks of whole rows, as tall as a row of chunks,
// the second chunk by chunk. Both decode every chunk once, and need that part and
// up to three chunks as scratch memory; Chunks needs less if chunks are tall and
// narrow. [Dataset.ReadRows] and
// [Dataset.ReadSlab] read any box; the chunks that they cut through stay
// decoded for the next call, up to 16 MiB or as many as the call met, at most
// 128 MiB.
//
// Values are those of the file, bit for bit if the requested type can hold them.
// Parts that were never written are read as the fill value;
// [Dataset.Unwritten] returns those parts. Callers apply netCDF's attributes
// _FillValue, scale_factor and add_offset.
//
// # Supported features
//
// The package is written from the HDF5 File Format Specification Version 3.0.
// Its sections, and the parts of them that are read:
//
//   - II.A superblock, versions 0 to 3, after a user block too; addresses and
//     lengths of 2, 4 and 8 bytes
//   - III.A version 1 B-trees of groups and chunks, version 2 B-trees of links,
//     attributes, huge objects and chunks
//   - III.B to III.D symbol table nodes and local heaps
//   - III.E global heaps, for variable-length data
//   - III.G fractal heaps: direct and indirect blocks, managed, tiny and huge
//     objects, with filters
//   - IV.A object headers of versions 1 and 2, with continuations
//   - IV.A.2 messages: dataspace (1, 2), link info, datatype (1 to 3), fill
//     value (old, 1 to 3), link, data layout (1 to 5), filter pipeline (1, 2),
//     attribute (1 to 3), attribute info, continuation, symbol table; those
//     shared by a committed datatype
//   - layouts: compact, contiguous, chunked; VII the chunk indexes single,
//     implicit, fixed array and extensible array, with pages, and both B-trees;
//     edge chunks that are not filtered
//   - filters: deflate, shuffle, fletcher32, and lzf and bzip2, which h5py and
//     PyTables write; masks of skipped filters
//   - integers of 1 to 8 bytes, of fewer bits too; float16, 32 and 64; either
//     byte order; enums, booleans as h5py writes them; strings of fixed and
//     variable length; object references; arrays of numbers
//   - soft links within the file
//   - netCDF-4: dimension scales, dimensions without a variable, variables that
//     share a dimension's name, coordinate variables of several dimensions,
//     groups, phony dimensions, unlimited ones
//   - MATLAB 7.3: the class that it gave an array, char and cell arrays as text
//
// Two points where the library departs from the specification are followed:
// the name offset of a symbol table entry is as wide as lengths are, and the
// headers of a global heap and its objects are padded to 8 bytes.
//
// Checksums of version 2 structures, of deflate and of fletcher32 are verified.
//
// # Unsupported features
//
// Reported as [ErrUnsupported]: virtual datasets and external storage, external
// links, the shared object header message table, the filters szip, nbit,
// scale-offset, zstd, blosc and others, floats that are not IEEE, the complex
// numbers of HDF5 2.0. Compounds and variable-length
// sequences other than strings and references are described by [Datatype] and
// can be read as bytes, as can times and region references. The package does not
// write files.
//
// # Hostile files
//
// A damaged or malicious file is an error, never a panic or an endless
// loop. Everything read is checked against the file's size first. The structures of
// a file are read once and may in total be no larger than a few times the
// file, which ends loops and overlaps. Memory for a chunk is made only where
// its stored bytes could become that much, and for a whole dataset only where
// its chunks could; [Limits] bound both, as well as data that was never written.
//
// Errors are [FormatError], which wrap one of the sentinels of this package,
// and [NotHDF5Error], which names the format of the file.
package hdf5
