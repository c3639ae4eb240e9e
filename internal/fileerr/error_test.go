package fileerr

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

func TestError(t *testing.T) {
	for _, c := range []struct {
		err  Error
		want string
	}{
		{Error{Path: "a.csv", What: "has no rows"}, "a.csv: has no rows"},
		{Error{Path: "a.csv", Line: 7, What: "has no rows"}, "a.csv:7: has no rows"},
		{Error{Path: "a.csv", What: "has no rows", Remedy: "add one"}, "a.csv: has no rows; add one"},
		{Error{Path: "a.csv", Line: 7, What: "has no rows", Remedy: "add one", Err: fs.ErrInvalid}, "a.csv:7: has no rows; add one"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	cause := &os.PathError{Op: "open", Path: "a.csv", Err: fs.ErrPermission}
	err := Unreadable("a.csv", cause)
	if want := "a.csv: cannot be read: permission denied"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v does not wrap its cause", err)
	}
}

func TestJoin(t *testing.T) {
	if err := Join(nil); err != nil {
		t.Errorf("no errors give %v", err)
	}
	first, second := &Error{Path: "a", Line: 1, What: "x"}, &Error{Path: "a", Line: 2, What: "y"}
	if err := Join([]*Error{first}); err != error(first) {
		t.Errorf("one error gives %v", err)
	}
	if got, want := Join([]*Error{second, first}).Error(), "a:1: x\na:2: y"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
