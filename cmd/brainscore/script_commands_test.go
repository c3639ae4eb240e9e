package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// scriptCommands are the commands of scripts.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exitcode":    exitcode,
	"refused":     refused,
	"interrupted": interrupted,
	"extract":     extract,
	"copytree":    copytree,
	"recast":      recast,
	"npyfile":     npyfile,
	"cmpnum":      cmpnum,
	"store":       store,
	"misbehave":   misbehave,
	"expected":    expected,
	"zipfile":     zipfile,
	"python":      python,
}

// scriptCondition adds [root], true if permissions do not keep files from being read, and
// [pytorch] and [torchvision], true if a Python on the system has PyTorch, and torchvision too,
// and [networks], true if BRAINSCORE_TEST_NETWORKS asks to run whole networks.
func scriptCondition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "pytorch":
		return pythonWithTorch() != "", nil
	case "whole":
		return thorough.Asked(), nil
	case "networks":
		return os.Getenv("BRAINSCORE_TEST_NETWORKS") != "", nil
	case "torchvision":
		return hasTorchvision(), nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// refused runs `brainscore score` and wants the exit code for invalid data, one line on
// stderr that matches, and nothing on stdout.
//
//	refused REGEXP [ARG]...
func refused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: refused REGEXP [ARG]...")
	}
	exitcode(ts, false, append([]string{"3", "brainscore", "score"}, args[1:]...))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("standard output holds %q", out)
	}
	message := ts.ReadFile("stderr")
	if !strings.HasPrefix(message, "brainscore: ") || strings.Count(message, "\n") != 1 {
		ts.Fatalf("not one message, but %q", message)
	}
	if !regexp.MustCompile(args[0]).MatchString(message) {
		ts.Fatalf("the message does not match %q: %s", args[0], message)
	}
}

// interrupted runs brainscore, interrupts it at its first line on stderr, and
// wants it to end soon with exit code 1 and nothing on stdout.
//
//	interrupted [ARG]...
func interrupted(ts *testscript.TestScript, neg bool, args []string) {
	path, err := exec.LookPath("brainscore")
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.MkAbs(".")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	var lines bytes.Buffer
	first := make([]byte, 1)
	if _, err := stderr.Read(first); err != nil {
		ts.Fatalf("it ended by itself: %v", err)
	}
	start := time.Now()
	ts.Check(cmd.Process.Signal(syscall.SIGINT))
	_, err = lines.ReadFrom(stderr)
	ts.Check(err)
	exit, ok := errors.AsType[*exec.ExitError](cmd.Wait())
	switch {
	case !ok || exit.ExitCode() != 1:
		ts.Fatalf("ended with %v, want exit code 1", cmd.ProcessState)
	case stdout.Len() > 0:
		ts.Fatalf("standard output holds %q", &stdout)
	case !strings.Contains(lines.String(), "interrupted"):
		ts.Fatalf("stderr has only %q", &lines)
	}
	ts.Logf("ended after %v", time.Since(start))
}

// copytree copies a folder.
//
//	copytree FROM TO
func copytree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copytree FROM TO")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// recast copies a model dump with its arrays in another form, with the same numbers if
// the type can hold them.
//
//	recast FROM TO HOME [dtype=<f4] [order=F] [permute]
//
// With permute, the rows of each stimulus set are shuffled, and its
// stimulus_ids.csv with them.
func recast(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: recast FROM TO HOME [dtype=D] [order=O] [permute]")
	}
	from, to, home := ts.MkAbs(args[0]), ts.MkAbs(args[1]), ts.MkAbs(args[2])
	dtype, order, permute := "<f8", "C", false
	for _, arg := range args[3:] {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "dtype":
			dtype = value
		case "order":
			order = value
		case "permute":
			permute = true
		default:
			ts.Fatalf("unknown option %q", arg)
		}
	}
	ts.Check(os.CopyFS(to, os.DirFS(from)))
	sets, err := os.ReadDir(to)
	ts.Check(err)
	for _, set := range sets {
		if !set.IsDir() {
			continue
		}
		dir := filepath.Join(to, set.Name())
		ids := dumpIDs(ts, dir, filepath.Join(home, "stimuli", set.Name(), "stimuli.csv"))
		rows := make([]int, len(ids))
		for i := range rows {
			rows[i] = i
		}
		if permute {
			rows = rand.New(rand.NewPCG(1, 2)).Perm(len(ids))
			text := "stimulus_id\n"
			for _, row := range rows {
				text += ids[row] + "\n"
			}
			ts.Check(os.WriteFile(filepath.Join(dir, "stimulus_ids.csv"), []byte(text), 0o666))
		}
		arrays, err := filepath.Glob(filepath.Join(dir, "*.npy"))
		ts.Check(err)
		for _, path := range arrays {
			recastArray(ts, path, rows, dtype, order)
		}
	}
}

