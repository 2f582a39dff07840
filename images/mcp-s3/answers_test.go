package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

func TestAnAnswerWithoutAnEndIsNotRead(t *testing.T) {
	object := "<Contents><Key>mine/" + strings.Repeat("x", 1000) + "</Key></Contents>"
	for name, status := range map[string]int{"a list": http.StatusOK, "an error": http.StatusForbidden} {
		asked := 0
		s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.WriteHeader(status)
			_, err := w.Write([]byte("<ListBucketResult>"))
			for range 64 << 10 {
				if err != nil {
					return
				}
				_, err = w.Write([]byte(object))
			}
		})
		shared := newRoom(1 << 30)
		held := &lease{room: shared}
		ctx := context.WithValue(context.Background(), leaseKey{}, held)
		_, err := open("main", settingsFor(s3.URL)).ListObjects(ctx, "shop", "mine/", "", 1000, "")
		if err == nil || asked != 1 || held.taken > maxAnswer {
			t.Errorf("%s: %v after %d requests and %d bytes", name, err, asked, held.taken)
		}
		held.release()
		if !shared.free.TryAcquire(shared.bytes) {
			t.Errorf("%s: not all of the room was given back", name)
		}
	}
}

func TestAListNeedsRoomToo(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<ListBucketResult>" + strings.Repeat(" ", 1000) + "</ListBucketResult>"))
	})
	held := &lease{room: newRoom(2000 * memoryPerByte)}
	ctx := context.WithValue(context.Background(), leaseKey{}, held)
	c := open("main", settingsFor(s3.URL))
	if _, err := c.ListObjects(ctx, "shop", "", "", 1000, ""); err != nil || held.taken < 1000 {
		t.Fatalf("%v with %d bytes", err, held.taken)
	}
	if _, err := c.ListObjects(ctx, "shop", "", "", 1000, ""); err == nil || !strings.Contains(err.Error(), "try again later") {
		t.Error(err)
	}
}
