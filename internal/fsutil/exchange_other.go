//go:build !linux && !darwin

package fsutil

import "errors"

// exchange returns an error: no call of these systems swaps two paths in one step.
func exchange(from, to string) error { return errors.ErrUnsupported }
