package exact

import (
	"math"
	"slices"
)

// Reduce turns the features of a and b alike by an orthogonal matrix, after which
// those of a are zero but for as many as its rows, and leaves these away: all inner
// products of rows of a with rows of a and b stay. It takes Householder's reflections of
// aᵀ, of the largest features and the longest rows first, since small ones lose their
// digits beside large ones otherwise.
func Reduce(a, b Matrix) (Matrix, Matrix) {
	n, f := a.Rows, a.Cols
	if f <= n {
		return a, b
	}
	features, rows := byLength(a.T()), byLength(a)
	both := New(n+b.Rows, f)
	for i := range both.Rows {
		from := b
		row := i - n
		if i < n {
			from, row = a, rows[i]
		}
		for k, j := range features {
			both.X[i*f+k] = from.At(row, j)
		}
	}
	v := make([]Number, f)
	for k := range n {
		reflector, ok := householder(both.Row(k)[k:], v[k:])
		if !ok {
			continue
		}
		reflect(both, k, k, reflector)
		clear(both.Row(k)[k+1:])
	}
	left, right := New(n, n), New(b.Rows, n)
	for i := range both.Rows {
		if i < n {
			copy(left.Row(rows[i]), both.Row(i)[:n])
		} else {
			copy(right.Row(i-n), both.Row(i)[:n])
		}
	}
	return left, right
}

// byLength lists the rows of a, the longest first.
func byLength(a Matrix) []int {
	order, length := make([]int, a.Rows), make([]Number, a.Rows)
	for i := range order {
		order[i], length[i] = i, Dot(a.Row(i), a.Row(i))
	}
	slices.SortStableFunc(order, func(i, j int) int { return length[j].Cmp(length[i]) })
	return order
}

// householder returns the unit vector whose reflection makes x a multiple of the
// first axis, in room; false where x is zero.
func householder(x, room []Number) ([]Number, bool) {
	// What exact arithmetic makes 0 may be so small that squares underflow.
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v.Hi))
	}
	if most == 0 {
		return nil, false
	}
	_, exponent := math.Frexp(most)
	v := room[:len(x)]
	for i, w := range x {
		v[i] = Number{math.Ldexp(w.Hi, -exponent), math.Ldexp(w.Lo, -exponent)}
	}
	norm := Dot(v, v).Sqrt()
	if v[0].Hi < 0 {
		norm = norm.Neg()
	}
	v[0] = v[0].Add(norm)
	length := Dot(v, v).Sqrt()
	for i := range v {
		v[i] = v[i].Div(length)
	}
	return v, true
}

// reflect applies the reflection of the rows of m from one on, on the axes from k on.
func reflect(m Matrix, from, k int, reflector []Number) {
	for i := from; i < m.Rows; i++ {
		row := m.Row(i)[k:]
		s := Dot(reflector, row)
		if s.IsZero() {
			continue
		}
		s = s.Add(s)
		for j, w := range reflector {
			row[j] = row[j].Sub(s.Mul(w))
		}
	}
}

// LeastSquares returns the x of least ‖a·x − b‖ for each column of b, by Householder
// QR with column pivoting; a has full rank and no fewer rows than columns.
func LeastSquares(a, b Matrix) Matrix {
	a, b = a.T(), b.T() // columns in memory order
	n, f := a.Cols, a.Rows
	order := make([]int, f)
	for j := range order {
		order[j] = j
	}
	v := make([]Number, n)
	for k := range f {
		best, most := k, Number{}
		for j := k; j < f; j++ {
			tail := a.Row(j)[k:]
			if norm := Dot(tail, tail); norm.Cmp(most) > 0 {
				best, most = j, norm
			}
		}
		for i := range n {
			a.X[k*n+i], a.X[best*n+i] = a.X[best*n+i], a.X[k*n+i]
		}
		order[k], order[best] = order[best], order[k]
		reflector, ok := householder(a.Row(k)[k:], v[k:])
		if !ok {
			break
		}
		reflect(a, k, k, reflector)
		reflect(b, 0, k, reflector)
	}
	x := New(f, b.Rows)
	for c := range b.Rows {
		for k := f - 1; k >= 0; k-- {
			s := b.At(c, k)
			for j := k + 1; j < f; j++ {
				s = s.Sub(a.At(j, k).Mul(x.At(order[j], c)))
			}
			x.X[order[k]*b.Rows+c] = s.Div(a.At(k, k))
		}
	}
	return x
}

