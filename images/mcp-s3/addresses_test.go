package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
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

// A Service that its tenant calls by a shorter name may have either name in its certificate, and no third.
func TestACertificateMayHaveEitherNameOfAService(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	roots := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(roots, block, 0o600); err != nil {
		t.Fatal(err)
	}
	// The certificate of httptest is for example.com.
	for _, one := range []struct {
		endpoint, name string
		may            bool
	}{
		{"https://shop.tas-acme.svc.cluster.local", "example.com", true},
		{"https://example.com", "shop", true},
		{"https://shop.tas-acme.svc.cluster.local", "shop", false},
	} {
		verified, err := tlsConfig(connectionConfig{TLS: "verify-full", CA: roots, Endpoint: one.endpoint, ServerName: one.name})
		if err != nil {
			t.Fatal(err)
		}
		connection, err := tls.Dial("tcp", server.Listener.Addr().String(), verified)
		if (err == nil) != one.may {
			t.Errorf("%s as %s: %v", one.endpoint, one.name, err)
		}
		if err == nil {
			_ = connection.Close()
		}
	}
}
