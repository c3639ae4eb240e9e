package hdf5

import (
	"bytes"
	"fmt"
	"io"
)

// NotHDF5Error describes a file that is not HDF5.
type NotHDF5Error struct {
	Kind string // e.g. "a netCDF-3 (classic) file"
	Hint string // what to do about it, or ""
}

func (e *NotHDF5Error) Error() string {
	s := fmt.Sprintf("%v: this is %s", ErrNotHDF5, e.Kind)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// DataError reports that the cause is invalid data.
func (e *NotHDF5Error) DataError() bool { return true }

func (e *NotHDF5Error) Unwrap() error { return ErrNotHDF5 }

// sniff names a file by its first bytes. Failed downloads leave an error page
// under the name of the data, so those are told apart too.
func sniff(r io.ReaderAt, size int64) error {
	if size == 0 {
		return &NotHDF5Error{"an empty file", "download it again"}
	}
	head := make([]byte, 512)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	head = head[:n]
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	has := func(p string) bool { return bytes.HasPrefix(head, []byte(p)) }
	switch {
	case has("CDF\x01"), has("CDF\x02"), has("CDF\x05"):
		return &NotHDF5Error{"a netCDF-3 (classic) file", "convert it with nccopy -k netCDF-4"}
	case has("\x0e\x03\x13\x01"):
		return &NotHDF5Error{"an HDF4 file", "convert it to HDF5"}
	case has("\x1f\x8b"):
		return &NotHDF5Error{"a gzip file", "unpack it with gunzip"}
	case has("PK\x03\x04"), has("PK\x05\x06"):
		return &NotHDF5Error{"a zip archive", "unpack it"}
	case has("BZh"):
		return &NotHDF5Error{"a bzip2 file", "unpack it"}
	case has("\xfd7zXZ\x00"):
		return &NotHDF5Error{"an xz file", "unpack it"}
	case has("\x93NUMPY"):
		return &NotHDF5Error{"a NumPy .npy file", ""}
	case has("\x80\x02"), has("\x80\x03"), has("\x80\x04"), has("\x80\x05"):
		return &NotHDF5Error{"a Python pickle", ""}
	case has("MATLAB 5.0"):
		return &NotHDF5Error{"a MATLAB 5 file", "name it .mat"}
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return &NotHDF5Error{"an HTML page, not data", "the download failed; get it again"}
	case bytes.HasPrefix(text, []byte("<?xml")), bytes.HasPrefix(text, []byte("<error")):
		if bytes.Contains(text, []byte("<error")) {
			return &NotHDF5Error{"an XML error message from a storage service", "the download failed; get it again"}
		}
		return &NotHDF5Error{"an XML document", ""}
	case bytes.HasPrefix(text, []byte("version https://git-lfs")):
		return &NotHDF5Error{"a Git LFS pointer", "fetch it with git lfs pull"}
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return &NotHDF5Error{"text that looks like JSON", ""}
	case len(head) < len(signature) && bytes.HasPrefix([]byte(signature), head):
		return &NotHDF5Error{fmt.Sprintf("%d bytes, a truncated download", size), "get it again"}
	case isText(head):
		return &NotHDF5Error{"a text file", ""}
	case len(bytes.Trim(head, "\x00")) == 0:
		return &NotHDF5Error{"a file that begins with zeros", "the download failed; get it again"}
	}
	return &NotHDF5Error{fmt.Sprintf("a file of another kind (it begins % x)", head[:min(8, len(head))]), ""}
}

func isText(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
