package data

import (
	"errors"
	"syscall"
)

// unreachable says that there is no way to a host.
func unreachable(err error) bool {
	return errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH)
}
