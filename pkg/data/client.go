package data

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// The limits of an answer.
const (
	maxRedirects = 10
	maxHeader    = 64 << 10 // bytes
)

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
	client.HTTPClient = &http.Client{CheckRedirect: checkRedirect, Transport: filesOnly{&http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  s.idle(),
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		DisableKeepAlives:      true, // net/http would print to standard error if a server sent too much
		ForceAttemptHTTP2:      true,
	}}}
	return client
}

// filesOnly drops the body of a response that is not of a file. The client would
// read it before it redirects or retries, as slowly as the server sends it.
type filesOnly struct{ next http.RoundTripper }

func (t filesOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(r)
	if err == nil && response.StatusCode != http.StatusOK && response.StatusCode != http.StatusPartialContent {
		err = response.Body.Close()
		response.Body = http.NoBody
	}
	return response, err
}

// checkRedirect returns an error if a redirect must not be followed.
func checkRedirect(r *http.Request, via []*http.Request) error {
	r.Header.Del("Referer") // would hold the token of a mirror
	switch {
	case r.URL.Scheme != "http" && r.URL.Scheme != "https":
		return fmt.Errorf("%w: to an address that begins neither with http:// nor with https://", errRedirect)
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: more than %d times", errRedirect, maxRedirects)
	}
	return nil
}

// hopeless reports whether an error of the network will last longer than seconds:
// no such host, no route to it, no response, a wrong redirect.
func hopeless(err error) bool {
	if errors.Is(err, errRedirect) {
		return true
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && (op.Timeout() || unreachable(op))
}
