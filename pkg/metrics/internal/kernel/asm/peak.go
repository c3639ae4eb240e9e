package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peakChains is how many independent multiply-adds one turn of peak holds: enough
// to cover latency × units on any CPU, few enough for 16 registers.
const peakChains = 12

// peak emits a loop of multiply-adds on registers only: the ceiling that the
// benchmarks state their rates against.
func peak(v isa) {
	TEXT("peak"+v.name, NOSPLIT, "func(turns int)")
	Doc(fmt.Sprintf("peak%s runs turns × %d independent multiply-adds on full registers.", v.name, peakChains))
	turns := ptr("turns", reg.RCX)
	for _, x := range v.regs[:peakChains+2] {
		v.zero(x)
	}
	Label("loop")
	for i := 0; i < peakChains; i++ {
		VFMADD231PD(v.regs[peakChains], v.regs[peakChains+1], v.regs[i])
	}
	DECQ(turns)
	JNZ(operand.LabelRef("loop"))
	VZEROUPPER()
	RET()
}
