package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// call is a read of an object, by a client that waits for its answer.
const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"s3_get_object","arguments":{"bucket":"shop","key":"mine/a"}}}`

func ask(handler http.Handler) string {
	request := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(call))
	request.Host = "localhost"
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer.Body.String()
}

func TestWhoeverWaitsForRoomIsAnsweredAndAllOfItIsGivenBack(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("x"), 100)) })
	shared := newRoom(250 * memoryPerByte)
	connections := map[string]*connection{"main": open("main", settingsFor(s3.URL))}
	handler := newHandler(options{}, newServer(connections), 1<<20, shared)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if answer := ask(handler); !strings.Contains(answer, strings.Repeat("x", 100)) {
				t.Error(answer)
			}
		})
	}
	all.Wait()
	if !shared.free.TryAcquire(shared.bytes) {
		t.Error("not all of the room was given back")
	}
}

func TestWhatThereIsNoRoomForIsRefused(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 100)) })
	connections := map[string]*connection{"main": open("main", settingsFor(s3.URL))}
	small := newHandler(options{}, newServer(connections), 1<<20, newRoom(99*memoryPerByte))
	if answer := ask(small); !strings.Contains(answer, "too large for the memory of this server") {
		t.Error(answer)
	}
	shared := newRoom(100 * memoryPerByte)
	if !shared.free.TryAcquire(1) {
		t.Fatal("no room")
	}
	settings := settingsFor(s3.URL)
	settings.RequestTimeout = 1
	connections["main"] = open("main", settings)
	if answer := ask(newHandler(options{}, newServer(connections), 1<<20, shared)); !strings.Contains(answer, "try again later") {
		t.Error(answer)
	}
}

func TestALargeRequestNeedsRoomToo(t *testing.T) {
	connections := map[string]*connection{"main": open("main", settingsFor("http://localhost:1"))}
	handler := newHandler(options{}, newServer(connections), 4<<20, newRoom(1<<10*memoryPerByte))
	for size, status := range map[int]int{100: http.StatusBadRequest, 1 << 20: http.StatusServiceUnavailable} {
		request := httptest.NewRequest(http.MethodPost, "/mcp", bytes.NewReader(make([]byte, size)))
		request.Host = "localhost"
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != status {
			t.Errorf("%d bytes: %d %s", size, answer.Code, answer.Body)
		}
	}
}
