package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The pack routines write k steps (a multiple of width) of width rows of src, lds
// bytes apart, as a panel: dst[k][r] = src[r][k]. The single form reads float32
// and subtracts mean[k] after widening, which saves the caller a float64 copy of
// its block.

func packHeader(v isa, single bool) (k, src, lds, dst, mean reg.GPPhysical) {
	if single {
		TEXT(fmt.Sprintf("packSingle%s", v.name), NOSPLIT,
			"func(k int, src *float32, lds int, mean *float64, dst *float64)")
		Doc(fmt.Sprintf("packSingle%s writes dst[k][r] = float64(src[r][k]) − mean[k] for %d rows lds bytes apart; k is a multiple of %d.", v.name, v.width, v.width))
	} else {
		TEXT(fmt.Sprintf("pack%s", v.name), NOSPLIT,
			"func(k int, src *float64, lds int, dst *float64)")
		Doc(fmt.Sprintf("pack%s writes dst[k][r] = src[r][k] for %d rows lds bytes apart; k is a multiple of %d.", v.name, v.width, v.width))
	}
	Pragma("noescape")
	k, src, lds, dst = ptr("k", reg.RCX), ptr("src", reg.RSI), ptr("lds", reg.R8), ptr("dst", reg.RDI)
	if single {
		mean = ptr("mean", reg.RDX)
	}
	return
}

func packAVX512(single bool) {
	v := avx512
	k, src, lds, dst, mean := packHeader(v, single)
	lds3, lds5, lds7 := reg.R9, reg.R10, reg.R11
	LEAQ(operand.Mem{Base: lds, Index: lds, Scale: 2}, lds3)
	LEAQ(operand.Mem{Base: lds, Index: lds, Scale: 4}, lds5)
	LEAQ(operand.Mem{Base: lds3, Index: lds, Scale: 4}, lds7)
	z := v.regs

	rows := []operand.Mem{
		at(src, 0),
		{Base: src, Index: lds, Scale: 1},
		{Base: src, Index: lds, Scale: 2},
		{Base: src, Index: lds3, Scale: 1},
		{Base: src, Index: lds, Scale: 4},
		{Base: src, Index: lds5, Scale: 1},
		{Base: src, Index: lds3, Scale: 2},
		{Base: src, Index: lds7, Scale: 1},
	}
	Label("loop")
	if single {
		VMOVUPD(at(mean, 0), z[31])
	}
	for r, m := range rows {
		if single {
			VCVTPS2PD(m, z[r])
			VSUBPD(z[31], z[r], z[r])
		} else {
			VMOVUPD(m, z[r])
		}
	}
	// A 4×4 transposition of 128-bit lanes (pairs of k) over the even rows and
	// over the odd rows, then one unpack for each k.
	lanes := func(r [4]reg.VecPhysical, t, out []reg.VecPhysical) {
		VSHUFF64X2(operand.Imm(0x44), r[1], r[0], t[0]) // pairs 0 1 of rows 0, 1
		VSHUFF64X2(operand.Imm(0x44), r[3], r[2], t[1])
		VSHUFF64X2(operand.Imm(0xee), r[1], r[0], t[2]) // pairs 2 3
		VSHUFF64X2(operand.Imm(0xee), r[3], r[2], t[3])
		VSHUFF64X2(operand.Imm(0x88), t[1], t[0], out[0])
		VSHUFF64X2(operand.Imm(0xdd), t[1], t[0], out[1])
		VSHUFF64X2(operand.Imm(0x88), t[3], t[2], out[2])
		VSHUFF64X2(operand.Imm(0xdd), t[3], t[2], out[3])
	}
	lanes([4]reg.VecPhysical{z[0], z[2], z[4], z[6]}, z[8:12], z[16:20])
	lanes([4]reg.VecPhysical{z[1], z[3], z[5], z[7]}, z[12:16], z[20:24])
	for p := 0; p < 4; p++ {
		VUNPCKLPD(z[20+p], z[16+p], z[24])
		VUNPCKHPD(z[20+p], z[16+p], z[25])
		VMOVUPD(z[24], at(dst, 2*p*64))
		VMOVUPD(z[25], at(dst, (2*p+1)*64))
	}
	advance(v, single, k, src, dst, mean)
}

