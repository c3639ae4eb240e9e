package benchmarks

// Weighted is a member of a mean with its weight.
type Weighted[T any] struct {
	Value  T
	Weight float64
}

// Fold computes figures of all groups, and last that of the composite, from figures of
// leaves, as Evaluate computes values. leaf returns the figure of a leaf, false if it
// has none. mean returns that of a group from its members that have figures; the
// weights of all that it is the mean of add up to sum. Fold reports whether the
// composite has a figure.
func Fold[T any](c *Composite, leaf func(name string) (T, bool), mean func(group string, members []Weighted[T], sum float64) T) (T, bool) {
	var fold func(n CompositeNode, t terms) (T, bool)
	fold = func(n CompositeNode, t terms) (T, bool) {
		if n.Mean == nil {
			return leaf(n.Name)
		}
		var members []Weighted[T]
		total, present := 0.0, 0.0
		for _, m := range n.Mean {
			total += m.weight()
			if v, ok := fold(m, t.within(m)); ok && m.weight() > 0 {
				members = append(members, Weighted[T]{v, m.weight()})
				present += m.weight()
			}
		}
		if present == 0 || present < total && t.missing == MissingRefuse {
			var none T
			return none, false
		}
		return mean(n.Name, members, t.divisor(total, present)), true
	}
	for _, n := range c.Beside {
		fold(n, c.terms().within(n))
	}
	return fold(CompositeNode{Name: c.Root(), Mean: c.Mean}, c.terms())
}
