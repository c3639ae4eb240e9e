package metrics

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// readoutPreconditioner solves the Newton system of each class alone, in the
// few directions of weight space where the features vary most, and leaves the
// other directions as they are. Features of networks have a few directions of
// very large variance, which is what makes conjugate gradients slow.
//
// The directions are E = X̃ᵀB with BᵀKB = I, so they are orthonormal whatever B
// is, and the preconditioner is symmetric in the inner product of the weights.
type readoutPreconditioner struct {
	rank    int
	basis   []float64 // B as rows, rank × m
	product []float64 // BK as rows, then a row of ones for the intercept
	factors []*mat.Cholesky
	workers int
}

// readoutRank is how many directions are taken at most.
const readoutRank = 128

// newReadoutPreconditioner finds the directions by subspace iteration from a
// fixed random start. Any start is right, a poor one only slow.
func newReadoutPreconditioner(g *readoutGram, classes int) *readoutPreconditioner {
	m := g.m
	rank := min(readoutRank, (m+1)/2)
	random := numpyrand.New(0)
	q := make([]float64, rank*m)
	for i := range q {
		q[i] = float64(random.Uint32())/(1<<31) - 1
	}
	kq := make([]float64, rank*m)
	for range 2 {
		g.product(q, rank, kq)
		rank = orthonormalRows(kq, rank, m)
		q, kq = kq[:rank*m], q[:rank*m]
	}
	pc := &readoutPreconditioner{factors: make([]*mat.Cholesky, classes), workers: g.workers}
	if rank == 0 { // all features are constant
		return pc.withOnes(m)
	}
	g.product(q, rank, kq)
	small := mat.NewSymDense(rank, nil)
	for i := range rank {
		for j := i; j < rank; j++ {
			small.SetSym(i, j, plainDot(q[i*m:(i+1)*m], kq[j*m:(j+1)*m]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(small, true) {
		return pc.withOnes(m)
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for v := range values {
		// What rounding leaves of vanished directions must not be blown up.
		if !(values[v] > 1e-10*values[rank-1]) {
			continue
		}
		row, krow := make([]float64, m), make([]float64, m)
		for j := range rank {
			t := vectors.At(j, v) / math.Sqrt(values[v])
			addScaled(t, q[j*m:(j+1)*m], row)
			addScaled(t, kq[j*m:(j+1)*m], krow)
		}
		pc.basis = append(pc.basis, row...)
		pc.product = append(pc.product, krow...)
		pc.rank++
	}
	return pc.withOnes(m)
}

// withOnes adds the intercept's row.
func (pc *readoutPreconditioner) withOnes(m int) *readoutPreconditioner {
	for range m {
		pc.product = append(pc.product, 1)
	}
	return pc
}

// orthonormalRows makes the rows orthonormal by Gram–Schmidt, done twice, drops
// those that vanish, and gives how many are left.
func orthonormalRows(rows []float64, n, m int) int {
	kept := 0
	for i := range n {
		row := rows[i*m : (i+1)*m]
		before := math.Sqrt(plainDot(row, row))
		for range 2 {
			for j := range kept {
				other := rows[j*m : (j+1)*m]
				addScaled(-plainDot(row, other), other, row)
			}
		}
		norm := math.Sqrt(plainDot(row, row))
		if !(norm > 1e-12*before) {
			continue
		}
		to := rows[kept*m : (kept+1)*m]
		for x := range row {
			to[x] = row[x] / norm
		}
		kept++
	}
	return kept
}

// factor prepares for a point with probabilities p (classes × m).
func (pc *readoutPreconditioner) factor(p []float64, m int, c float64, workers int) {
	n := pc.rank + 1
	var wait sync.WaitGroup
	todo := make(chan int)
	for range max(1, min(workers, len(pc.factors))) {
		wait.Go(func() {
			scaled, root := make([]float64, len(pc.product)), make([]float64, m)
			for class := range todo {
				for i, p := range p[class*m : (class+1)*m] {
					root[i] = math.Sqrt(c * p * (1 - p))
				}
				for j := range n {
					row := scaled[j*m : (j+1)*m]
					for i, x := range pc.product[j*m : (j+1)*m] {
						row[i] = root[i] * x
					}
				}
				s := blas64.Symmetric{N: n, Stride: n, Data: make([]float64, n*n), Uplo: blas.Upper}
				blas64.Syrk(blas.NoTrans, 1, blas64.General{Rows: n, Cols: m, Stride: m, Data: scaled}, 0, s)
				for j := range pc.rank {
					s.Data[j*n+j]++
				}
				// The intercept has no penalty: where all curvature is lost to
				// rounding this keeps the matrix definite.
				s.Data[n*n-1] += 1e-12 * c
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
func (pc *readoutPreconditioner) apply(r, z dualVector, m int) {
	classes, n := len(pc.factors), pc.rank
	copy(z.a, r.a)
	copy(z.ka, r.ka)
	copy(z.b, r.b)
	along := make([]float64, classes*n) // r in the directions, then the change
	if n > 0 {
		readoutProduct(pc.workers, r.ka, classes, m, pc.basis, n, along) // n × classes
	}
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
	if n == 0 {
		return
	}
	add := func(rows, to []float64) {
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1,
			blas64.General{Rows: classes, Cols: n, Stride: n, Data: change},
			blas64.General{Rows: n, Cols: m, Stride: m, Data: rows[:n*m]},
			1, blas64.General{Rows: classes, Cols: m, Stride: m, Data: to})
	}
	add(pc.basis, z.a)
	add(pc.product, z.ka)
}
