// Package blas is the part of gonum's BLAS that metrics use, with every product rounded
// and sums in the order of gonum's assembly for amd64. Its bits are the same on all
// processors, and those of gonum on amd64: elsewhere, gonum adds in another order, and
// compilers fuse its products with sums on arm64.
//
// What is generated is gonum's text (see ../LICENSE), and so are messages and names.
package blas

import "gonum.org/v1/gonum/blas/gonum"

//go:generate go run ../../../../../internal/portable/generate -from gonum.org/v1/gonum/blas/gonum -package blas -out generated.go -replace f64.AxpyUnitary=axpy,f64.AxpyInc=axpyInc,f64.ScalUnitary=scal,f64.ScalInc=scalInc,f64.DotUnitary=dot,f64.DotInc=dotInc,f64.GemvN=gemvN,f64.GemvT=gemvT,f64.Ger=ger,f64.L2NormUnitary=norm,f64.L2NormInc=normInc -roots Daxpy,Ddot,Dgemm,Dgemv,Dger,Dnrm2,Drot,Drotg,Dscal,Dsymm,Dsymv,Dsyr,Dsyr2,Dsyr2k,Dsyrk,Dtrmm,Dtrmv,Dtrsm,Dtrsv

// Implementation implements gonum's blas.Float64. Routines without products, and those
// that no metric uses, are gonum's own.
type Implementation struct{ gonum.Implementation }
