// Command asm writes the assembly of package kernel. It lives in a module of
// its own so that avo is no dependency of the toolkit. Its output depends on
// nothing but this source: running it again must leave a clean tree.
//
// From the root of the repository:
//
//	$ go generate ./pkg/metrics/internal/kernel
//	$ git diff --exit-code -- pkg/metrics/internal/kernel
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!noasm")

	// Wider tiles first; panels is how many panels of op(B) one tile spans.
	for panels := 3; panels >= 1; panels-- {
		dot(avx512, panels, false)
		dot(avx512, panels, true)
	}
	for panels := 3; panels >= 1; panels-- {
		dot(avx2, panels, false)
		dot(avx2, panels, true)
	}
	packAVX512(false)
	packAVX512(true)
	packAVX2(false)
	packAVX2(true)
	copySteps(avx512)
	copySteps(avx2)
	symv(avx512)
	symv(avx2)
	rotate(avx512)
	rotate(avx2)
	addScaled(avx512)
	addScaled(avx2)
	peak(avx512)
	peak(avx2)

	Generate()
}
