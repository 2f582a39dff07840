package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// grace is the time for open calls after the process is told to end.
const grace = 10 * time.Second

// serveHTTP serves /mcp and /healthz until the context ends, and then waits for open calls.
func serveHTTP(
	ctx context.Context, chosen options, server *mcp.Server, connections map[string]*connection, logger *slog.Logger,
) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(chosen.address, strconv.Itoa(chosen.port)))
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	clients := newCrowd(maxConnections)
	web := &http.Server{
		Handler:           clients.serve(newHandler(chosen, server, largestRequest(connections), newRoom(memoryLimit()))),
		ConnState:         clients.changed,
		ConnContext:       withConn,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	logger.Info("serving", "address", listener.Addr().String(), "connections", len(connections))
	select {
	case err := <-ended:
		return fmt.Errorf("cannot serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := web.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("cannot stop: %w", err)
	}
	return nil
}

// newHandler requires an allowed Host on every path, and the token on /mcp.
func newHandler(chosen options, server *mcp.Server, maxBody int64, shared *room) http.Handler {
	protocol := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{
		Stateless:           true,
		JSONResponse:        true,
		MaxRequestBodyBytes: maxBody,
		// Hosts are checked below, on every address.
		DisableLocalhostProtection:   true,
		PropagateRequestCancellation: true,
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle("/mcp", withToken(chosen.token, withRoom(shared, maxBody, protocol)))
	return withOneMeaning(withHost(chosen.allowedHosts, mux))
}

// withOneMeaning refuses requests that a proxy before this server may read differently: with content that the method does
// not expect, or with several tokens.
func withOneMeaning(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.Method != http.MethodPost && r.ContentLength != 0) || len(r.Header.Values("Authorization")) > 1 {
			w.Header().Set("Connection", "close")
			http.Error(w, "only POST may have content, and a request may have only one Authorization header", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// largestRequest is the size of a request with the largest object that may be written, as base64 or as escaped text.
func largestRequest(connections map[string]*connection) int64 {
	largest := int64(mcp.DefaultMaxRequestBodyBytes)
	for _, c := range connections {
		if !c.ReadOnly {
			largest = max(largest, 2*c.MaxPutSize+1<<20)
		}
	}
	return largest
}

func withToken(token string, next http.Handler) http.Handler {
	if token == "" {
		return next
	}
	// Hashes have the same length. The comparison would otherwise disclose the length of the token.
	wanted := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		given := sha256.Sum256([]byte(shown))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(wanted[:], given[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "a bearer token is required", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// withHost refuses web pages that connect to the server through their own host name (DNS rebinding). IP addresses cannot be
// rebound, and the kubelet uses them.
// https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#security-warning
func withHost(allowed []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAllowed(nameIn("http://"+r.Host), allowed) {
			http.Error(w, "this Host is not allowed", http.StatusForbidden)
			return
		}
		if origin := r.Header.Get("Origin"); origin != "" && !isAllowed(nameIn(origin), allowed) {
			http.Error(w, "this Origin is not allowed", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// nameIn returns the host of a URL that consists of a scheme, a host and a port. Empty for any other text.
func nameIn(text string) string {
	at, err := url.Parse(text)
	if err != nil || at.User != nil || at.Path != "" || at.RawQuery != "" || at.Fragment != "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(at.Hostname()), ".")
}

func isAllowed(name string, allowed []string) bool {
	return name == "localhost" || slices.Contains(allowed, name) || net.ParseIP(name) != nil
}
