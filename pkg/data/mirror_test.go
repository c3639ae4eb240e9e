package data

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestSecrets checks that the password and the token of a mirror reach its server, but
// neither messages nor the server that it redirects to.
func TestSecrets(t *testing.T) {
	const password, token = "s3cr3t", "t0k3n"
	other := newWorld(t, func(_ http.ResponseWriter, r *http.Request, _ []byte, _ int) {
		if seen := fmt.Sprint(r.Header, r.URL); strings.Contains(seen, token) || strings.Contains(seen, password) || r.Header.Get("Authorization") != "" {
			t.Errorf("the other server gets %s", seen)
		}
	})
	for name, bad := range map[string]handler{
		"well":      serve,
		"401":       raw("HTTP/1.1 401 Unauthorized\r\n\r\n", ""),
		"403":       raw("HTTP/1.1 403 Forbidden\r\n\r\n", ""),
		"404":       raw("HTTP/1.1 404 Not Found\r\n\r\n", ""),
		"503":       raw("HTTP/1.1 503 Busy\r\n\r\n", ""),
		"echo":      raw("HTTP/1.1 404 "+password+" "+token+"\r\n\r\n", ""),
		"cut":       cutAt(1000),
		"nothing":   raw("", ""),
		"wrong":     raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", ""),
		"stalls":    raw("HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\nabc", ""),
		"large":     raw("HTTP/1.1 200 OK\r\nContent-Length: 300000000000000\r\n\r\nabc", ""),
		"slow":      raw("HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\nabc", "x"),
		"no HTTP":   raw("hello "+password+" "+token+"\r\n", ""),
		"no URL":    redirect("http://user:" + password + "@[::1?" + token),
		"FTP":       redirect("ftp://user:" + password + "@h/?" + token),
		"loop":      redirect("?token=" + token + "&versionId=v1"),
		"elsewhere": redirect(other.Mirror + "/folder/assy_lab_a.nc?versionId=v1"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				user, secret, _ := r.BasicAuth()
				if user != "user" || secret != password || r.URL.Query().Get("token") != token {
					t.Errorf("the server gets %v of %s", r.URL, user)
				}
				bad(rw, r, w.nc, 0)
			})
			w.Mirror = strings.Replace(w.Mirror, "://", "://user:"+password+"@", 1) + "/?token=" + token
			err := w.Fetch(t.Context(), w.assembly)
			if err == nil {
				t.Fatal("no error, although there is no stimulus set")
			}
			if text := fmt.Sprintf("%v %q", err, w.log); strings.Contains(text, password) || strings.Contains(text, token) {
				t.Errorf("%s", text)
			}
		})
	}
}

func TestCheckMirror(t *testing.T) {
	for text, want := range map[string]string{
		"http://h":                      "",
		"https://user:pass@h:8443/a/b/": "",
		"https://h/a?token=x":           "",
		"http://[::1]:80":               "",
		"::::":                          "is not a URL",
		"http://user:pa/ss@h":           "is not a URL",
		"http://h:port":                 "is not a URL",
		"http://a b/":                   "is not a URL",
		"http://h/\x00":                 "is not a URL",
		"http://h/%zz":                  "is not a URL",
		"h":                             "begins with http",
		"h:80":                          "begins with http",
		"h/folder":                      "begins with http",
		"//h/folder":                    "begins with http",
		"ftp://h/":                      "begins with http",
		"file:///tmp":                   "begins with http",
		"s3://bucket":                   "begins with http",
		"http:/h":                       "names no host",
		"http://":                       "names no host",
		"http:h":                        "names no host",
		"http://:80":                    "names no host",
		"http://user:pass@/":            "names no host",
		"http://h:0":                    "has a port",
		"http://h:65536":                "has a port",
		"http://h/#/x":                  "has a fragment",
	} {
		err := CheckMirror(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pa/ss")) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
