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

// PrivateError reports a file that the store does not hand out.
type PrivateError struct{ ID, URL string }

func (e *PrivateError) Error() string {
	return fmt.Sprintf("%s: the data are private: %s is not handed out (403); who has the file fetches by --from DIR", e.ID, e.URL)
}

// ResponseError reports an answer that is no file.
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
// broke off each time it was tried.
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
		advice = "what has arrived is kept for the next try"
	case errors.Is(cause, io.EOF):
		advice = "the server hung up without an answer; try again later"
	}
	return fmt.Sprintf("%s: %v; %s", e.URL, cause, advice)
}

func (e *NetworkError) Unwrap() error { return e.Err }

var (
	errStalled = errors.New("the connection stalled")
	errRange   = errors.New("the server has no rest of the file")
)

// download writes a file of the store to part, going on where an earlier
// download ended, and checks it. What is left after an error is what the next
// call goes on with, or nothing.
func (s *Store) download(ctx context.Context, o Object, f File, part string) error {
	client := s.client()
	defer client.HTTPClient.CloseIdleConnections()
	var err error
	for _, at := range f.urls(s.Mirror) {
		err = s.downloadFrom(ctx, client, at, f, part)
		var answer *ResponseError
		if !errors.As(err, &answer) {
			return err
		}
		if answer.Code == http.StatusForbidden || answer.Code == http.StatusUnauthorized {
			return &PrivateError{o.ID, at}
		}
		if answer.Code != http.StatusNotFound {
			return err
		}
	}
	return err
}

// enough is how much a try must bring for the tries to be counted anew.
const enough = 64 << 10

func (s *Store) downloadFrom(ctx context.Context, client *retryablehttp.Client, at string, f File, part string) error {
	for try := 0; ; try++ {
		before := size(part)
		err := s.transfer(ctx, client, at, f, part)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		broken := errors.Is(err, errStalled) || errors.Is(err, errRange) || isCut(err)
		if err != nil && !broken {
			return err
		}
		if !errors.Is(err, errStalled) {
			// A length may lie: what was cut can be whole.
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
				// What was here before may be to blame.
				if before > 0 && try < s.retries() {
					s.log("%s: what an earlier download left does not fit; from the start again", f.Name)
					continue
				}
				return &fileerr.Error{Path: at, What: fmt.Sprintf("the file has the SHA-1 %s, but %s was published; nothing was kept", sum, f.SHA1)}
			}
		}
		if size(part)-before >= enough {
			try = 0
		}
		if try >= s.retries() {
			return &NetworkError{at, err}
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

// cutError is a connection that broke off within the file.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the connection broke off: " + e.err.Error() }
func (e *cutError) Unwrap() error { return e.err }

func isCut(err error) bool {
	var cut *cutError
	return errors.As(err, &cut)
}

// transfer appends the rest of a file to part, or all of it where the server
// gives no rest.
func (s *Store) transfer(ctx context.Context, client *retryablehttp.Client, at string, f File, part string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return &NetworkError{at, err}
	}
	request.Header.Set("User-Agent", "brainscore")
	offset := size(part)
	if offset > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	response, err := client.Do(request)
	if err != nil {
		return &NetworkError{at, err}
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
		return &ResponseError{at, response.Status, response.StatusCode}
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

// receive copies a body to a file, telling reading from writing troubles.
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

// client tries requests again that may succeed later.
func (s *Store) client() *retryablehttp.Client {
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = s.retries()
	client.RetryWaitMin = s.wait()
	client.RetryWaitMax = longestWait
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.Backoff = func(least, most time.Duration, try int, r *http.Response) time.Duration {
		return min(retryablehttp.DefaultBackoff(least, most, try, r), most) // whatever Retry-After asks for
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
		DisableKeepAlives:     true, // a server that sends too much would be told of on standard error
		ForceAttemptHTTP2:     true,
	}}
	return client
}

// hopeless says of an error of the network that it will not go away in
// seconds: no such host, no route to it, nobody who answers.
func hopeless(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && (op.Timeout() || unreachable(op))
}
