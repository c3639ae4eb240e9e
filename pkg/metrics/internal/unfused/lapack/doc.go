// Package lapack is the part of gonum's LAPACK that metrics use, with every product
// rounded, as compilers fuse products with sums on arm64. On a BLAS that does not, its
// bits are the same on all processors, and those of gonum on amd64.
//
// What is generated is gonum's text (see ../LICENSE), and so are messages and names.
package lapack

import "gonum.org/v1/gonum/lapack/gonum"

//go:generate go run ../../../../../internal/portable/generate -from gonum.org/v1/gonum/lapack/gonum -package lapack -out generated.go -import github.com/brainscore-go/brainscore/internal/portable -replace math.Hypot=portable.Hypot,math.Log=portable.Log,math.Pow=portable.Pow -roots Dbdsqr,Dsyev,Dgesvd,Dpotrf,Dpotri,Dpotrs,Dpocon,Dpstrf,Dtrcon,Dgeqrf,Dorgqr,Dormqr,Dgeqp3,Dsytrd,Dorgtr,Dgebrd,Dorgbr,Dormbr

// Implementation has the routines that metrics use. They run on what
// blas64.Implementation returns.
type Implementation struct{}

// All implements gonum's lapack.Float64, with gonum's routines where Implementation has
// none.
type All struct {
	Implementation
	others
}

type others struct{ gonum.Implementation }
