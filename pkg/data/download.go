package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// download writes a file of the store to part, after the bytes of an earlier
// download, and checks it. After an error part is removed, or holds bytes that the
// next call continues after.
func (s *Store) download(ctx context.Context, o Object, f File, part string) error {
	urls, err := f.urls(s.Mirror)
	if err != nil {
		return &NetworkError{f.Name, err}
	}
	client := s.client()
	defer client.HTTPClient.CloseIdleConnections()
	for _, address := range urls {
		t := &transfer{Store: s, client: client, address: address, file: f, part: part, maxBytes: s.maxBytes(f)}
		err = t.run(ctx)
		response, ok := errors.AsType[*ResponseError](err)
		if !ok {
			return err
		}
		if response.Code == http.StatusForbidden || response.Code == http.StatusUnauthorized {
			return &PrivateError{o.ID, response.URL, response.Code}
		}
		if response.Code != http.StatusNotFound {
			return err
		}
	}
	return err
}

// defaultMaxSize returns the size above which a file is not downloaded without being
// asked for: tables are small, an archive may not unpack to more either.
func defaultMaxSize(f File) int64 {
	switch filepath.Ext(f.Name) {
	case ".csv":
		return 64 << 20
	case ".zip":
		return publishedLimits.bytes
	}
	return 16 << 30
}

// maxBytes returns the size above which a file is not downloaded.
func (s *Store) maxBytes(f File) int64 {
	switch {
	case s.MaxSize > 0 && f.Size > 0:
		return min(s.MaxSize, f.Size)
	case s.MaxSize > 0 || f.Size > 0:
		return max(s.MaxSize, f.Size)
	}
	return defaultMaxSize(f)
}

// tooLarge returns the error about a file above maxBytes.
func (t *transfer) tooLarge(how string) error {
	if t.maxBytes == t.file.Size {
		return &fileerr.Error{Path: shown(t.address), What: fmt.Sprintf("%s more than the %d bytes that the registry lists", how, t.maxBytes)}
	}
	return &fileerr.Error{Path: shown(t.address), What: fmt.Sprintf("%s more than the %s that are allowed", how, humanize.IBytes(uint64(t.maxBytes))),
		Remedy: "raise --max-size if the file is that large"}
}

// minProgress is the number of bytes after which the count of tries starts again.
const minProgress = 64 << 10

// run downloads and checks the file.
func (t *transfer) run(ctx context.Context) error {
	if size(t.part) > t.maxBytes {
		if err := os.Remove(t.part); err != nil {
			return err
		}
	}
	// Only bytes above highest count as progress, so that a server that starts the
	// file again and again comes to an end.
	highest, restarted := size(t.part), false
	for try := 0; ; try++ {
		before := size(t.part)
		err := t.request(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		progress := size(t.part)-highest >= minProgress
		if progress {
			try, highest = 0, size(t.part)
		}
		last := try >= t.retries()
		// The announced length may be wrong and the file complete.
		if err == nil || errors.Is(err, errRange) || isCut(err) && (last || !progress) {
			sum, hashErr := hashFile(ctx, t.part)
			if hashErr != nil && !errors.Is(hashErr, fs.ErrNotExist) {
				return hashErr
			}
			if sum == t.file.SHA1 {
				return nil
			}
			if !isCut(err) {
				if err := os.Remove(t.part); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
				switch {
				case before > 0 && !restarted: // the bytes of an earlier download may be wrong
					t.log("%s: the bytes of an earlier download do not fit; starting again", t.file.Name)
					highest, restarted, t.total, t.tag = 0, true, 0, ""
					continue
				case err != nil:
					return newNetworkError(t.address, err)
				}
				return &fileerr.Error{Path: shown(t.address), What: fmt.Sprintf("the file has the SHA-1 %s, but %s was published; nothing was kept", sum, t.file.SHA1)}
			}
		}
		// A server that is slow from the start will not be faster in a second.
		if slow := errors.Is(err, errSlow); !slow && !isCut(err) && !errors.Is(err, errStalled) {
			return err
		} else if slow && !progress || last {
			return newNetworkError(t.address, err)
		}
		t.log("%s: %v; trying again", t.file.Name, err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(t.wait()<<min(try, 10), longestWait)):
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
