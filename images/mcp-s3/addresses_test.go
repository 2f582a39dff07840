package main

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestKindsOfAddresses(t *testing.T) {
	for kind, addresses := range map[string]string{
		"node": "0.0.0.0 127.0.0.1 127.8.8.8 169.254.169.254 224.0.0.1 255.255.255.255 168.63.129.16 ::1 :: fe80::1 fe80::1%eth0 " +
			"ff02::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 2002:a9fe:a9fe:: ::7f00:1",
		"inside": "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 100.127.255.255 198.18.0.1 192.0.0.8 fd00::1 " +
			"::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1::",
		"public": "1.1.1.1 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1 192.0.1.1 198.20.0.1 223.255.255.255 2606:4700::1111 ::ffff:1.1.1.1",
	} {
		for text := range strings.FieldsSeq(addresses) {
			if got := addressKind(netip.MustParseAddr(text)); got != kind {
				t.Errorf("%s is %s, not %s", text, got, kind)
			}
		}
	}
}

func TestAnAddressThatIsNotAllowedIsNotConnectedTo(t *testing.T) {
	s3 := record(t, func(http.ResponseWriter, *http.Request) {})
	for scope, may := range map[string]bool{"public": false, "inside": false, "any": true} {
		for _, endpoint := range []string{s3.URL, strings.Replace(s3.URL, "127.0.0.1", "localhost", 1)} {
			settings := settingsFor(endpoint)
			settings.Addresses = scope
			_, err := open("main", settings).GetObject(context.Background(), "shop", "mine/a")
			if may != (err == nil) || !may && !errors.Is(err, errAddress) {
				t.Errorf("%s, %s: %v", scope, endpoint, err)
			}
		}
	}
	if asked := len(s3.requests()); asked != 2 {
		t.Errorf("%d requests", asked)
	}
}

func TestWhatIsNoObjectIsNotPassedOn(t *testing.T) {
	page := record(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Del("ETag")
		_, _ = w.Write([]byte("a page of an inside"))
	})
	if _, err := open("main", settingsFor(page.URL)).GetObject(context.Background(), "shop", "mine/a"); err == nil {
		t.Error("a page was taken for an object")
	}
}
