package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// symv emits the pass over four rows of a symmetric matrix that uses each element
// twice, for its row's product with x and for the columns' share of the rows:
//
//	dots[r] = Σ_j a[r][j]·x[j]        y[j] += Σ_r a[r][j]·xr[r]
//
// The vectors of dots are left unsummed.
func symv(v isa) {
	const rows = 4
	TEXT(fmt.Sprintf("symv%s", v.name), NOSPLIT,
		"func(k int, a *float64, lda int, x, y, xr, dots *float64)")
	Doc(fmt.Sprintf("symv%s sets the %d×%d lanes of dots to a·x and adds xr·a to y for %d rows a, lda bytes apart; k is a multiple of %d.", v.name, rows, v.width, rows, 2*v.width))
	Pragma("noescape")
	k, a, lda := ptr("k", reg.RCX), ptr("a", reg.RSI), ptr("lda", reg.R8)
	x, y, xr := ptr("x", reg.RDX), ptr("y", reg.RDI), ptr("xr", reg.R10)
	lda3 := reg.R9
	LEAQ(operand.Mem{Base: lda, Index: lda, Scale: 2}, lda3)
	row := func(r, disp int) operand.Mem {
		return [rows]operand.Mem{
			{Base: a, Disp: disp},
			{Base: a, Index: lda, Scale: 1, Disp: disp},
			{Base: a, Index: lda, Scale: 2, Disp: disp},
			{Base: a, Index: lda3, Scale: 1, Disp: disp},
		}[r]
	}
	// Two sums for each row, so that none waits for its predecessor.
	acc := v.regs[0 : 2*rows]
	share := v.regs[2*rows : 3*rows]
	xv, yv, av := v.regs[12], v.regs[13], v.regs[14]
	for r := 0; r < rows; r++ {
		VBROADCASTSD(at(xr, 8*r), share[r])
	}
	for _, z := range acc {
		v.zero(z)
	}
	Label("loop")
	for half := 0; half < 2; half++ {
		d := half * v.bytes()
		VMOVUPD(at(x, d), xv)
		VMOVUPD(at(y, d), yv)
		for r := 0; r < rows; r++ {
			VMOVUPD(row(r, d), av)
			PREFETCHT0(row(r, d+12*64))
			VFMADD231PD(av, xv, acc[2*r+half])
			VFMADD231PD(av, share[r], yv)
		}
		VMOVUPD(yv, at(y, d))
	}
	for _, p := range []reg.GPPhysical{a, x, y} {
		ADDQ(operand.U32(2*v.bytes()), p)
	}
	SUBQ(operand.Imm(uint64(2*v.width)), k)
	JNZ(operand.LabelRef("loop"))
	dots := ptr("dots", reg.R11)
	for r := 0; r < rows; r++ {
		VADDPD(acc[2*r], acc[2*r+1], acc[2*r])
		VMOVUPD(acc[2*r], at(dots, r*v.bytes()))
	}
	VZEROUPPER()
	RET()
}
