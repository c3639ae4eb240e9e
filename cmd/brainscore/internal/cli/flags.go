package cli

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strconv"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"
)

// jobsFlag is the value of --jobs; zero is one job for each processor.
type jobsFlag int

func addJobsFlag(flags *pflag.FlagSet, jobs *jobsFlag) {
	flags.VarP(jobs, "jobs", "j", "work on so many `N` processors at once (default all); results do not depend on it")
}

// number is how many jobs to run.
func (j jobsFlag) number() int {
	if j == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return int(j)
}

func (j *jobsFlag) String() string {
	if *j == 0 {
		return ""
	}
	return strconv.Itoa(int(*j))
}

func (j *jobsFlag) Type() string { return "N" }

// Set implements pflag.Value.
func (j *jobsFlag) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a whole number of at least 1", s)
	}
	*j = jobsFlag(n)
	return nil
}

// memoryFlag is the value of --memory in bytes; zero is no limit.
type memoryFlag int64

func (m *memoryFlag) String() string {
	if *m == 0 {
		return ""
	}
	return humanize.IBytes(uint64(*m))
}

func (m *memoryFlag) Type() string { return "SIZE" }

// Set implements pflag.Value.
func (m *memoryFlag) Set(s string) error {
	bytes, err := humanize.ParseBytes(s)
	if err != nil || bytes < 1 || bytes > math.MaxInt64 {
		return fmt.Errorf("%q is no size such as 500MB or 2GiB", s)
	}
	*m = memoryFlag(bytes)
	return nil
}

// threshold is the value of --fail-under, a score to reach.
type threshold struct {
	value float64
	set   bool
}

func (t *threshold) String() string {
	if !t.set {
		return ""
	}
	return strconv.FormatFloat(t.value, 'g', -1, 64)
}

func (t *threshold) Type() string { return "X" }

// Set implements pflag.Value.
func (t *threshold) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsNaN(x):
		return fmt.Errorf("%q is not a number", s)
	case x < -1 || x > 1:
		return errors.New(s + " is no score: scores are from -1 to 1")
	}
	*t = threshold{x, true}
	return nil
}