// dumpIDs returns the ids of a dump's rows, from its stimulus_ids.csv, else from the
// given table.
func dumpIDs(ts *testscript.TestScript, dir, otherwise string) []string {
	data, err := os.ReadFile(filepath.Join(dir, "stimulus_ids.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		data, err = os.ReadFile(otherwise)
	}
	ts.Check(err)
	table, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	ts.Check(err)
	var ids []string
	for _, row := range table[1:] {
		ids = append(ids, row[0])
	}
	return ids
}

func recastArray(ts *testscript.TestScript, path string, rows []int, dtype, order string) {
	file, err := npy.Open(path)
	ts.Check(err)
	shape, cols := file.Shape(), file.Cols()
	values := make([]float64, len(rows)*cols)
	err = file.ReadBlock(rows, 0, cols, values, cols, new(npy.Scratch))
	ts.Check(errors.Join(err, file.Close()))
	if order == "F" {
		// Only two axes: the transposition below is not Fortran's order of more.
		shape = []int{len(rows), cols}
		turned := make([]float64, 0, len(values))
		for j := range cols {
			for i := range rows {
				turned = append(turned, values[i*cols+j])
			}
		}
		values = turned
	}
	var axes strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&axes, "%d, ", n)
	}
	data := npyHeader(dtype, order, "("+axes.String()+")")
	ts.Check(os.WriteFile(path, appendNumbers(data, dtype, values), 0o666))
}

// npyHeader returns the header of a .npy file of version 1; descr and shape are written
// as in Python, descr without the quotes of a plain type.
func npyHeader(descr, order, shape string) []byte {
	if !strings.HasPrefix(descr, "[") {
		descr = "'" + descr + "'"
	}
	fortran := "False"
	if order == "F" {
		fortran = "True"
	}
	header := fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr, fortran, shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	data := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return append(data, header...)
}

func appendNumbers(data []byte, dtype string, values []float64) []byte {
	var order binary.AppendByteOrder = binary.LittleEndian
	if strings.HasPrefix(dtype, ">") {
		order = binary.BigEndian
	}
	for _, v := range values {
		if strings.HasSuffix(dtype, "f4") {
			data = order.AppendUint32(data, math.Float32bits(float32(v)))
		} else {
			data = order.AppendUint64(data, math.Float64bits(v))
		}
	}
	return data
}

// npyfile writes a .npy file, valid or not. The content is the numbers, COUNT random
// numbers, or COUNT zero bytes, which need no space on the disk.
//
//	npyfile FILE DESCR SHAPE NUMBER...
//	npyfile FILE DESCR SHAPE random=COUNT
//	npyfile FILE DESCR SHAPE bytes=COUNT
func npyfile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: npyfile FILE DESCR SHAPE NUMBER...|random=COUNT|bytes=COUNT")
	}
	path, data := ts.MkAbs(args[0]), npyHeader(args[1], "C", args[2])
	var values []float64
	zeros := int64(0)
	for _, arg := range args[3:] {
		name, count, named := strings.Cut(arg, "=")
		if !named {
			v, err := strconv.ParseFloat(arg, 64)
			ts.Check(err)
			values = append(values, v)
			continue
		}
		n, err := strconv.ParseInt(count, 10, 64)
		ts.Check(err)
		if name == "bytes" {
			zeros = n
			continue
		}
		random := rand.New(rand.NewPCG(3, uint64(n)))
		for range n {
			values = append(values, random.NormFloat64())
		}
	}
	data = appendNumbers(data, args[1], values)
	ts.Check(os.WriteFile(path, data, 0o666))
	ts.Check(os.Truncate(path, int64(len(data))+zeros))
}

var (
	decimals   = regexp.MustCompile(`-?\d+\.\d+(e[-+]\d+)?`)
	provenance = regexp.MustCompile(`"(version|go)": ".*"`)
	digests    = regexp.MustCompile(`sha256:[0-9a-f]{64}`)
)

// cmpnum compares two files that hold numbers: text must be the same, except the
// versions and hashes in provenance, and numbers with a point must be equal to 1e-9.
//
//	cmpnum FILE FILE
func cmpnum(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cmpnum FILE FILE")
	}
	var texts [2]string
	for i, name := range args {
		texts[i] = provenance.ReplaceAllString(ts.ReadFile(name), `"$1": "…"`)
		texts[i] = digests.ReplaceAllString(texts[i], "sha256:…")
	}
	if err := sameNumbers(texts[0], texts[1]); err != nil {
		ts.Fatalf("%s and %s: %v", args[0], args[1], err)
	}
}

// sameNumbers compares two texts that hold numbers: those with a point may
// differ by 1e-9, as instruction sets round differently.
func sameNumbers(a, b string) error {
	if textA, textB := decimals.ReplaceAllString(a, "#.#"), decimals.ReplaceAllString(b, "#.#"); textA != textB {
		return fmt.Errorf("they differ in more than numbers:\n%s\nand\n%s", textA, textB)
	}
	numbersA, numbersB := decimals.FindAllString(a, -1), decimals.FindAllString(b, -1)
	for i := range numbersA {
		x, errX := strconv.ParseFloat(numbersA[i], 64)
		y, errY := strconv.ParseFloat(numbersB[i], 64)
		if err := errors.Join(errX, errY); err != nil {
			return err
		}
		if !(math.Abs(x-y) <= 1e-9) {
			return fmt.Errorf("one has %v where the other has %v", x, y)
		}
	}
	return nil
}

// extract unpacks a zip archive into a folder:
//
//	extract ARCHIVE DIR
func extract(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: extract ARCHIVE DIR")
	}
	z, err := zip.OpenReader(args[0])
	ts.Check(err)
	defer z.Close()
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), z))
}
