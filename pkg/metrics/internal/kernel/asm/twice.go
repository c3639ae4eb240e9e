package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// twice emits a function of two vectors in twice the precision, x and y, and of numbers that by holds.
// prepare loads these, and each emits what is done with x and y at one step.
func twice(v isa, name, doc string, prepare func(by reg.GPPhysical), each func(xHigh, xLow, yHigh, yLow operand.Mem)) {
	TEXT(name+v.name, NOSPLIT, "func(k int, xHigh, xLow, yHigh, yLow, by *float64)")
	Doc(fmt.Sprintf(doc, name+v.name, v.width))
	Pragma("noescape")
	k, by := ptr("k", reg.RCX), ptr("by", reg.RSI)
	xHigh, xLow := ptr("xHigh", reg.RDX), ptr("xLow", reg.RDI)
	yHigh, yLow := ptr("yHigh", reg.R8), ptr("yLow", reg.R9)
	prepare(by)
	Label("loop")
	each(at(xHigh, 0), at(xLow, 0), at(yHigh, 0), at(yLow, 0))
	for _, p := range []reg.GPPhysical{xHigh, xLow, yHigh, yLow} {
		ADDQ(operand.U32(v.bytes()), p)
	}
	SUBQ(operand.Imm(uint64(v.width)), k)
	JNZ(operand.LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// rotate emits the rotation of two vectors in twice the precision, operation by operation as
// package double has them:
//
//	x, y = cosine·x − sine·y, sine·x + cosine·y
func rotate(v isa) {
	minusZero := v.regs[4]
	cosine, sine := number{v.regs[0], v.regs[1]}, number{v.regs[2], v.regs[3]}
	a, b := number{v.regs[5], v.regs[6]}, number{v.regs[7], v.regs[8]}
	free := v.regs[9:16]
	const doc = "%s rotates k elements; k is a multiple of %d. by are the cosine's high and low part, those of the sine, and −0."
	twice(v, "rotate", doc, func(by reg.GPPhysical) {
		for i := range 5 {
			VBROADCASTSD(at(by, 8*i), v.regs[i])
		}
	}, func(xHigh, xLow, yHigh, yLow operand.Mem) {
		VMOVUPD(xHigh, a.high)
		VMOVUPD(xLow, a.low)
		VMOVUPD(yHigh, b.high)
		VMOVUPD(yLow, b.low)

		first, second := number{free[0], free[1]}, number{free[2], free[3]}
		times(cosine, a, first, free[2:5])
		times(sine, b, second, free[4:7])
		VSUBPD(second.high, minusZero, second.high)
		VSUBPD(second.low, minusZero, second.low)
		x := plus(first, second, free[4:7])
		VMOVUPD(x.high, xHigh)
		VMOVUPD(x.low, xLow)

		times(sine, a, first, free[2:5])
		times(cosine, b, second, free[4:7])
		y := plus(first, second, free[4:7])
		VMOVUPD(y.high, yHigh)
		VMOVUPD(y.low, yLow)
	})
}

// addScaled emits the addition of a multiple of one vector in twice the precision to another,
// operation by operation as package double has it:
//
//	x += by·y
func addScaled(v isa) {
	scale := number{v.regs[0], v.regs[1]}
	x, low, y, product, rest, other, total := v.regs[2], v.regs[3], v.regs[4], v.regs[5], v.regs[6], v.regs[7], v.regs[8]
	const doc = "%s adds by times y to x for k elements; k is a multiple of %d. by are a high and a low part."
	twice(v, "addScaled", doc, func(by reg.GPPhysical) {
		VBROADCASTSD(at(by, 0), scale.high)
		VBROADCASTSD(at(by, 8), scale.low)
	}, func(xHigh, xLow, yHigh, yLow operand.Mem) {
		VMOVUPD(xHigh, x)
		VMOVUPD(yHigh, y)
		VMULPD(y, scale.high, product)
		VMOVAPD(scale.high, rest)
		VFMSUB213PD(product, y, rest)
		VMULPD(yLow, scale.high, low)
		VMULPD(y, scale.low, other)
		VADDPD(other, low, low)
		VADDPD(low, rest, rest)
		VADDPD(product, x, total)
		VSUBPD(x, total, other) // part
		VSUBPD(other, product, product)
		VSUBPD(other, total, other)
		VSUBPD(other, x, x)
		VADDPD(product, x, x)
		VADDPD(xLow, x, x)
		VADDPD(x, rest, rest)
		VADDPD(rest, total, x)
		VMOVUPD(x, xHigh)
		VSUBPD(total, x, x)
		VSUBPD(x, rest, rest)
		VMOVUPD(rest, xLow)
	})
}

// number is vectors of numbers in twice the precision.
type number struct{ high, low reg.VecPhysical }

// times sets out to a·b.
func times(a, b, out number, free []reg.VecPhysical) {
	product, rest, low := free[0], out.low, free[1]
	VMULPD(b.high, a.high, product)
	VMOVAPD(a.high, rest)
	VFMSUB213PD(product, b.high, rest)
	VMULPD(b.low, a.high, low)
	VMULPD(b.high, a.low, out.high)
	VADDPD(out.high, low, low)
	VADDPD(low, rest, rest)
	sum(product, rest, out.high, free[1])
}

// sum sets out to a + b, rounded, and b to what rounding takes. It spoils a and free.
func sum(a, b, out, free reg.VecPhysical) {
	VADDPD(b, a, out)
	VSUBPD(a, out, free) // c
	VSUBPD(free, b, b)
	VSUBPD(free, out, free)
	VSUBPD(free, a, a)
	VADDPD(b, a, b)
}

// plus returns a + b, in registers that it was given. It spoils a and b.
func plus(a, b number, free []reg.VecPhysical) number {
	sum(a.high, b.high, free[0], free[2]) // free[0], b.high
	sum(a.low, b.low, free[1], free[2])   // free[1], b.low
	VADDPD(free[1], b.high, b.high)
	sum(free[0], b.high, a.high, free[2]) // a.high, b.high
	VADDPD(b.low, b.high, b.high)
	sum(a.high, b.high, a.low, free[2]) // a.low, b.high
	return number{a.low, b.high}
}
