package main

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// maxConnections is the maximum number of connected clients.
	maxConnections = 512
	// stallTime is how long a client may stop reading its response.
	stallTime = 30 * time.Second
	// pieceSize is the part of a response that is written at a time, in bytes.
	pieceSize = 64 << 10
)

// crowd limits the number of connections. A new connection above the limit closes the oldest one without any request, or
// else the one that has been idle the longest, so that connections without requests do not exclude other clients.
type crowd struct {
	most int

	mu     sync.Mutex
	silent *list.List
	idle   *list.List
	known  map[net.Conn]*place
}

// place is the list in which a connection waits. Empty while the connection is busy.
type place struct {
	in *list.List
	at *list.Element
}

func newCrowd(most int) *crowd {
	return &crowd{most: most, silent: list.New(), idle: list.New(), known: map[net.Conn]*place{}}
}

type connKey struct{}

func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// changed is called when a connection is opened or closed.
func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		full := len(c.known) >= c.most
		var oldest net.Conn
		for _, waiting := range []*list.List{c.idle, c.silent} {
			if first := waiting.Front(); first != nil {
				oldest = first.Value.(net.Conn)
			}
		}
		c.known[conn] = &place{}
		c.move(conn, c.silent)
		if !full {
			return
		}
		if oldest == nil {
			oldest = conn
		}
		c.forget(oldest)
		_ = oldest.Close()
	case http.StateClosed, http.StateHijacked:
		c.forget(conn)
	}
}

// move puts a connection at the end of a list, or removes it from its list.
func (c *crowd) move(conn net.Conn, to *list.List) {
	where, ok := c.known[conn]
	if !ok {
		return
	}
	if where.in != nil {
		where.in.Remove(where.at)
	}
	*where = place{in: to}
	if to != nil {
		where.at = to.PushBack(conn)
	}
}

func (c *crowd) forget(conn net.Conn) {
	c.move(conn, nil)
	delete(c.known, conn)
}

// serve marks a connection as busy while a request is served, and writes the response in pieces.
func (c *crowd) serve(next http.Handler) http.Handler {
	mark := func(r *http.Request, to *list.List) {
		if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.move(conn, to)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mark(r, nil)
		defer mark(r, c.idle)
		control := http.NewResponseController(w)
		_ = control.SetWriteDeadline(time.Time{})
		next.ServeHTTP(&steadyWriter{ResponseWriter: w, control: control, stall: stallTime}, r)
	})
}

// steadyWriter disconnects a client that stops reading, which would otherwise occupy memory without a limit.
type steadyWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

func (w *steadyWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *steadyWriter) Write(text []byte) (int, error) {
	written := 0
	for {
		piece := text[written:min(len(text), written+pieceSize)]
		// A writer that does not support deadlines is not a connection, as in tests.
		_ = w.control.SetWriteDeadline(time.Now().Add(w.stall))
		n, err := w.ResponseWriter.Write(piece)
		written += n
		if err != nil || written == len(text) {
			return written, err
		}
	}
}
