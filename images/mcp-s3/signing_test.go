package main

import (
	"net/http"
	"regexp"
	"testing"
)

var signedHeaders = regexp.MustCompile(`SignedHeaders=([^,]*)`)

func TestOnlyWhatS3RequiresIsSigned(t *testing.T) {
	required := regexp.MustCompile(`^(host|content-length|content-type|content-md5|x-amz-[a-z0-9-]+)(;(host|content-length|content-type|content-md5|x-amz-[a-z0-9-]+))*$`)
	for name, ask := range operations {
		s3 := record(t, func(http.ResponseWriter, *http.Request) {})
		_ = ask(open("main", settingsFor(s3.URL)), "shop", "mine/a")
		for _, request := range s3.requests() {
			signed := signedHeaders.FindStringSubmatch(request.Header.Get("Authorization"))
			if signed == nil || !required.MatchString(signed[1]) {
				t.Errorf("%s: signed are %v", name, signed)
			}
			if encoding := request.Header.Get("Accept-Encoding"); encoding != "identity" {
				t.Errorf("%s: accepts the encoding %q", name, encoding)
			}
		}
	}
}
