package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// unroll is the number of steps of k that are written out. A row of steps also
// fetches ahead, a cache line every unroll steps each: one row of C after the other,
// first of this tile, then of the one below, which comes next; and, for the second
// level cache, the panels of B after the present ones, from where next points. The
// product is a sixth faster for it.
const unroll = 4

// dot emits one micro-kernel: a tile of width rows × panels·width columns,
//
//	C[r][j] = alpha·Σ_k A[k][r]·B[k][j] + C[r][j]
//
// with the sum in ascending k, one fused multiply-add for each term, all of it
// held in registers: width·panels accumulators, one vector of each panel of B,
// and the rest to hold broadcast elements of A, so that no multiply-add waits for
// its broadcast.
//
// The packed form reads A from a panel (width rows side by side for each k); the
// strided form reads it where it lies, row r at r·ras bytes and step k at k·kas.
func dot(v isa, panels int, strided bool) {
	w := v.width
	if strided {
		TEXT(fmt.Sprintf("stride%sx%d", v.name, panels), NOSPLIT,
			"func(k int, a *float64, ras, kas int, b *float64, bps int, alpha float64, c *float64, ldc int)")
		Doc(fmt.Sprintf("stride%sx%d is dot%sx%d with row r and step k of A at a + r·ras + k·kas bytes.", v.name, panels, v.name, panels))
	} else {
		TEXT(fmt.Sprintf("dot%sx%d", v.name, panels), NOSPLIT,
			"func(k int, a *float64, b *float64, bps int, alpha float64, c *float64, ldc int, next *float64)")
		Doc(fmt.Sprintf("dot%sx%d adds alpha·AᵀB to the %d×%d tile at c: A is a panel, B %d panels bps bytes apart.", v.name, panels, w, w*panels, panels))
	}
	Pragma("noescape")

	acc := func(r, p int) reg.VecPhysical { return v.regs[r*panels+p] }
	bv := v.regs[w*panels : w*panels+panels]
	free := v.regs[w*panels+panels:]
	if len(free) > w {
		free = free[:w]
	}

	k := ptr("k", reg.RCX)
	a := ptr("a", reg.RSI)
	b := ptr("b", reg.RDI)
	bps := ptr("bps", reg.R8)

	// Byte offsets of the rows of A that a scaled index cannot reach from ras.
	ras, ras3, ras5, ras7, kas := reg.R9, reg.R10, reg.R11, reg.R12, reg.R13
	if strided {
		Load(Param("ras"), ras)
		Load(Param("kas"), kas)
		LEAQ(operand.Mem{Base: ras, Index: ras, Scale: 2}, ras3)
		if w == 8 {
			LEAQ(operand.Mem{Base: ras, Index: ras, Scale: 4}, ras5)
			LEAQ(operand.Mem{Base: ras3, Index: ras, Scale: 4}, ras7)
		}
	}
	row := func(r, step int) operand.Mem {
		if !strided {
			return at(a, (step*w+r)*8)
		}
		switch r {
		case 0:
			return at(a, 0)
		case 1, 2, 4:
			return operand.Mem{Base: a, Index: ras, Scale: uint8(r)}
		case 3:
			return operand.Mem{Base: a, Index: ras3, Scale: 1}
		case 5:
			return operand.Mem{Base: a, Index: ras5, Scale: 1}
		case 6:
			return operand.Mem{Base: a, Index: ras3, Scale: 2}
		default:
			return operand.Mem{Base: a, Index: ras7, Scale: 1}
		}
	}
	column := func(p, step int) operand.Mem {
		m := at(b, step*v.bytes())
		if p > 0 {
			m.Index, m.Scale = bps, uint8(p)
		}
		return m
	}

	// The packed form runs over large C and B, which it fetches ahead: see unroll.
	c := ptr("c", reg.RDX)
	ldc := ptr("ldc", reg.RBX)
	SHLQ(operand.Imm(3), ldc)
	nextC, nextB, over := reg.RAX, reg.R9, reg.R10
	lines := (panels*v.bytes()-8)/64 + 2 // that a row of the tile can touch
	if !strided {
		MOVQ(c, nextC)
		Load(Param("next"), nextB)
		LEAQ(at(ldc, -64*(lines-1)), over)
	}

	for i := 0; i < w*panels; i++ {
		v.zero(v.regs[i])
	}

	steps := func(n int) {
		for s := 0; s < n; s++ {
			for p := 0; p < panels; p++ {
				VMOVUPD(column(p, s), bv[p])
			}
			for r := 0; r < w; r++ {
				x := free[(s*w+r)%len(free)]
				VBROADCASTSD(row(r, s), x)
				if strided && n == unroll && r%unroll == s {
					// Eight rows are more streams than the hardware follows well.
					ahead := row(r, s)
					ahead.Disp = 12 * 64
					PREFETCHT0(ahead)
				}
				for p := 0; p < panels; p++ {
					VFMADD231PD(bv[p], x, acc(r, p))
				}
			}
			if strided {
				ADDQ(kas, a)
			}
		}
		if !strided {
			ADDQ(operand.U32(n*v.bytes()), a)
		}
		ADDQ(operand.U32(n*v.bytes()), b)
	}

	fetch := func(line int) {
		if strided {
			return
		}
		if line%(8/w*3+1) == 0 {
			PREFETCHT1(at(nextB, 0))
			ADDQ(operand.Imm(64), nextB)
		}
		PREFETCHT0(at(nextC, 0))
		if line < lines-1 {
			ADDQ(operand.Imm(64), nextC)
		} else {
			ADDQ(over, nextC)
		}
	}

	long := unroll * lines
	if !strided {
		SUBQ(operand.U32(long), k)
		JL(operand.LabelRef("medium"))
		Label("row")
		for line := 0; line < lines; line++ {
			fetch(line)
			steps(unroll)
		}
		SUBQ(operand.U32(long), k)
		JGE(operand.LabelRef("row"))
		Label("medium")
		ADDQ(operand.U32(long), k)
	}
	SUBQ(operand.Imm(unroll), k)
	JL(operand.LabelRef("tail"))
	Label("loop")
	steps(unroll)
	SUBQ(operand.Imm(unroll), k)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.Imm(unroll), k)
	JZ(operand.LabelRef("store"))
	Label("single")
	steps(1)
	DECQ(k)
	JNZ(operand.LabelRef("single"))

	Label("store")
	alpha := bv[0]
	arg, err := Param("alpha").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSD(arg.Addr, alpha)
	for r := 0; r < w; r++ {
		for p := 0; p < panels; p++ {
			VFMADD213PD(at(c, p*v.bytes()), alpha, acc(r, p))
			VMOVUPD(acc(r, p), at(c, p*v.bytes()))
		}
		if r < w-1 {
			ADDQ(ldc, c)
		}
	}
	VZEROUPPER()
	RET()
}
