package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func zipped(text string) []byte {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write([]byte(text))
	_ = writer.Close()
	return packed.Bytes()
}

// Whatever a server declares, no byte is lost, and a client is told why it gets base64.
func TestContentArrivesAsItIsOrSaysWhatItIs(t *testing.T) {
	for _, kind := range []struct {
		encoding, contentType string
		body                  []byte
		note                  string
	}{
		{"", "text/plain", []byte("plain é"), ""},
		{"", "text/plain; charset=UTF-8", []byte("plain é"), ""},
		{"", "application/octet-stream", []byte("plain"), ""},
		{"", "", []byte{}, ""},
		{"identity", "text/plain", []byte("plain"), ""},
		{"aws-chunked", "text/plain", []byte("plain"), ""},
		{"", "text/csv; charset=ISO-8859-1", []byte("ascii"), ""},
		{"", "text/csv; charset=windows-1252", []byte("ascii"), ""},
		{"gzip", "text/plain", zipped("plain"), `"gzip"`},
		{"GZIP", "application/json", zipped("{}"), `"gzip"`},
		{"aws-chunked,gzip", "text/plain", zipped("plain"), `"gzip"`},
		{"br", "text/plain", []byte("could be text"), `"br"`},
		{"", "text/plain", zipped("plain"), "binary"},
		{"", "image/png", []byte{0x89, 'P', 'N', 'G'}, "binary"},
		{"", "text/csv; charset=ISO-8859-1", []byte("caf\xe9"), `"iso-8859-1"`},
		{"", "text/csv; charset=latin1", []byte("Ã©"), `"latin1"`},
		{"", `text/plain; charset="Shift_JIS"`, []byte("ascii"), `"shift_jis"`},
		{"", "text/plain; charset=iso-2022-jp", []byte("\x1b$B$\"\x1b(B"), `"iso-2022-jp"`},
		{"", "text/plain; charset=utf-16le", []byte("a\x00b\x00"), "NUL"},
		{"", "text/plain", []byte("caf\xe9"), "not UTF-8"},
		{"", "text/plain", []byte("a\x00b"), "NUL"},
	} {
		s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind.contentType)
			if kind.encoding != "" {
				w.Header().Set("Content-Encoding", kind.encoding)
			}
			_, _ = w.Write(kind.body)
		})
		found, err := open("main", settingsFor(s3.URL)).read(context.Background(), "shop", "mine/a")
		if err != nil {
			t.Fatal(err)
		}
		told := found.result("shop")
		content := []byte(told.Content)
		if told.IsBase64 {
			content, _ = base64.StdEncoding.DecodeString(told.Content)
		}
		if !bytes.Equal(content, kind.body) || told.ContentType != kind.contentType || told.ContentEncoding != kind.encoding {
			t.Errorf("%q %q: %+v", kind.encoding, kind.contentType, told)
		}
		if told.IsBase64 != (kind.note != "") || told.IsBase64 != (told.Note != "") || !strings.Contains(told.Note, kind.note) {
			t.Errorf("%q %q %q: the note is %q", kind.encoding, kind.contentType, kind.body, told.Note)
		}
	}
}
