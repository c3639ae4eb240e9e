package ranking

import (
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/internal/stats"
)

// maxResampled is the largest number of models whose rank correlations are resampled.
// For more models, intervals come from the jackknife: it takes n log n steps rather than
// those for each of the samples, and differs from the bootstrap by less than two seeds
// of the bootstrap do.
const maxResampled = 1000

// jackknifeInterval returns the 95 % interval of a correlation from its values without
// each of the models: on Fisher's scale, artanh r, whose standard error is that of r
// over 1 - r². ok is false if r is not defined without one of the models.
//
// Source: Efron & Stein 1981, Ann. Stat. 9:586-596.
func jackknifeInterval(r float64, without []float64) (interval Interval, ok bool) {
	n := float64(len(without))
	squares := 0.0
	for _, d := range centred(without) {
		squares += float64(d * d)
	}
	if !stats.Finite(r) || !stats.Finite(squares) {
		return NoInterval, false
	}
	if math.Abs(r) == 1 {
		return exactly(r).Interval, true
	}
	student := portable.StudentQuantile(0.975, n-2)
	half := student * math.Sqrt(squares*(n-1)/n) / (1 - float64(r*r))
	z := portable.Atanh(r)
	return Interval{Low: portable.Tanh(z - half), High: portable.Tanh(z + half)}, true
}

// group holds the numbers of models on either side of one model's value and those with
// the same value, itself among them.
type group struct{ below, equal, above float64 }

// groups returns the group of each model, given the ascending order of values.
func groups(values []float64, order []int) []group {
	n, all := len(values), make([]group, len(values))
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && values[order[hi]] == values[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			all[i] = group{float64(lo), float64(hi - lo), float64(n - hi)}
		}
		lo = hi
	}
	return all
}

// quadrants holds the numbers of models relative to one model in both orders: above it
// in x and in y, above it in one and equal in the other, and equal in both, itself
// among them.
type quadrants struct{ above, aboveX, aboveY, equal float64 }

// quadrants returns the quadrants of each model in n log n steps: it adds models from
// the highest x to a Fenwick tree over places in y.
func (p *pairs) quadrants() []quadrants {
	n := len(p.x)
	all := make([]quadrants, n)
	clear(p.below)
	clear(p.equal)
	added := int32(0)
	higher := func(place int32) float64 { // among the added models
		count := added
		for ; place > 0; place &= place - 1 {
			count -= p.below[place]
		}
		return float64(count)
	}
	for hi := n; hi > 0; {
		lo := hi - 1
		for lo > 0 && p.x[p.orderX[lo-1]] == p.x[p.orderX[hi-1]] {
			lo--
		}
		for k := lo; k < hi; k++ {
			q := &all[p.orderX[k]]
			q.above, q.aboveX = higher(p.places[k]), float64(p.equal[p.places[k]])
		}
		for k := lo; k < hi; k++ {
			added++
			p.equal[p.places[k]]++
			for place := p.places[k]; int(place) < len(p.below); place += place & -place {
				p.below[place]++
			}
		}
		for k := lo; k < hi; k++ {
			q := &all[p.orderX[k]]
			q.aboveY, q.equal = higher(p.places[k])-q.above, float64(p.equal[p.places[k]])-q.aboveX
		}
		hi = lo
	}
	return all
}

// spearmanWithout returns Spearman's ρ without each of the models. Removing a
// model lowers the ranks above it by 1 and those of its ties by ½.
func (p *pairs) spearmanWithout() []float64 {
	n := len(p.x)
	gx, gy, q := groups(p.x, p.orderX), groups(p.y, p.orderY), p.quadrants()
	averageRanks(p.x, p.orderX, p.tiesX, ones(n), p.rankX)
	averageRanks(p.y, p.orderY, p.tiesY, ones(n), p.rankY)
	aboveX, aboveY := lowered(p.orderX, gx, p.rankY), lowered(p.orderY, gy, p.rankX)
	products := 0.0
	for i := range p.rankX {
		products += float64(p.rankX[i] * p.rankY[i])
	}
	tiesX, tiesY := cubes(gx), cubes(gy)
	remaining, without := float64(n-1), make([]float64, n)
	for i := range without {
		both := q[i].above + float64((q[i].aboveX+q[i].aboveY)/2) + float64((q[i].equal-1)/4)
		xy := products - float64(p.rankX[i]*p.rankY[i]) - aboveX[i] - aboveY[i] + both - float64(remaining*float64(n)*float64(n)/4)
		spread := func(ties float64, g group) float64 { // of the remaining ranks, times 12
			return float64(remaining*remaining*remaining) - remaining - (ties - float64(3*g.equal*(g.equal-1)))
		}
		without[i] = max(-1, min(1, 12*xy/math.Sqrt(spread(tiesX, gx[i]))/math.Sqrt(spread(tiesY, gy[i]))))
	}
	return without
}

// lowered returns for each model the sum of others' ranks in the second order, each
// times the number by which removing the model lowers their rank in the first order.
func lowered(order []int, groups []group, ranks []float64) []float64 {
	n := len(order)
	above := make([]float64, n+1) // sums of ranks from each position
	for k := n - 1; k >= 0; k-- {
		above[k] = above[k+1] + ranks[order[k]]
	}
	sums := make([]float64, n)
	for i, g := range groups {
		lo, hi := int(g.below), int(g.below+g.equal)
		sums[i] = above[hi] + float64((above[lo]-above[hi]-ranks[i])/2)
	}
	return sums
}

// cubes returns the sum of t³ - t over groups of t ties.
func cubes(groups []group) float64 {
	sum := 0.0
	for _, g := range groups { // one term for each of the t models
		sum += float64(g.equal*g.equal) - 1
	}
	return sum
}

// kendallWithout returns Kendall's τ-b without each of the models.
func (p *pairs) kendallWithout() []float64 {
	n := float64(len(p.x))
	gx, gy, q := groups(p.x, p.orderX), groups(p.y, p.orderY), p.quadrants()
	own := make([]float64, len(p.x)) // concordant less discordant pairs of a model
	var sum, untiedX, untiedY float64
	for i := range own {
		higherX := gx[i].above - q[i].above - q[i].aboveX // and lower in y
		higherY := gy[i].above - q[i].above - q[i].aboveY // and lower in x
		equalY := gy[i].equal - q[i].equal - q[i].aboveX  // and lower in x
		lower := gx[i].below - higherY - equalY
		own[i] = q[i].above + lower - higherX - higherY
		sum += float64(own[i] / 2)
		untiedX += float64((n - gx[i].equal) / 2)
		untiedY += float64((n - gy[i].equal) / 2)
	}
	without := make([]float64, len(p.x))
	for i := range without {
		untied := (untiedX - (n - gx[i].equal)) * (untiedY - (n - gy[i].equal))
		without[i] = max(-1, min(1, (sum-own[i])/math.Sqrt(untied))) // 0/0 is NaN
	}
	return without
}
