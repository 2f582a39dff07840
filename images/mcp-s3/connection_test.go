package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/txn2/mcp-s3/pkg/client"
)

func TestNoMoreIsReadThanTheConnectionAllows(t *testing.T) {
	for size, allowed := range map[int]bool{0: true, 100: true, 101: false, 5000: false} {
		for _, chunked := range []bool{false, true} {
			s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
				if chunked {
					w.(http.Flusher).Flush()
				}
				_, _ = w.Write([]byte(strings.Repeat("x", size)))
			})
			content, err := open("main", settingsFor(s3.URL)).GetObject(context.Background(), "shop", "mine/a")
			if allowed && (err != nil || len(content.Body) != size) || !allowed && !errors.Is(err, errTooLarge) {
				t.Errorf("%d bytes, chunked %v: %v", size, chunked, err)
			}
		}
	}
}

func TestNoMoreIsWrittenThanTheConnectionAllows(t *testing.T) {
	s3 := record(t, func(http.ResponseWriter, *http.Request) {})
	c := open("main", settingsFor(s3.URL))
	for size, allowed := range map[int]bool{100: true, 101: false} {
		_, err := c.PutObject(context.Background(), &client.PutObjectInput{Bucket: "shop", Key: "mine/a", Body: make([]byte, size)})
		if allowed != (err == nil) || !allowed && !errors.Is(err, errTooLarge) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestAListHasNothingOutsideThePrefix(t *testing.T) {
	s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<ListBucketResult><Contents><Key>theirs/a</Key></Contents><Contents><Key>mine/a</Key></Contents>`+
			`<CommonPrefixes><Prefix>theirs/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>mine/b/</Prefix></CommonPrefixes></ListBucketResult>`)
	})
	list, err := open("main", settingsFor(s3.URL)).ListObjects(context.Background(), "shop", "", "/", 10, "")
	if err != nil || len(list.Objects) != 1 || len(list.CommonPrefixes) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if asked := s3.requests()[0].URL.Query().Get("prefix"); asked != "mine/" {
		t.Errorf("asked for the prefix %q", asked)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	elsewhere := record(t, func(http.ResponseWriter, *http.Request) {})
	for _, status := range []int{301, 302, 303, 307, 308} {
		s3 := record(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		if _, err := open("main", settingsFor(s3.URL)).GetObject(context.Background(), "shop", "mine/a"); err == nil {
			t.Errorf("%d was taken for an object", status)
		}
	}
	if len(elsewhere.requests()) > 0 {
		t.Error("followed")
	}
}

// A server may send back what it was sent: no word of its reply is passed on.
func TestAnErrorTellsNothingOfTheReply(t *testing.T) {
	secrets := []string{"AccessKey", "SecretKey", "SessionToken"}
	for _, secret := range secrets {
		s3 := record(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amz-Request-Id", secret)
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>`, secret, secret, secret)
		})
		settings := settingsFor(s3.URL)
		settings.AccessKeyID, settings.SecretAccessKey, settings.SessionToken = secrets[0], secrets[1], secrets[2]
		for name, ask := range operations {
			err := ask(open("main", settings), "shop", "mine/a")
			if err == nil {
				t.Errorf("%s did not fail", name)
			} else if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Whatever credentials lie about, a connection has its own or none.
func TestNoCredentialsOfTheMachineAreUsed(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "credentials"), []byte("[default]\naws_access_key_id = ambient\naws_secret_access_key = ambient\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	metadata := record(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ambient") })
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "ambient", "AWS_SECRET_ACCESS_KEY": "ambient", "AWS_SESSION_TOKEN": "ambient", "AWS_REGION": "ambient",
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "credentials"), "AWS_ENDPOINT_URL": metadata.URL, "AWS_ENDPOINT_URL_S3": metadata.URL,
		"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.URL, "AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata.URL,
		"HTTP_PROXY": metadata.URL, "http_proxy": metadata.URL,
	} {
		t.Setenv(name, value)
	}
	s3 := record(t, func(http.ResponseWriter, *http.Request) {})
	settings := settingsFor(s3.URL)
	if _, err := open("main", settings).GetObject(context.Background(), "shop", "mine/a"); err != nil {
		t.Fatal(err)
	}
	if signed := s3.requests()[0].Header.Get("Authorization"); !strings.Contains(signed, "Credential=access-key/") || strings.Contains(signed, "ambient") {
		t.Errorf("signed by %q", signed)
	}
	settings.AccessKeyID = ""
	if _, err := open("main", settings).GetObject(context.Background(), "shop", "mine/a"); err == nil {
		t.Error("asked without credentials")
	}
	if len(metadata.requests()) > 0 || len(s3.requests()) != 1 {
		t.Errorf("%d requests for credentials, %d to S3", len(metadata.requests()), len(s3.requests()))
	}
}

// Where the bucket is not in the path it is before the host, whose name need not resolve here.
func TestTheBucketIsWhereTheConnectionSays(t *testing.T) {
	for host, asked := range map[string]map[bool]string{
		"s3.eu-central-1.amazonaws.com": {true: "s3.eu-central-1.amazonaws.com/shop/mine/a", false: "shop.s3.eu-central-1.amazonaws.com/mine/a"},
		"minio.example.com:9000":        {true: "minio.example.com:9000/shop/mine/a", false: "shop.minio.example.com:9000/mine/a"},
	} {
		for pathStyle, url := range asked {
			s3 := record(t, func(http.ResponseWriter, *http.Request) {})
			settings := settingsFor("http://" + host)
			settings.PathStyle = pathStyle
			there := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, s3.Listener.Addr().String())
			}}}
			c := open("main", settings)
			c.s3 = newClient(settings, there)
			if _, err := c.GetObject(context.Background(), "shop", "mine/a"); err != nil {
				t.Fatal(err)
			}
			if got := s3.requests()[0]; got.Host+got.URL.Path != url {
				t.Errorf("asked for %s%s, not %s", got.Host, got.URL.Path, url)
			}
		}
	}
}
