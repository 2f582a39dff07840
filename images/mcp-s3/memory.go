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

// memoryPerByte is the maximum memory for a byte of an object that is sent to a client, as escaped text in JSON in JSON:
// measured, with a reserve.
const memoryPerByte = 24

// defaultMemory is the assumed memory if there is no limit.
const defaultMemory = 1 << 30

// limitFiles returns the files that contain the memory limit of this process. In a container, its control group is at the root.
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

// memoryLimit returns the limit of the container. It also sets the limit of the garbage collector, which is lower.
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

// room is the number of bytes of objects that may be sent to clients at a time, and the requests that wait for it.
type room struct {
	bytes int64
	free  *semaphore.Weighted
}

func newRoom(memory int64) *room {
	bytes := memory / memoryPerByte
	return &room{bytes: bytes, free: semaphore.NewWeighted(bytes)}
}

var errBusy = errors.New("other objects are being read: try again later")

// lease is the part of the room that one request holds until its response is written.
type lease struct {
	room  *room
	mu    sync.Mutex
	taken int64
}

type leaseKey struct{}

const (
	// smallBody is the size of a request that writes nothing.
	smallBody = 4 << 10
	// bodyShare: a byte of a request needs a fourth of the room of a byte of an object, because it is sent one way only.
	bodyShare = 4
	// patience is how long a large request waits for room.
	patience = 10 * time.Second
)

// withRoom takes room for large requests, and releases the room of a request after its response.
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

// takeRoom waits until there is room for the bytes. On standard input there is only one client, and no limit.
func takeRoom(ctx context.Context, bytes int64) error {
	held, ok := ctx.Value(leaseKey{}).(*lease)
	if !ok || bytes <= 0 {
		return nil
	}
	if bytes > held.room.bytes {
		return fmt.Errorf("%w for the memory of this server, which has room for %d bytes: raise its memory limit", errTooLarge, held.room.bytes)
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
