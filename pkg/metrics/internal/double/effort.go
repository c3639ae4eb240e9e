package double

// Effort limits the multiplications that a metric makes in twice the precision, of some
// 4 ns each: whatever takes at most Always is computed so at once, and whatever takes at
// most Doubtful if float64 is not certain of it. Tests lower the limits to check what
// larger layers are left to.
var Effort = struct{ Always, Doubtful int }{Always: 1 << 26, Doubtful: 1 << 31}
