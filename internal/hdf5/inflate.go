package hdf5

import (
	"bytes"
	"compress/zlib"
	"io"
)

// inflater undoes deflate, keeping its tables from chunk to chunk.
type inflater struct {
	src bytes.Reader
	z   io.ReadCloser
}

func (in *inflater) inflate(dst, src []byte) (int, error) {
	in.src.Reset(src)
	var err error
	if in.z == nil {
		in.z, err = zlib.NewReader(&in.src)
	} else {
		err = in.z.(zlib.Resetter).Reset(&in.src, nil)
	}
	if err != nil {
		return 0, corruptf(-1, "compressed data: %v", err)
	}
	return readAll(dst, in.z)
}
