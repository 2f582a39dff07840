package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// memoryPerByte is how much memory a byte of an object takes on its way to a client at most, as text in JSON in JSON
// with escapes: measured, with room to spare.
const memoryPerByte = 24

// defaultMemory is what is counted on where nothing limits it.
const defaultMemory = 1 << 30

// limitFiles are where a process finds the limit of its memory: in its control group, which a container has at the root.
// https://docs.kernel.org/admin-guide/cgroup-v2.html
func limitFiles() []string {
	const v1, v2 = "/sys/fs/cgroup/memory%s/memory.limit_in_bytes", "/sys/fs/cgroup%s/memory.max"
	files := []string{fmt.Sprintf(v1, ""), fmt.Sprintf(v2, "")}
	groups, _ := os.ReadFile("/proc/self/cgroup")
	for line := range strings.Lines(string(groups)) {
		// hierarchy:controllers:path
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case len(parts) < 3:
		case parts[1] == "memory":
			files = append(files, fmt.Sprintf(v1, parts[2]))
		case parts[1] == "":
			files = append(files, fmt.Sprintf(v2, parts[2]))
		}
	}
	return files
}

// memoryLimit is that of the container, and has the garbage collector work harder before it is reached.
func memoryLimit() int64 {
	limit := int64(defaultMemory)
	for _, file := range limitFiles() {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if bytes, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			limit = min(limit, bytes)
		}
	}
	debug.SetMemoryLimit(limit / 4 * 3)
	return limit
}

// room is how many bytes of objects may be on their way to clients, and those who wait for some of it.
type room struct {
	bytes int64
	free  *semaphore.Weighted
}

func newRoom(memory int64) *room {
	bytes := memory / memoryPerByte
	return &room{bytes: bytes, free: semaphore.NewWeighted(bytes)}
}

var errBusy = errors.New("other objects are being read: try again later")

// lease is what one request has of the room, until its answer is written.
type lease struct {
	room  *room
	mu    sync.Mutex
	taken int64
}

type leaseKey struct{}

const (
	// smallBody is what a request has that writes nothing.
	smallBody = 4 << 10
	// bodyShare is which part of an object's room a byte of a request needs, which goes one way only.
	bodyShare = 4
	// patience is how long a large request waits for room.
	patience = 10 * time.Second
)

// withRoom takes room for large requests, and gives back what a request took once it is answered.
func withRoom(shared *room, maxBody int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		held := &lease{room: shared}
		defer held.release()
		ctx := context.WithValue(r.Context(), leaseKey{}, held)
		if size := bodySize(r, maxBody); size > smallBody {
			waiting, cancel := context.WithTimeout(ctx, patience)
			err := takeRoom(waiting, min(size, maxBody)/bodyShare)
			cancel()
			if err != nil {
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func bodySize(r *http.Request, unknown int64) int64 {
	if r.ContentLength < 0 {
		return unknown
	}
	return r.ContentLength
}

// takeRoom waits until there is room for so many bytes. On standard input one client alone waits for itself.
func takeRoom(ctx context.Context, bytes int64) error {
	held, ok := ctx.Value(leaseKey{}).(*lease)
	if !ok || bytes <= 0 {
		return nil
	}
	if bytes > held.room.bytes {
		return fmt.Errorf("%w for the memory of this server, which has room for %d bytes: it needs a higher limit", errTooLarge, held.room.bytes)
	}
	if held.room.free.Acquire(ctx, bytes) != nil {
		return errBusy
	}
	held.mu.Lock()
	held.taken += bytes
	held.mu.Unlock()
	return nil
}

func (l *lease) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.room.free.Release(l.taken)
	l.taken = 0
}
