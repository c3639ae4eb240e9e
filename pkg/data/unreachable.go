package data

import (
	"errors"
	"syscall"
)

// unreachable reports whether an error means that there is no route to a host.
func unreachable(err error) bool {
	return errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH)
}
