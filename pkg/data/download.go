package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// PrivateError reports a file that cannot be downloaded, since it is private.
type PrivateError struct{ ID, URL string }

func (e *PrivateError) Error() string {
	return fmt.Sprintf("%s: the data are private: %s cannot be downloaded (403); if you have the file, import it with --from DIR", e.ID, e.URL)
}

// ResponseError reports a response without the file.
type ResponseError struct {
	URL    string
	Status string
	Code   int
}

func (e *ResponseError) Error() string {
	advice := ""
	if e.Code == http.StatusTooManyRequests || e.Code >= 500 {
		advice = "; try again later"
	}
	return fmt.Sprintf("%s: the server answers %s%s", e.URL, e.Status, advice)
}

// NetworkError reports a server that cannot be reached, or a connection that
// broke in every try.
type NetworkError struct {
	URL string
	Err error
}

func (e *NetworkError) Error() string {
	cause := e.Err
	var u *url.Error
	if errors.As(cause, &u) {
		cause = u.Err
	}
	advice := "is there a network?"
	switch {
	case errors.Is(cause, errStalled) || isCut(cause):
		advice = "the next try continues after the bytes that were received"
	case errors.Is(cause, io.EOF):
		advice = "the server closed the connection without a response; try again later"
	}
	return fmt.Sprintf("%s: %v; %s", e.URL, cause, advice)
}

func (e *NetworkError) Unwrap() error { return e.Err }

var (
	errStalled = errors.New("the connection stalled")
	errRange   = errors.New("the server does not send the remaining bytes of the file")
)

// download writes a file of the store to part, after the bytes of an earlier
// download, and checks it. After an error part is removed, or holds bytes that the
// next call continues after.
func (s *Store) download(ctx context.Context, o Object, f File, part string) error {
	client := s.client()
	defer client.HTTPClient.CloseIdleConnections()
	var err error
	for _, address := range f.urls(s.Mirror) {
		err = s.downloadFrom(ctx, client, address, f, part)
		var response *ResponseError
		if !errors.As(err, &response) {
			return err
		}
		if response.Code == http.StatusForbidden || response.Code == http.StatusUnauthorized {
			return &PrivateError{o.ID, address}
		}
		if response.Code != http.StatusNotFound {
			return err
		}
	}
	return err
}

// minProgress is the number of bytes after which the count of tries starts again.
const minProgress = 64 << 10

func (s *Store) downloadFrom(ctx context.Context, client *retryablehttp.Client, address string, f File, part string) error {
	for try := 0; ; try++ {
		before := size(part)
		err := s.transfer(ctx, client, address, f, part)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		broken := errors.Is(err, errStalled) || errors.Is(err, errRange) || isCut(err)
		if err != nil && !broken {
			return err
		}
		if !errors.Is(err, errStalled) {
			// The announced length may be wrong and the file complete.
			sum, hashErr := hashFile(ctx, part)
			switch {
			case hashErr != nil && !errors.Is(hashErr, fs.ErrNotExist):
				return hashErr
			case hashErr == nil && sum == f.SHA1:
				return nil
			case err == nil || errors.Is(err, errRange):
				if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
				// The bytes of an earlier download may be wrong.
				if before > 0 && try < s.retries() {
					s.log("%s: the bytes of an earlier download do not fit; starting again", f.Name)
					continue
				}
				return &fileerr.Error{Path: address, What: fmt.Sprintf("the file has the SHA-1 %s, but %s was published; nothing was kept", sum, f.SHA1)}
			}
		}
		if size(part)-before >= minProgress {
			try = 0
		}
		if try >= s.retries() {
			return &NetworkError{address, err}
		}
		s.log("%s: %v; trying again", f.Name, err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(s.wait()<<min(try, 10), longestWait)):
		}
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// cutError reports a connection that broke within the file.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the connection broke off: " + e.err.Error() }
func (e *cutError) Unwrap() error { return e.err }

func isCut(err error) bool {
	var cut *cutError
	return errors.As(err, &cut)
}

// transfer appends the remaining bytes of a file to part, or writes all of them if
// the server does not send the remaining ones alone.
func (s *Store) transfer(ctx context.Context, client *retryablehttp.Client, address string, f File, part string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return &NetworkError{address, err}
	}
	request.Header.Set("User-Agent", "brainscore")
	offset := size(part)
	if offset > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	response, err := client.Do(request)
	if err != nil {
		return &NetworkError{address, err}
	}
	defer response.Body.Close()
	flags := os.O_WRONLY | os.O_CREATE
	switch response.StatusCode {
	case http.StatusOK:
		offset, flags = 0, flags|os.O_TRUNC
	case http.StatusPartialContent:
		if start, ok := rangeStart(response.Header.Get("Content-Range")); !ok || start != offset {
			return errRange
		}
		flags |= os.O_APPEND
	case http.StatusRequestedRangeNotSatisfiable:
		return errRange
	default:
		return &ResponseError{address, response.Status, response.StatusCode}
	}
	out, err := os.OpenFile(part, flags, 0o666)
	if err != nil {
		return err
	}
	done := func(int64) {}
	if s.Progress != nil && response.ContentLength > 0 {
		done = s.Progress(f.Name, offset+response.ContentLength)
	}
	stalled := time.AfterFunc(s.idle(), func() { cancel(errStalled) })
	defer stalled.Stop()
	err = receive(out, response.Body, func(n int64) {
		stalled.Reset(s.idle())
		done(offset + n)
	})
	if isCut(err) && errors.Is(context.Cause(ctx), errStalled) {
		err = errStalled
	}
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// receive copies a body to a file. Errors of reading are a *cutError.
func receive(out io.Writer, body io.Reader, done func(int64)) error {
	buffer := make([]byte, 256<<10)
	var total int64
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			if _, err := out.Write(buffer[:n]); err != nil {
				return err
			}
			total += int64(n)
			done(total)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &cutError{err}
		}
	}
}

// rangeStart reads "bytes 5-9/10".
func rangeStart(header string) (int64, bool) {
	span, ok := strings.CutPrefix(header, "bytes ")
	if !ok {
		return 0, false
	}
	first, _, _ := strings.Cut(span, "-")
	start, err := strconv.ParseInt(first, 10, 64)
	return start, err == nil
}

// client returns an HTTP client that retries requests that may succeed later.
func (s *Store) client() *retryablehttp.Client {
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = s.retries()
	client.RetryWaitMin = s.wait()
	client.RetryWaitMax = longestWait
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.Backoff = func(minWait, maxWait time.Duration, try int, r *http.Response) time.Duration {
		return min(retryablehttp.DefaultBackoff(minWait, maxWait, try, r), maxWait) // whatever Retry-After asks for
	}
	client.CheckRetry = func(ctx context.Context, r *http.Response, err error) (bool, error) {
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		if err != nil && hopeless(err) {
			return false, nil
		}
		return retryablehttp.DefaultRetryPolicy(ctx, r, err)
	}
	client.HTTPClient = &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: s.idle(),
		DisableCompression:    true,
		DisableKeepAlives:     true, // net/http would print to standard error if a server sent too much
		ForceAttemptHTTP2:     true,
	}}
	return client
}

// hopeless reports whether an error of the network will last longer than seconds:
// no such host, no route to it, no response.
func hopeless(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && (op.Timeout() || unreachable(op))
}
