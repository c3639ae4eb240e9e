package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is what differs between the vector instruction sets.
type isa struct {
	name  string
	width int // float64 lanes in a vector, and rows in a panel
	regs  []reg.VecPhysical
}

func (v isa) bytes() int { return 8 * v.width }

// zero clears a register. The 512-bit VXORPD would need AVX512DQ; VPXORQ is in
// the foundation set.
func (v isa) zero(x reg.VecPhysical) {
	if v.width == 8 {
		VPXORQ(x, x, x)
		return
	}
	VXORPD(x, x, x)
}

var (
	avx512 = isa{name: "AVX512", width: 8, regs: []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}}
	avx2 = isa{name: "AVX2", width: 4, regs: []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}}
)

// at is a memory operand without an index.
func at(base reg.Register, disp int) operand.Mem {
	return operand.Mem{Base: base, Disp: disp}
}

// ptr loads an argument into a fixed register.
func ptr(name string, r reg.GPPhysical) reg.GPPhysical {
	Load(Param(name), r)
	return r
}
