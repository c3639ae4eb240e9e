package data

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// PrivateError reports a file that cannot be downloaded without permission.
type PrivateError struct {
	ID, URL string
	Code    int // the server's response: 401 or 403
}

func (e *PrivateError) Error() string {
	if e.Code == http.StatusUnauthorized {
		return fmt.Sprintf("%s: the data are private: %s needs another user name or password (401); give them with --mirror https://USER:PASSWORD@HOST, or, if you have the file, import it with --from DIR", e.ID, e.URL)
	}
	return fmt.Sprintf("%s: the data are private: %s cannot be downloaded (%d); if you have the file, import it with --from DIR", e.ID, e.URL, e.Code)
}

// ResponseError reports a response without the file.
type ResponseError struct {
	URL  string
	Code int
}

func (e *ResponseError) Error() string {
	advice := ""
	if e.Code == http.StatusTooManyRequests || e.Code >= 500 {
		advice = "; try again later"
	}
	status := strings.TrimSpace(fmt.Sprintf("%d %s", e.Code, http.StatusText(e.Code)))
	return fmt.Sprintf("%s: the server answers %s%s", e.URL, status, advice)
}

// NetworkError reports a server that cannot be reached, does not keep to HTTP, or
// broke the connection in every try.
type NetworkError struct {
	URL string
	Err error
}

// newNetworkError returns the error about a request, without the password or token
// that the address may hold.
func newNetworkError(address *url.URL, err error) *NetworkError {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return &NetworkError{shown(address), err}
}

func (e *NetworkError) Error() string {
	advice := ""
	_, network := errors.AsType[net.Error](e.Err)
	switch {
	case errors.Is(e.Err, errStalled) || errors.Is(e.Err, errSlow) || isCut(e.Err):
		advice = "; the next try continues after the bytes that were received"
	case errors.Is(e.Err, io.EOF):
		advice = "; the server closed the connection without a response; try again later"
	case errors.Is(e.Err, errRange) || errors.Is(e.Err, errRedirect):
		advice = "; try again later, or from another --mirror"
	case network:
		advice = "; is there a network? Without one, give files that you have by --from DIR, name another --mirror, or fetch on another machine and copy the data home"
	}
	// What follows a quotation mark was sent by the server, or is an address.
	cause, _, _ := strings.Cut(e.Err.Error(), `"`)
	return fmt.Sprintf("%s: %.200s%s", e.URL, strings.TrimRight(cause, " :"), advice)
}

func (e *NetworkError) Unwrap() error { return e.Err }

var (
	errStalled  = errors.New("the connection stalled")
	errSlow     = fmt.Errorf("the server sends less than %d bytes a second", minRate)
	errRange    = errors.New("the server does not send the remaining bytes of the file")
	errRedirect = errors.New("the server redirects wrongly")
)

// cutError reports a connection that broke within the file.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the connection broke off: " + e.err.Error() }
func (e *cutError) Unwrap() error { return e.err }

func isCut(err error) bool {
	_, ok := errors.AsType[*cutError](err)
	return ok
}
