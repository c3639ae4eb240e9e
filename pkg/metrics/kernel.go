package metrics

import (
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// PortableKernel is the kernel in plain Go. Its figures have the same bits on all
// processors.
const PortableKernel = kernel.Portable

// Kernel returns the name of the kernel that dense products run on: PortableKernel,
// "avx2", "avx512" or "neon". Figures of different kernels differ by rounding.
func Kernel() string { return kernel.Path() }

// Kernels lists the names of all kernels, whether this processor can run them or not.
func Kernels() []string { return kernel.Names() }

// UseKernel chooses the kernel by its name. An empty name stands for the kernel of the
// environment variable BRAINSCORE_KERNEL, else the widest of the processor. It returns an
// error if there is no such kernel or the processor cannot run it. It must not be called
// while anything computes.
func UseKernel(name string) error { return dense.UseKernel(name) }
