package data

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// CheckMirror returns an error if a text is not the URL of a mirror. The error does
// not repeat the text, which may hold a password.
func CheckMirror(text string) error {
	_, err := parseMirror(text)
	return err
}

func parseMirror(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("is not a URL such as https://HOST/FOLDER")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("is not a URL that begins with http:// or https://")
	case u.Hostname() == "":
		return nil, errors.New("names no host; write https://HOST/FOLDER")
	case u.Fragment != "":
		return nil, errors.New("has a fragment, which no server gets; write %23 for #")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, fmt.Errorf("has a port that is not between 1 and %d", 1<<16-1)
		}
	}
	return u, nil
}

// urls returns the addresses that a file may have: in the public store, or on a
// mirror of it, with or without the store's folders. The query of a mirror, such as
// a token, is part of each.
func (f File) urls(mirror string) ([]*url.URL, error) {
	host, folder, _ := strings.Cut(f.bucket, "/")
	names := []string{f.Name}
	if mirror == "" {
		mirror = "https://" + host + ".s3.amazonaws.com"
		if folder != "" {
			names = []string{folder + "/" + f.Name}
		}
	} else if folder != "" {
		names = []string{folder + "/" + f.Name, f.Name}
	}
	base, err := parseMirror(mirror)
	if err != nil {
		return nil, fmt.Errorf("the mirror %w", err)
	}
	var urls []*url.URL
	for _, name := range names {
		u := base.JoinPath(name)
		if f.version != "" && f.version != "null" {
			u.RawQuery = strings.TrimPrefix(u.RawQuery+"&versionId="+url.QueryEscape(f.version), "&")
		}
		urls = append(urls, u)
	}
	return urls, nil
}

// shown returns an address as messages show it: a password or a token, which may be
// in the query, is left out.
func shown(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
