package fsutil

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
)

// Exchange swaps two files or folders of the same file system: in one step if
// the system can, else by three renames, between which the old content of to is
// at a name that ends in ".old".
func Exchange(from, to string) error {
	if exchange(from, to) == nil {
		return nil
	}
	return exchangeByRename(from, to)
}

func exchangeByRename(from, to string) error {
	aside := fmt.Sprintf("%s.%08x.old", from, rand.Uint32())
	if err := os.Rename(to, aside); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(err, os.Rename(aside, to))
	}
	return os.Rename(aside, from)
}
