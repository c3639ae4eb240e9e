package kernel

// Messages of the panics for impossible shapes, which are errors of the program.
const (
	negative = "kernel: negative dimension"
	badLdA   = "kernel: bad leading dimension of A"
	badLdB   = "kernel: bad leading dimension of B"
	badLdC   = "kernel: bad leading dimension of C"
	shortA   = "kernel: insufficient length of A"
	shortB   = "kernel: insufficient length of B"
	shortC   = "kernel: insufficient length of C"
	shortMu  = "kernel: insufficient length of mean"
)

// checkMatrix panics unless a rows×cols matrix of stride ld fits in length elements.
func checkMatrix(rows, cols, ld, length int, badLd, short string) {
	if ld < max(1, cols) {
		panic(badLd)
	}
	if rows > 0 && cols > 0 && length < (rows-1)*ld+cols {
		panic(short)
	}
}
