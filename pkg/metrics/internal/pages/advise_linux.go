package pages

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// huge is the size of a huge page.
const huge = 2 << 20

// advise asks for huge pages for those that lie wholly within x. It is advice:
// where it is not taken all is as before.
func advise[T any](x []T) {
	size := len(x) * int(unsafe.Sizeof(*new(T)))
	if size < huge {
		return
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), size)
	from := -int(uintptr(unsafe.Pointer(&x[0]))) & (huge - 1)
	to := from + max(0, size-from)&^(huge-1)
	if from >= to {
		return // it has none
	}
	_ = unix.Madvise(bytes[from:to], unix.MADV_HUGEPAGE)
}
