//go:build !linux && !darwin

package fsutil

import "errors"

func exchange(from, to string) error { return errors.ErrUnsupported }
