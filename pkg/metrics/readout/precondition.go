package readout

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// readoutPreconditioner solves the Newton system of each class alone, in the few
// directions where the features vary most, and leaves the other directions as
// they are. Features of networks have a few directions of very large variance,
// which is what makes conjugate gradients slow.
type readoutPreconditioner struct {
	fit     *readoutFit
	rank    int
	basis   []float64 // orthonormal rows, rank × features
	scores  []float64 // of the fitting rows in these directions, rank × m, then a row of ones for the intercept
	factors []*mat.Cholesky
}

// readoutRank is how many directions are taken at most.
const readoutRank = 128

// newReadoutPreconditioner finds the directions by subspace iteration from a
// fixed random start. Any start is right, a poor one only slow.
func newReadoutPreconditioner(f *readoutFit) *readoutPreconditioner {
	m, features := f.m, f.features
	rank := min(readoutRank, m, features)
	random := numpyrand.New(0)
	q := make([]float64, rank*features)
	for i := range q {
		q[i] = float64(float64(random.Uint32())/(1<<31)) - 1
	}
	pc := &readoutPreconditioner{fit: f, factors: make([]*mat.Cholesky, f.classes)}
	scores := make([]float64, (rank+1)*m)
	for range 2 {
		rank = orthonormalRows(q, rank, features)
		readoutProduct(f.workers, f.x, m, features, q, rank, scores)
		clear(q)
		addProduct(scores, rank, m, f.x, features, q)
	}
	pc.rank = orthonormalRows(q, rank, features)
	pc.basis = q[:pc.rank*features]
	readoutProduct(f.workers, f.x, m, features, pc.basis, pc.rank, scores)
	pc.scores = scores[:(pc.rank+1)*m]
	for i := range m {
		pc.scores[pc.rank*m+i] = 1
	}
	return pc
}

// addProduct adds a·b to c: a is rows × inner, b inner × cols.
func addProduct(a []float64, rows, inner int, b []float64, cols int, c []float64) {
	if rows > 0 && inner > 0 && cols > 0 {
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, dense.Of(a, rows, inner).General(), dense.Of(b, inner, cols).General(), 1, dense.Of(c, rows, cols).General())
	}
}

// orthonormalRows makes the rows orthonormal by Gram–Schmidt, done twice, drops
// those that vanish, and returns how many are left.
func orthonormalRows(rows []float64, n, cols int) int {
	kept := 0
	for i := range n {
		row := rows[i*cols : (i+1)*cols]
		before := math.Sqrt(dense.Dot(row, row))
		for range 2 {
			for j := range kept {
				other := rows[j*cols : (j+1)*cols]
				dense.AddScaled(-dense.Dot(row, other), other, row)
			}
		}
		norm := math.Sqrt(dense.Dot(row, row))
		if !(norm > 1e-12*before) {
			continue
		}
		to := rows[kept*cols : (kept+1)*cols]
		for x := range row {
			to[x] = row[x] / norm
		}
		kept++
	}
	return kept
}

// drop forgets the factors, so that vectors are left as they are.
func (pc *readoutPreconditioner) drop() { clear(pc.factors) }

// factor prepares for the current point of the fit.
func (pc *readoutPreconditioner) factor() {
	m, n := pc.fit.m, pc.rank+1
	var wait sync.WaitGroup
	todo := make(chan int)
	for range min(pc.fit.workers, len(pc.factors)) {
		wait.Go(func() {
			scaled, root := make([]float64, len(pc.scores)), make([]float64, m)
			for class := range todo {
				for i, p := range pc.fit.p[class*m : (class+1)*m] {
					root[i] = math.Sqrt(pc.fit.c * p * (1 - p))
				}
				for j := range n {
					row := scaled[j*m : (j+1)*m]
					for i, x := range pc.scores[j*m : (j+1)*m] {
						row[i] = root[i] * x
					}
				}
				s := blas64.Symmetric{N: n, Stride: n, Data: make([]float64, n*n), Uplo: blas.Upper}
				blas64.Syrk(blas.NoTrans, 1, dense.Of(scaled, n, m).General(), 0, s)
				for j := range pc.rank {
					s.Data[j*n+j]++
				}
				// The intercept has no penalty: where all curvature is lost to
				// rounding this keeps the matrix definite.
				s.Data[n*n-1] += float64(1e-12 * pc.fit.c)
				var factor mat.Cholesky
				pc.factors[class] = nil
				if factor.Factorize(mat.NewSymDense(n, s.Data)) {
					pc.factors[class] = &factor
				}
			}
		})
	}
	for class := range pc.factors {
		todo <- class
	}
	close(todo)
	wait.Wait()
}

// apply sets z to the preconditioned r.
func (pc *readoutPreconditioner) apply(r, z weightVector) {
	classes, n, features := len(pc.factors), pc.rank, pc.fit.features
	copy(z.w, r.w)
	copy(z.b, r.b)
	along := make([]float64, n*classes)
	readoutProduct(pc.fit.workers, r.w, classes, features, pc.basis, n, along) // n × classes
	change := make([]float64, classes*n)
	for class, factor := range pc.factors {
		if factor == nil {
			continue
		}
		rhs, solved := mat.NewVecDense(n+1, nil), mat.NewVecDense(n+1, nil)
		for j := range n {
			rhs.SetVec(j, along[j*classes+class])
		}
		rhs.SetVec(n, r.b[class])
		if err := factor.SolveVecTo(solved, rhs); err != nil {
			continue // too ill-conditioned to help
		}
		for j := range n {
			change[class*n+j] = solved.AtVec(j) - rhs.AtVec(j)
		}
		z.b[class] = solved.AtVec(n)
	}
	addProduct(change, classes, n, pc.basis, features, z.w)
}
