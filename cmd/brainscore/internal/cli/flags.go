package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// count is the value of a flag that counts: a whole number of at least min.
type count struct {
	value *int // its default until the flag is set
	min   int
	set   bool
}

func (c *count) String() string {
	if !c.set {
		return ""
	}
	return strconv.Itoa(*c.value)
}

func (c *count) Type() string { return "N" }

// Set implements pflag.Value.
func (c *count) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < c.min {
		return fmt.Errorf("%q is not a whole number of at least %d", s, c.min)
	}
	*c.value, c.set = n, true
	return nil
}

// optionalFloat is the value of a flag that need not be set: a number from min to
// max.
type optionalFloat struct {
	value    float64 // its default until the flag is set
	min, max float64
	set      bool
}

// anyFloat returns an optionalFloat that takes any finite number.
func anyFloat() optionalFloat { return optionalFloat{min: -math.MaxFloat64, max: math.MaxFloat64} }

func (f *optionalFloat) String() string {
	if !f.set {
		return ""
	}
	return strconv.FormatFloat(f.value, 'g', -1, 64)
}

func (f *optionalFloat) Type() string { return "X" }

// Set implements pflag.Value.
func (f *optionalFloat) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err == nil && x >= f.min && x <= f.max {
		f.value, f.set = x, true
		return nil
	}
	if f.max == math.MaxFloat64 {
		return fmt.Errorf("%q is not a finite number", s)
	}
	return fmt.Errorf("%q is not a number from %v to %v", s, f.min, f.max)
}

// kernelFlag is the value of a flag for the name of a kernel.
type kernelFlag string

func (k *kernelFlag) String() string { return string(*k) }
func (k *kernelFlag) Type() string   { return "NAME" }

// Set implements pflag.Value.
func (k *kernelFlag) Set(s string) error {
	if names := metrics.Kernels(); !slices.Contains(names, s) {
		return fmt.Errorf("unknown kernel %q%s; known are %s", s, suggestion("", s, names), strings.Join(names, ", "))
	}
	*k = kernelFlag(s)
	return nil
}

// size is the value of a flag for a size in bytes; zero, its default, sets none.
type size struct{ bytes *int64 }

func (v *size) String() string {
	if v.bytes == nil || *v.bytes == 0 {
		return ""
	}
	return humanize.IBytes(uint64(*v.bytes))
}

func (v *size) Type() string { return "SIZE" }

// Set implements pflag.Value.
func (v *size) Set(s string) error {
	n, err := humanize.ParseBytes(s)
	if err != nil || n < 1 || n > math.MaxInt64 {
		return fmt.Errorf("%q is not a size such as 500MB or 2GiB", s)
	}
	*v.bytes = int64(n)
	return nil
}
