package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// recorder is a server that answers every request alike, and keeps what it was asked.
type recorder struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
}

func record(t *testing.T, answer http.HandlerFunc) *recorder {
	t.Helper()
	made := &recorder{}
	made.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		made.mu.Lock()
		made.asked = append(made.asked, r)
		made.mu.Unlock()
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 09:14:07 GMT")
		answer(w, r)
	}))
	t.Cleanup(made.Close)
	return made
}

func (r *recorder) requests() []*http.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*http.Request{}, r.asked...)
}

// settingsFor is a connection that may do everything, below "mine/" in the bucket "shop".
func settingsFor(endpoint string) connectionConfig {
	return connectionConfig{
		Endpoint: endpoint, Addresses: "any", Region: "us-east-1", PathStyle: true, Bucket: "shop", Prefix: "mine/",
		AccessKeyID: "access-key", SecretAccessKey: "secret-key", TLS: "disable",
		MaxGetSize: 100, MaxPutSize: 100, ConnectTimeout: 2, RequestTimeout: 2,
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
