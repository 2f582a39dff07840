package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"
)

// crowded serves with room for two connections.
func crowded(t *testing.T, handler http.Handler) (string, *crowd) {
	t.Helper()
	c := newCrowd(2)
	server := httptest.NewUnstartedServer(c.serve(handler))
	server.Config.ConnState = c.changed
	server.Config.ConnContext = withConn
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), c
}

func dialFor(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func askOn(conn net.Conn) error {
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func TestConnectionsWithoutRequestsGiveWay(t *testing.T) {
	address, c := crowded(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) }))
	kept := dialFor(t, address)
	if err := askOn(kept); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		silent := dialFor(t, address)
		late := dialFor(t, address)
		if err := askOn(late); err != nil {
			t.Fatal(err)
		}
		if _, err := silent.Read(make([]byte, 1)); err == nil {
			t.Fatal("the silent one is still open")
		}
		_ = late.Close()
		for c.size() > 1 {
			runtime.Gosched()
		}
	}
}

func (c *crowd) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}

func TestWhoeverAsksIsNotClosedForOthers(t *testing.T) {
	release := make(chan struct{})
	began := make(chan struct{}, 2)
	address, _ := crowded(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		began <- struct{}{}
		<-release
		_, _ = w.Write([]byte("ok"))
	}))
	results := make(chan error, 2)
	for range 2 {
		conn := dialFor(t, address)
		go func() { results <- askOn(conn) }()
		<-began
	}
	if _, err := dialFor(t, address).Read(make([]byte, 1)); err == nil {
		t.Error("a third one is served")
	}
	close(release)
	for range 2 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

func TestAClientThatTakesNothingIsGivenUp(t *testing.T) {
	ended := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		steady := &steadyWriter{ResponseWriter: w, control: http.NewResponseController(w), stall: 50 * time.Millisecond}
		_, err := steady.Write(make([]byte, 64<<20))
		ended <- err
	}))
	t.Cleanup(server.Close)
	conn := dialFor(t, server.Listener.Addr().String())
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("64 MiB went to a client that reads nothing")
	}
}
