// Package hdf5 reads HDF5 files, netCDF-4 files among them, without the C
// library. It is written from the HDF5 File Format Specification Version 3.0,
// whose sections the comments name.
package hdf5
