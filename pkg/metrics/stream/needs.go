package stream

// Needs is what a metric needs of the activations; one pass over a layer
// provides the union over all metrics on it.
type Needs struct {
	// Gram is the n × n matrix of the centred activations.
	Gram bool
	// RowSums are the sums and offsets that give the Gram of row-centred
	// activations (correlation across features).
	RowSums bool
	// Features are the activations themselves if they have no more features than
	// stimuli, and the Gram matrix, which is then the smaller, if they have more.
	Features bool
	// Columns are the activations themselves, block by block; such a metric
	// is a Streaming one. With Gram it takes them in a second pass.
	Columns bool
	// Twice is true if the columns are taken in two passes.
	Twice bool
	// Bands are the Gram matrices of the layers that a layer is joined of; of one that is
	// not joined, its Gram matrix.
	Bands bool
	// Units are the activations in their own unit, for a metric whose penalty is in
	// squared units of them.
	Units bool
	// ColumnMoments are the mean and deviation of each feature over the stimuli.
	ColumnMoments bool
	// Again is how often the metric reads the columns once more after that, by Gram.Again.
	Again int
}

// Held reports whether a metric takes a Gram, which holds inner products, features or their
// moments.
func (n Needs) Held() bool { return n.Gram || n.Features || n.Bands || n.ColumnMoments }

// Passes returns how often a layer is read for one metric; those of the union of several
// may be more than for any of them.
func (n Needs) Passes() int {
	if n.Twice || n.Gram && n.Columns {
		return 2 + n.Again
	}
	return 1 + n.Again
}

// OfColumns reports whether a metric takes what inner products of all features do not give.
func (n Needs) OfColumns() bool { return n.Columns || n.Bands || n.ColumnMoments }

// momentsAlone reports whether a metric takes neither inner products nor features.
func (n Needs) momentsAlone() bool { return n.ColumnMoments && !n.Gram && !n.Features && !n.Bands }

// Union is what two metrics need together.
func (n Needs) Union(m Needs) Needs {
	return Needs{n.Gram || m.Gram, n.RowSums || m.RowSums, n.Features || m.Features, n.Columns || m.Columns, n.Twice || m.Twice, n.Bands || m.Bands, n.Units || m.Units, n.ColumnMoments || m.ColumnMoments, max(n.Again, m.Again)}
}
