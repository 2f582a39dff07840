package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// keysOfAllKinds have what URLs, XML and servers treat specially, among them control characters, which XML cannot contain.
func keysOfAllKinds() []string {
	keys := []string{"mine/ü/日本/😀", "mine/100%", "mine/%41", "mine/a+b c", "mine/year=2026/a&b;c", `mine/"q"'<>[]{}^|~#?`}
	for c := rune(1); c < 0x80; c++ {
		if c != '/' && c != '\\' {
			keys = append(keys, "mine/a"+string(c)+"b")
		}
	}
	return keys
}

func listOf(keys []string, write func(string) string, encoding string) string {
	var text strings.Builder
	text.WriteString("<ListBucketResult>" + encoding)
	for _, key := range keys {
		var escaped strings.Builder
		_ = xml.EscapeText(&escaped, []byte(write(key)))
		fmt.Fprintf(&text, "<Contents><Key>%s</Key></Contents><CommonPrefixes><Prefix>%s/</Prefix></CommonPrefixes>", &escaped, &escaped)
	}
	return text.String() + "</ListBucketResult>"
}

func TestEveryKeyIsListedAsItIs(t *testing.T) {
	plain := func(key string) string { return key }
	inPath := func(key string) string {
		return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"), "+", "%20")
	}
	printable := []string{}
	for _, key := range keysOfAllKinds() {
		if !strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			printable = append(printable, key)
		}
	}
	const asked = "<EncodingType>url</EncodingType>"
	for name, server := range map[string]struct {
		keys  []string
		write func(string) string
		says  string
	}{
		"as in a form, which is what AWS does": {keysOfAllKinds(), url.QueryEscape, asked},
		"as in a path":                         {keysOfAllKinds(), inPath, asked},
		"not encoded":                          {printable, plain, ""},
		"not encoded, although it says so":     {printable, plain, asked},
	} {
		s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, listOf(server.keys, server.write, server.says))
		})
		list, err := open("main", settingsFor(s3.URL)).ListObjects(context.Background(), "shop", "", "/", 1000, "")
		if err != nil || len(list.Objects) != len(server.keys) || len(list.CommonPrefixes) != len(server.keys) {
			t.Fatalf("%s: %v, %d objects", name, err, len(list.Objects))
		}
		for i, key := range server.keys {
			if list.Objects[i].Key != key || list.CommonPrefixes[i] != key+"/" {
				t.Errorf("%s: %q and %q instead of %q", name, list.Objects[i].Key, list.CommonPrefixes[i], key)
			}
		}
		if encoding := s3.requests()[0].URL.Query().Get("encoding-type"); encoding != "url" {
			t.Errorf("%s: asked for the encoding %q", name, encoding)
		}
	}
}

// A prefix cannot be left by an encoded "/" or "..".
func TestAnEncodedKeyOutsideThePrefixIsNotListed(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, listOf([]string{"mine%2Fa", "theirs%2Fa", "%6Dine/b"}, func(key string) string { return key }, "<EncodingType>url</EncodingType>"))
	})
	list, err := open("main", settingsFor(s3.URL)).ListObjects(context.Background(), "shop", "", "", 10, "")
	if err != nil || len(list.Objects) != 2 || list.Objects[0].Key != "mine/a" || list.Objects[1].Key != "mine/b" {
		t.Fatalf("%+v, %v", list, err)
	}
}
