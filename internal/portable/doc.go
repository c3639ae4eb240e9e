// Package portable has functions whose results have the same bits on all processors.
// Those of package math are assembly on some, which may fuse products with sums, and on
// others compilers fuse them.
//
// Methods and constants are those of FreeBSD's msun and of Cephes, as in packages math and
// gonum; errors are below one unit in the last place of Exp and Log, and below two of Tanh.
// Every product that is added to something is converted, since that rounds it. What is
// generated is the text of Go and gonum (see LICENSE-go and LICENSE-gonum) with such
// conversions.
package portable

//go:generate go run ./generate -from math -package portable -qualify -out math_generated.go -replace math.Exp=Exp,math.Log=Log,math.Log1p=Log1p,math.Pow=Pow,math.sinPi=sinPi,math.Asin=asin -roots hypot,log1p,erfc,pow,atanh,acos,asin,Lgamma=lgamma
//go:generate go run ./generate -from gonum.org/v1/gonum/mathext -package portable -out quantile_generated.go -replace math.Log=Log -roots NormalQuantile=normalQuantile
//go:generate go run ./generate -from gonum.org/v1/gonum/mathext/internal/gonum -package portable -out beta_generated.go -replace math.Exp=Exp,math.Log=Log,math.Log1p=Log1p,math.Lgamma=lgamma -roots Beta=beta,Lbeta=logBeta
//go:generate go run ./generate -from gonum.org/v1/gonum/mathext/internal/cephes -package portable -out incomplete_beta_generated.go -replace big=large,biginv=small,math.Exp=Exp,math.Log=Log,math.Pow=Pow,math.Lgamma=lgamma,gonum.Beta=beta,gonum.Lbeta=logBeta -roots Incbi=incbi,Incbet=incbet
//go:generate go run ./generate -from math/rand/v2 -package portable -out normal_generated.go -replace Rand=random,math.Exp=Exp,math.Log=Log -roots Rand.NormFloat64
