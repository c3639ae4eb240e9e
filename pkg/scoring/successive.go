package scoring

// successive returns the numbers from … to-1.
func successive(from, to int) []int {
	all := make([]int, to-from)
	for i := range all {
		all[i] = from + i
	}
	return all
}