// vanished is the part of the largest singular value below which one is rounding of
// double-double numbers, and so 0 in exact arithmetic.
const vanished = 1e-28

// SVD holds a = U·diag(S)·Vᵀ with S descending. Columns of U whose value is 0 are 0.
type SVD struct {
	U, V Matrix // rows × values, columns × values
	S    []Number
}

// Decompose applies Jacobi's rotations of pairs of columns until all are orthogonal
// (Hestenes), which finds small singular values to their own last digits where
// columns differ in scale. a has no fewer rows than columns.
func Decompose(a Matrix) SVD {
	w, v := a.T(), New(a.Cols, a.Cols) // columns of a and of V in memory order
	n := a.Cols
	for j := range n {
		v.X[j*n+j] = Of(1)
	}
	norms := make([]Number, n)
	for range 60 {
		// The largest columns first: fewer sweeps.
		order := make([]int, n)
		for j := range n {
			order[j] = j
			norms[j] = Dot(w.Row(j), w.Row(j))
		}
		slices.SortStableFunc(order, func(i, j int) int { return norms[j].Cmp(norms[i]) })
		floor := vanished * vanished * norms[order[0]].Hi
		rotated := false
		for p := range n {
			for q := p + 1; q < n; q++ {
				i, j := order[p], order[q]
				if norms[i].Hi <= floor || norms[j].Hi <= floor {
					continue
				}
				x, y := w.Row(i), w.Row(j)
				cross := Dot(x, y)
				if c := cross.Hi; c*c <= 1e-58*norms[i].Hi*norms[j].Hi {
					continue
				}
				rotated = true
				zeta := norms[j].Sub(norms[i]).Div(cross.Add(cross))
				t := Of(1).Div(zeta.Abs().Add(Of(1).Add(zeta.Mul(zeta)).Sqrt()))
				if zeta.Hi < 0 {
					t = t.Neg()
				}
				cos := Of(1).Div(Of(1).Add(t.Mul(t)).Sqrt())
				sin := cos.Mul(t)
				rotate(x, y, cos, sin)
				rotate(v.Row(i), v.Row(j), cos, sin)
				norms[i], norms[j] = Dot(x, x), Dot(y, y)
			}
		}
		if !rotated {
			break
		}
	}
	order := make([]int, n)
	for j := range n {
		order[j] = j
		norms[j] = Dot(w.Row(j), w.Row(j)).Sqrt()
	}
	slices.SortStableFunc(order, func(i, j int) int { return norms[j].Cmp(norms[i]) })
	u, vs := New(n, a.Rows), New(n, n)
	s := make([]Number, n)
	for k, j := range order {
		s[k] = norms[j]
		copy(vs.Row(k), v.Row(j))
		if s[k].Hi <= vanished*norms[order[0]].Hi {
			s[k] = Number{}
			continue
		}
		for i, x := range w.Row(j) {
			u.X[k*a.Rows+i] = x.Div(norms[j])
		}
	}
	return SVD{u.T(), vs.T(), s}
}

func rotate(x, y []Number, cos, sin Number) {
	for k, a := range x {
		b := y[k]
		x[k] = a.Mul(cos).Sub(b.Mul(sin))
		y[k] = a.Mul(sin).Add(b.Mul(cos))
	}
}

// Solve returns the solution of a·x = b for symmetric positive definite a by
// Cholesky's factors; false where a is not.
func Solve(a Matrix, b []Number) ([]Number, bool) {
	n := a.Rows
	l := New(n, n)
	for i := range n {
		for j := range i + 1 {
			s := a.At(i, j).Sub(Dot(l.Row(i)[:j], l.Row(j)[:j]))
			if i == j {
				if !(s.Hi > 0) {
					return nil, false
				}
				l.X[i*n+i] = s.Sqrt()
			} else {
				l.X[i*n+j] = s.Div(l.At(j, j))
			}
		}
	}
	x := append([]Number(nil), b...)
	for i := range n {
		x[i] = x[i].Sub(Dot(l.Row(i)[:i], x[:i])).Div(l.At(i, i))
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			x[i] = x[i].Sub(l.At(j, i).Mul(x[j]))
		}
		x[i] = x[i].Div(l.At(i, i))
	}
	return x, true
}
