// Package kernel holds the dense float64 products that every metric rests on: the
// symmetric rank-k update of a Gram matrix and the general product, register
// blocked, with SIMD assembly chosen at run time.
//
//	SyrkUpper   C[i][j] += Σ_k B[i][k]·B[j][k]      i <= j    B n×k, C n×n
//	Gemm        C       += α·op(A)·op(B)                      C m×n
//	Mirror      C[j][i]  = C[i][j]                  i <= j    C n×n
//	BLAS        gonum's blas.Float64 on these kernels
//	Rotate      x, y = c·x − s·y, s·x + c·y                   in twice the precision
//	AddScaled   x += c·y                                      in twice the precision
//
// All matrices are row-major with a stride in elements, as in gonum.
//
// # Guarantees
//
//   - The sum over k of each element runs in ascending k inside blocks of KC terms;
//     each block's sum is formed from zero and then added to C (after a product with
//     α where there is one). So a product split into successive calls at multiples of
//     KC gives the bits of the one call.
//   - Bits do not depend on the number of workers: every element belongs to one tile,
//     every tile to one worker, and tiles never share an accumulator.
//   - Bits of products do depend on the path: the SIMD paths fuse multiply and add. The portable
//     path rounds every product on every architecture, and so does its BLAS.
//   - NaN and Inf propagate: no term is skipped because its partner is zero. (The
//     products of gonum skip them, so 0·Inf is 0 there.)
//   - Nothing outside the described elements is read or written, the lower triangle of
//     SyrkUpper and the gap between row end and stride included.
//
// # Method
//
// Rows are packed into panels: w rows side by side for each k, w = 8
// for AVX-512, else 4. A panel serves as either side of the
// product: broadcast element by element as rows of a tile, or loaded as vectors for
// its columns. Three panels make the columns, so a tile of w×3w sits in 24 (12)
// registers. SyrkUpper therefore packs its block once and multiplies it by itself.
// The order of loops is that of Goto and van de Geijn (2008), "Anatomy of
// high-performance matrix multiplication", ACM TOMS 34(3).
//
// # Paths
//
// "avx512" (AVX512F), "avx2" (AVX2 and FMA), "neon" (every arm64) and "portable"
// (plain Go, every platform); see Path. The build tag noasm leaves only the last.
package kernel

//go:generate go run -C asm . -out ../dot_amd64.s -stubs ../dot_amd64.go -pkg kernel
//go:generate go run -C asm ./neon -out ../dot_arm64.s -stubs ../dot_arm64.go