func packAVX2(single bool) {
	v := avx2
	k, src, lds, dst, mean := packHeader(v, single)
	lds3 := reg.R9
	LEAQ(operand.Mem{Base: lds, Index: lds, Scale: 2}, lds3)
	y := v.regs
	rows := []operand.Mem{
		at(src, 0),
		{Base: src, Index: lds, Scale: 1},
		{Base: src, Index: lds, Scale: 2},
		{Base: src, Index: lds3, Scale: 1},
	}
	Label("loop")
	if single {
		VMOVUPD(at(mean, 0), y[15])
	}
	for r, m := range rows {
		if single {
			VCVTPS2PD(m, y[r])
			VSUBPD(y[15], y[r], y[r])
		} else {
			VMOVUPD(m, y[r])
		}
	}
	VUNPCKLPD(y[1], y[0], y[4]) // k 0 and 2 of rows 0, 1
	VUNPCKHPD(y[1], y[0], y[5]) // k 1 and 3
	VUNPCKLPD(y[3], y[2], y[6])
	VUNPCKHPD(y[3], y[2], y[7])
	VPERM2F128(operand.Imm(0x20), y[6], y[4], y[8])
	VPERM2F128(operand.Imm(0x20), y[7], y[5], y[9])
	VPERM2F128(operand.Imm(0x31), y[6], y[4], y[10])
	VPERM2F128(operand.Imm(0x31), y[7], y[5], y[11])
	for i := 0; i < 4; i++ {
		VMOVUPD(y[8+i], at(dst, i*32))
	}
	advance(v, single, k, src, dst, mean)
}

// advance closes the loop over blocks of width steps.
func advance(v isa, single bool, k, src, dst, mean reg.GPPhysical) {
	size := v.bytes()
	if single {
		ADDQ(operand.U32(size), mean)
		size /= 2
	}
	ADDQ(operand.U32(size), src)
	ADDQ(operand.U32(v.width*v.bytes()), dst)
	SUBQ(operand.Imm(uint64(v.width)), k)
	JNZ(operand.LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// copyPanels is how many panels copy writes at once: enough to read whole cache lines
// in sequence, which a walk down one panel's columns does not.
const copyPanels = 4

// copySteps emits the packing of a matrix whose rows already hold one step each:
// dst[p][k][r] = src[k][p·width + r] for copyPanels panels dps bytes apart.
func copySteps(v isa) {
	TEXT(fmt.Sprintf("copy%s", v.name), NOSPLIT,
		"func(k int, src *float64, lds int, dst *float64, dps int)")
	Doc(fmt.Sprintf("copy%s writes dst[p][k][r] = src[k][%d·p+r] for %d panels p, dps bytes apart; rows of src are lds bytes apart.", v.name, v.width, copyPanels))
	Pragma("noescape")
	k, src, lds := ptr("k", reg.RCX), ptr("src", reg.RSI), ptr("lds", reg.R8)
	dst, dps := ptr("dst", reg.RDI), ptr("dps", reg.R9)
	dps3 := reg.R10
	LEAQ(operand.Mem{Base: dps, Index: dps, Scale: 2}, dps3)
	out := []operand.Mem{
		at(dst, 0),
		{Base: dst, Index: dps, Scale: 1},
		{Base: dst, Index: dps, Scale: 2},
		{Base: dst, Index: dps3, Scale: 1},
	}
	Label("loop")
	for line := 0; line < copyPanels*v.bytes(); line += 64 {
		PREFETCHT0(operand.Mem{Base: src, Index: lds, Scale: 8, Disp: line})
	}
	for p, m := range out {
		VMOVUPD(at(src, p*v.bytes()), v.regs[p])
		VMOVUPD(v.regs[p], m)
	}
	ADDQ(lds, src)
	ADDQ(operand.Imm(uint64(v.bytes())), dst)
	DECQ(k)
	JNZ(operand.LabelRef("loop"))
	VZEROUPPER()
	RET()
}
