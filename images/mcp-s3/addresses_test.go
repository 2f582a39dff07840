package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
)

// The vectors are those of the other judges.
func TestKindsOfAddresses(t *testing.T) {
	text, err := os.ReadFile("../../test/vectors/addresses.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Address, Kind string
		Ranges        platformRanges
		Refused       bool
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 100 {
		t.Fatalf("%d vectors", len(cases))
	}
	for _, want := range cases {
		address, err := netip.ParseAddr(want.Address)
		if err != nil {
			address = netip.Addr{}
		}
		if got := addressKind(address, want.Ranges); got != want.Kind {
			t.Errorf("%s is %s, not %s", want.Address, got, want.Kind)
		}
		for scope, may := range map[string]bool{
			"public": want.Kind == "public", "inside": want.Kind != "node", "any": true,
		} {
			if got := mayConnect(address, scope, want.Ranges); got != (may && !want.Refused) {
				t.Errorf("%s in the scope %s: %t", want.Address, scope, got)
			}
		}
	}
}

func TestTheAPIServerOfThePodIsTheNodes(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
	ranges := withOwnAPIServer(platformRanges{})
	for text, may := range map[string]bool{"10.96.0.1": false, "10.96.0.2": true, "::ffff:10.96.0.1": false} {
		if got := mayConnect(netip.MustParseAddr(text), "inside", ranges); got != may {
			t.Errorf("%s: %t", text, got)
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
