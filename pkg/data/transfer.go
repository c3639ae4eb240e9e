package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// minRate is the number of bytes a second below which a connection is given up.
const minRate = 1 << 10

// transfer is the download of a file from one address to part.
type transfer struct {
	*Store
	client   *retryablehttp.Client
	address  *url.URL
	file     File
	part     string
	maxBytes int64
	total    int64  // size that the server announced; 0 if unknown
	tag      string // the strong ETag of the bytes in part; "" if unknown
}

// request appends the remaining bytes of the file to part, or writes all of them if
// the server does not send the remaining ones alone.
func (t *transfer) request(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, t.address.String(), nil)
	if err != nil {
		return newNetworkError(t.address, err)
	}
	request.Header.Set("User-Agent", "brainscore")
	offset := size(t.part)
	if offset > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		if t.tag != "" {
			request.Header.Set("If-Range", t.tag)
		}
	}
	response, err := t.client.Do(request)
	if err != nil {
		return newNetworkError(t.address, err)
	}
	defer response.Body.Close()
	total, tag := int64(0), strongTag(response.Header)
	flags := os.O_WRONLY | os.O_CREATE
	switch response.StatusCode {
	case http.StatusOK:
		offset, flags = 0, flags|os.O_TRUNC
		total = max(0, response.ContentLength)
	case http.StatusPartialContent:
		var start int64
		var ok bool
		if start, total, ok = contentRange(response.Header.Get("Content-Range")); !ok || start != offset {
			return errRange
		}
		if offset > 0 && (t.total > 0 && total > 0 && total != t.total || t.tag != "" && tag != "" && tag != t.tag) {
			return errRange // of another version of the file
		}
		flags |= os.O_APPEND
	case http.StatusRequestedRangeNotSatisfiable:
		return errRange
	default:
		return &ResponseError{shown(t.address), response.StatusCode}
	}
	if max(total, offset+response.ContentLength) > t.maxBytes {
		return t.tooLarge(fmt.Sprintf("the server announces %d bytes,", max(total, offset+response.ContentLength)))
	}
	if offset == 0 {
		t.tag = tag
	}
	t.total = total
	out, err := os.OpenFile(t.part, flags, 0o666)
	if err != nil {
		return err
	}
	end, err := t.receive(out, response, offset, cancel)
	if isCut(err) && errors.Is(context.Cause(ctx), errStalled) {
		err = errStalled
	}
	if isCut(err) && errors.Is(context.Cause(ctx), errSlow) {
		err = errSlow
	}
	if err == nil && end < total {
		err = &cutError{io.ErrUnexpectedEOF} // the server sends the file in pieces
	}
	if err == nil {
		err = out.Sync()
	}
	err = errors.Join(err, out.Close())
	if end > t.maxBytes {
		return errors.Join(os.Remove(t.part), t.tooLarge("the server sends"))
	}
	return err
}

// receive copies the body of a response to a file and returns the size of the file.
// It cancels the request if the server sends nothing or too little.
func (t *transfer) receive(out io.Writer, response *http.Response, offset int64, cancel context.CancelCauseFunc) (int64, error) {
	done := func(int64) {}
	if t.Progress != nil && response.ContentLength > 0 {
		done = t.Progress(t.file.Name, offset+response.ContentLength)
	}
	stalled := time.AfterFunc(t.idle(), func() { cancel(errStalled) })
	defer stalled.Stop()
	end, window, before := offset, time.Now(), int64(0)
	err := receive(out, io.LimitReader(response.Body, t.maxBytes-offset+1), func(n int64) {
		stalled.Reset(t.idle())
		// Longer than it takes to notice that a connection stalled, which is
		// reported as such.
		if elapsed := time.Since(window); elapsed > 2*t.idle() {
			if float64(n-before) < minRate*elapsed.Seconds() {
				cancel(errSlow)
			}
			window, before = time.Now(), n
		}
		end = offset + n
		done(end)
	})
	return end, err
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

// strongTag returns the ETag of a response if equal ones mean equal bytes.
func strongTag(h http.Header) string {
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		return tag
	}
	return ""
}

var rangeText = regexp.MustCompile(`^bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$`)

// contentRange reads "bytes 5-9/10"; the total is 0 if it is "*".
func contentRange(header string) (start, total int64, ok bool) {
	m := rangeText.FindStringSubmatch(header)
	if m == nil {
		return 0, 0, false
	}
	start, _ = strconv.ParseInt(m[1], 10, 64)
	end, _ := strconv.ParseInt(m[2], 10, 64)
	if m[3] != "*" {
		total, _ = strconv.ParseInt(m[3], 10, 64)
	}
	return start, total, start <= end && (m[3] == "*" || end < total)
}
