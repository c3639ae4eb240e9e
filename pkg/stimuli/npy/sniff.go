package npy

import (
	"bytes"
	"unicode/utf8"
)

// signatures are the files that people mistake for .npy files.
var signatures = []struct {
	prefix, what, remedy string
}{
	{"PK\x03\x04", "is a zip archive (.npz, or a PyTorch .pt)", "save one array with numpy.save, or use brainscore import activations for an .npz"},
	{"PK\x05\x06", "is an empty zip archive", "save one array with numpy.save"},
	{"\x89HDF\r\n\x1a\n", "is an HDF5 or netCDF-4 file", "use brainscore import activations, or save the array with numpy.save"},
	{"CDF\x01", "is a netCDF-3 file", "use brainscore import activations, or save the array with numpy.save"},
	{"CDF\x02", "is a netCDF-3 file", "use brainscore import activations, or save the array with numpy.save"},
	{"\x1f\x8b", "is compressed with gzip", "unpack it with gunzip"},
	{"BZh", "is compressed with bzip2", "unpack it with bunzip2"},
	{"\xfd7zXZ\x00", "is compressed with xz", "unpack it with unxz"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd", "unpack it with unzstd"},
	{"MATLAB 7.3", "is a MATLAB file of version 7.3, which is HDF5", "use brainscore import activations, or load it with h5py and save the transpose (.T) with numpy.save: MATLAB's dimensions stand in reverse order"},
	{"MATLAB", "is a MATLAB file", "load it with scipy.io.loadmat and save the array with numpy.save"},
	{"version https://git-lfs", "is a git-lfs pointer, not the data", "fetch the data with git lfs pull"},
	{"<!DOCTYPE", "is a web page, not an array", "download the file again"},
	{"<html", "is a web page, not an array", "download the file again"},
}

// sniff returns the apparent kind of a file that is not .npy, by its first bytes,
// and a remedy.
func sniff(b []byte) (what, remedy string) {
	if len(b) == 0 {
		return "is empty", saveAgain
	}
	for _, s := range signatures {
		if bytes.HasPrefix(b, []byte(s.prefix)) {
			return s.what, s.remedy
		}
	}
	switch {
	case len(b) < len(magic) && bytes.HasPrefix([]byte(magic), b):
		return "is truncated within its first bytes", "copy it or " + saveAgain
	case len(b) > 1 && b[0] == 0x80 && b[1] >= 2 && b[1] <= 5:
		return "is a Python pickle (or an old PyTorch .pt)", "load it in Python and save the array with numpy.save"
	case len(b) > 9 && b[8] == '{' && b[9] == '"':
		return "looks like a safetensors file", "load it in Python and save each array with numpy.save"
	case isText(b):
		return "is a text file, not an array", "load it with numpy.loadtxt and save the array with numpy.save"
	}
	return "is not a .npy file (its first bytes are not those numpy writes)", "save the array with numpy.save"
}

func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			// A character that is cut by the end of b is still text.
			return len(b) < utf8.UTFMax && !utf8.FullRune(b)
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			return false
		}
		b = b[n:]
	}
	return true
}
