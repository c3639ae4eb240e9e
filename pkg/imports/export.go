package imports

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// tables are the CSV files of an assembly.
var tables = []string{"presentation", "neuroid", "time_bin", "trials", "osts"}

// Export writes an assembly as one .npz archive, which numpy.load reads
// without pickle: values unchanged, each column of each table as an array such as
// presentation/stimulus_id, and the files themselves as members such as
// presentation.csv and assembly.yaml. Columns of whole numbers are int64, of
// numbers float64 with NaN for an empty cell, of True and False bool, all others
// and ids text of fixed width. Equal assemblies are exported to equal bytes.
func Export(ctx context.Context, home stimuli.Home, id string, w io.Writer) error {
	if err := stimuli.SafeID(id); err != nil {
		return err
	}
	dir := home.AssemblyPath(id)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return bad(home.Dir, fmt.Sprintf("has no assembly %q", id), "see the folder "+home.AssembliesDir())
	}
	info, err := stimuli.ReadAssemblyInfo(dir)
	if err != nil {
		return err
	}
	if info.Kind == "neural" {
		a, err := stimuli.OpenNeural(dir)
		if err != nil {
			return err
		}
		a.Close()
	}
	z := zip.NewWriter(w)
	found := false
	for _, name := range append([]string{"values.npy", "assembly.yaml"}, tables...) {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(dir, name)
		isTable := slices.Contains(tables, name)
		if isTable {
			path += ".csv"
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		found = true
		if isTable {
			if err := exportColumns(ctx, z, path, name); err != nil {
				return err
			}
		}
		if err := exportFile(ctx, z, path); err != nil {
			return err
		}
	}
	if !found {
		return bad(dir, "holds no data", "")
	}
	return z.Close()
}

// member starts a member that is not compressed, so that numpy can map it.
func member(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
}

func exportFile(ctx context.Context, z *zip.Writer, path string) error {
	from, err := infile.Open(ctx, path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := member(z, filepath.Base(path))
	if err != nil {
		return err
	}
	return copyAll(ctx, to, from, func(int64) {})
}

func exportColumns(ctx context.Context, z *zip.Writer, path, name string) error {
	t, _, err := readTable(ctx, path)
	if err != nil {
		return err
	}
	for _, c := range t {
		to, err := member(z, name+"/"+c.name+".npy")
		if err != nil {
			return err
		}
		descr, data := columnArray(c)
		if err := npy.WriteHeader(to, descr, len(c.values)); err != nil {
			return err
		}
		if _, err := to.Write(data); err != nil {
			return err
		}
	}
	return nil
}

// columnArray returns a column as the narrowest array that can hold its values.
func columnArray(c column) (descr string, data []byte) {
	isID := c.name == stimulusID || c.name == neuroidID
	all := func(ok func(string) bool) bool {
		return !isID && len(c.values) > 0 && !slices.ContainsFunc(c.values, func(s string) bool { return !ok(s) })
	}
	switch {
	case all(func(s string) bool { return s == "True" || s == "False" }):
		for _, v := range c.values {
			data = append(data, map[bool]byte{true: 1}[v == "True"])
		}
		return "|b1", data
	case all(func(s string) bool {
		n, err := strconv.ParseInt(s, 10, 64)
		return err == nil && strconv.FormatInt(n, 10) == s // not 007
	}):
		for _, v := range c.values {
			n, _ := strconv.ParseInt(v, 10, 64)
			data = binary.LittleEndian.AppendUint64(data, uint64(n))
		}
		return "<i8", data
	case all(isNumber) && slices.ContainsFunc(c.values, func(s string) bool { return s != "" }):
		for _, v := range c.values {
			x := math.NaN()
			if v != "" {
				x, _ = strconv.ParseFloat(v, 64)
			}
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(x))
		}
		return "<f8", data
	}
	width := 1
	for _, v := range c.values {
		width = max(width, utf8.RuneCountInString(v))
	}
	for _, v := range c.values {
		n := 0
		for _, r := range v {
			data = binary.LittleEndian.AppendUint32(data, uint32(r))
			n++
		}
		data = append(data, make([]byte, 4*(width-n))...)
	}
	return fmt.Sprintf("<U%d", width), data
}

// isNumber reports whether text is a number in its usual form, or empty.
func isNumber(s string) bool {
	if s == "" || s == "inf" || s == "-inf" {
		return true
	}
	digits := s
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != 'e' || digits == "" || digits[0] > '9' || digits[0] < '0' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return false
		}
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// ExportFile writes the archive to a file, completely or not at all.
func ExportFile(ctx context.Context, home stimuli.Home, id, path string) error {
	if info, err := os.Stat(path); err == nil {
		switch {
		case info.IsDir():
			return fmt.Errorf("writing %s: it is a folder; name a file", path)
		case !info.Mode().IsRegular():
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
			}
			return errors.Join(Export(ctx, home, id, f), f.Close())
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
	}
	var failed error
	err := fsutil.WriteFile(path, 0, func(w io.Writer) error {
		failed = Export(ctx, home, id, w)
		return failed
	})
	if err != nil && failed == nil {
		return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	return err
}
