package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func get(t *testing.T, path, languages string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", languages)
	w := httptest.NewRecorder()
	handler().ServeHTTP(w, r)
	return w
}

func TestLanguages(t *testing.T) {
	for languages, want := range map[string]string{
		"ja-JP,ja;q=0.9,en;q=0.5": "DNSサーバー",
		"fr,en;q=0.5":             "DNS server",
		"":                        "DNS server",
	} {
		w := get(t, "/ports/udp/53", languages)
		var uses []use
		if err := json.Unmarshal(w.Body.Bytes(), &uses); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: status %d, %v: %s", languages, w.Code, err, w.Body)
		}
		found := false
		for _, u := range uses {
			for _, name := range u.To {
				found = found || name == want
			}
			if u.Source == "" || u.Purpose == "" {
				t.Errorf("%s: %+v lacks its source or purpose", languages, u)
			}
		}
		if !found {
			t.Errorf("Accept-Language %q: no flow to %q in %s", languages, want, w.Body)
		}
	}
}

func TestStatus(t *testing.T) {
	for path, want := range map[string]int{
		"/ports/tcp/1":     http.StatusOK, // an empty list
		"/ports/tcp/65536": http.StatusBadRequest,
		"/ports/tpc/443":   http.StatusBadRequest,
		"/ports/443":       http.StatusNotFound,
	} {
		if w := get(t, path, "en"); w.Code != want {
			t.Errorf("GET %s: status %d, want %d: %s", path, w.Code, want, w.Body)
		}
	}
	if w := get(t, "/ports/tcp/1", "en"); w.Body.String() != "[]\n" {
		t.Errorf("a port without flows: %s, want an empty list", w.Body)
	}
}
