package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	pathpkg "path"
	"strings"
	"testing"
	"time"

	"github.com/txn2/mcp-s3/pkg/client"
)

// operations are all that the tools of mcp-s3 can ask of a connection, with a bucket and a key.
var operations = map[string]func(c *connection, bucket, key string) error{
	"list": func(c *connection, bucket, key string) error {
		_, err := c.ListObjects(context.Background(), bucket, key, "/", 10, "")
		return err
	},
	"get": func(c *connection, bucket, key string) error {
		_, err := c.GetObject(context.Background(), bucket, key)
		return err
	},
	"head": func(c *connection, bucket, key string) error {
		_, err := c.GetObjectMetadata(context.Background(), bucket, key)
		return err
	},
	"put": func(c *connection, bucket, key string) error {
		_, err := c.PutObject(context.Background(), &client.PutObjectInput{Bucket: bucket, Key: key, Body: []byte("x")})
		return err
	},
	"delete": func(c *connection, bucket, key string) error {
		return c.DeleteObject(context.Background(), bucket, key)
	},
	"copy from": func(c *connection, bucket, key string) error {
		_, err := c.CopyObject(context.Background(), &client.CopyObjectInput{
			SourceBucket: bucket, SourceKey: key, DestBucket: "shop", DestKey: "mine/copy"})
		return err
	},
	"copy to": func(c *connection, bucket, key string) error {
		_, err := c.CopyObject(context.Background(), &client.CopyObjectInput{
			SourceBucket: "shop", SourceKey: "mine/original", DestBucket: bucket, DestKey: key})
		return err
	},
	"presign get": func(c *connection, bucket, key string) error {
		_, err := c.PresignGetURL(context.Background(), bucket, key, time.Hour)
		return err
	},
	"presign put": func(c *connection, bucket, key string) error {
		_, err := c.PresignPutURL(context.Background(), bucket, key, time.Hour)
		return err
	},
}

func isWrite(operation string) bool {
	return operation == "put" || operation == "delete" || strings.HasPrefix(operation, "copy")
}

func TestWhatIsOutsideIsNeverAskedFor(t *testing.T) {
	outside := []struct{ bucket, key string }{
		{"other", "mine/a"}, {"", "mine/a"}, {"shop/..", "mine/a"}, {"SHOP", "mine/a"},
		{"shop", "theirs/a"}, {"shop", "min"}, {"shop", "mine"}, {"shop", "mine-too/a"},
		{"shop", "mine/../theirs/a"}, {"shop", "mine/./a"}, {"shop", "mine/.."}, {"shop", "mine/../"}, {"shop", "../other/a"},
		{"shop", "mine//a"}, {"shop", "/mine/a"}, {"shop", "mine/a//"}, {"shop", `mine/..\theirs`},
		{"shop", "mine/a\x00b"}, {"shop", "mine/a\nb"}, {"shop", "mine/\xff"}, {"shop", "mine/" + strings.Repeat("k", 1024)},
	}
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {})
	c := open("main", settingsFor(s3.URL))
	for name, ask := range operations {
		for _, at := range outside {
			if ask(c, at.bucket, at.key) == nil {
				t.Errorf("%s of %q in %q was not refused", name, at.key, at.bucket)
			}
		}
		if name != "list" && ask(c, "shop", "mine/") == nil {
			t.Errorf("%s of the prefix itself was not refused", name)
		}
	}
	for _, request := range s3.requests() {
		t.Errorf("asked for %s %s", request.Method, request.URL)
	}
}

func TestWhatIsWithinIsAskedFor(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Copy-Source") != "" {
			_, _ = w.Write([]byte(`<CopyObjectResult/>`))
		} else if r.URL.Query().Has("list-type") {
			_, _ = w.Write([]byte(`<ListBucketResult/>`))
		}
	})
	c := open("main", settingsFor(s3.URL))
	for _, key := range []string{"mine/a", "mine/a/", "mine/a?versionId=b", "mine/%2e%2e/b", "mine/ü +&=", "mine/..a", "mine/a..b/c"} {
		for name, ask := range operations {
			before := len(s3.requests())
			err := ask(c, "shop", key)
			if strings.HasPrefix(name, "presign") {
				if !errors.Is(err, errPresign) {
					t.Errorf("%s of %q: %v", name, key, err)
				}
				continue
			}
			if err != nil || len(s3.requests()) != before+1 {
				t.Errorf("%s of %q: %v, after %d requests", name, key, err, len(s3.requests())-before)
			}
		}
	}
}

func TestAReadOnlyConnectionWritesNothing(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {})
	settings := settingsFor(s3.URL)
	settings.ReadOnly = true
	c := open("main", settings)
	for name, ask := range operations {
		if isWrite(name) && !errors.Is(ask(c, "shop", "mine/a"), errReadOnly) {
			t.Errorf("%s was not refused", name)
		}
	}
	for _, request := range s3.requests() {
		t.Errorf("asked for %s %s", request.Method, request.URL)
	}
}

// FuzzKeys asks for whatever it can think of: what leaves is in the bucket and below the prefix, however a server
// reads it.
func FuzzKeys(f *testing.F) {
	for _, seed := range []string{"mine/a", "mine/../a", "mine/%2e%2e/a", "mine//a", "a?b", "mine/\x00", "mine/%00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		s3 := record(t, func(http.ResponseWriter, *http.Request) {})
		c := open("main", settingsFor(s3.URL))
		for _, ask := range operations {
			_ = ask(c, "shop", key)
		}
		for _, request := range s3.requests() {
			within(t, request.URL.Path)
			if source := request.Header.Get("X-Amz-Copy-Source"); source != "" {
				decoded, err := url.PathUnescape(source)
				if err != nil || strings.Contains(source, "?") {
					t.Errorf("copies from %q", source)
				}
				within(t, "/"+decoded)
			}
		}
	})
}

func within(t *testing.T, path string) {
	t.Helper()
	if path == "/shop" || path == "/shop/" {
		return
	}
	if clean := pathpkg.Clean(path); clean != strings.TrimSuffix(path, "/") || !strings.HasPrefix(clean, "/shop/mine/") || strings.Contains(path, "\x00") {
		t.Errorf("asks for %q, which is %q", path, clean)
	}
}
