package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "connections.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileThatIsNotAsItShouldBeEndsTheStart(t *testing.T) {
	for text, says := range map[string]string{
		``:                    "not JSON: the text ends too early",
		`{`:                   "not JSON: the text ends too early",
		`{"connections": {]`:  "not JSON at byte",
		`[]`:                  "must be of type",
		`{}`:                  "there are no connections",
		`{"connections": {}}`: "there are no connections",
		`{"connections": {"a": {"secretAccessKey": "hidden"}}} {}`:            "something follows",
		`{"connections": {"a": {"secretAccessKey": "hidden", "bukcet": ""}}}`: `unknown field "bukcet"`,
		`{"connections": {"a": {"secretAccessKey": ["hidden"]}}}`:             "secretAccessKey must be of type string",
		`{"connections": {"a": {"maxGetSize": "hidden"}}}`:                    "maxGetSize must be of type int64",
		`{"conections": {}}`: `unknown field "conections"`,
	} {
		_, err := readConfig(write(t, text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		} else if strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: tells a value: %v", text, err)
		}
	}
	if _, err := readConfig(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestAConnectionThatIsNotAsItShouldBeIsLeftOutAlone(t *testing.T) {
	spoil := map[string]func(*connectionConfig){
		"problem":        func(c *connectionConfig) { c.Problem = "SecretNotFound" },
		"no access key":  func(c *connectionConfig) { c.AccessKeyID = "" },
		"no secret key":  func(c *connectionConfig) { c.SecretAccessKey = "" },
		"no bucket":      func(c *connectionConfig) { c.Bucket = "" },
		"bucket path":    func(c *connectionConfig) { c.Bucket = "shop/../other" },
		"bucket dots":    func(c *connectionConfig) { c.Bucket = "shop..other" },
		"bucket in host": func(c *connectionConfig) { c.Bucket, c.PathStyle = "My_shop", false },
		"bucket slash":   func(c *connectionConfig) { c.Bucket = "My/shop" },
		"bucket ARN":     func(c *connectionConfig) { c.Bucket = "arn:aws:s3:eu-central-1:1:accesspoint/a" },
		"region":         func(c *connectionConfig) { c.Region = "evil.example/" },
		"no region":      func(c *connectionConfig) { c.Region = "" },
		"prefix":         func(c *connectionConfig) { c.Prefix = "mine" },
		"prefix above":   func(c *connectionConfig) { c.Prefix = "mine/../" },
		"prefix of root": func(c *connectionConfig) { c.Prefix = "/" },
		"tls":            func(c *connectionConfig) { c.TLS = "" },
		"scheme":         func(c *connectionConfig) { c.TLS = "verify-full" },
		"endpoint":       func(c *connectionConfig) { c.Endpoint = "http://user@host" },
		"endpoint path":  func(c *connectionConfig) { c.Endpoint += "/admin" },
		"addresses":      func(c *connectionConfig) { c.Addresses = "" },
		"no endpoint":    func(c *connectionConfig) { c.Endpoint = "" },
		"size":           func(c *connectionConfig) { c.MaxGetSize = 0 },
		"timeout":        func(c *connectionConfig) { c.RequestTimeout = 0 },
		"ca":             func(c *connectionConfig) { c.TLS, c.Endpoint, c.CA = "verify-full", "https://host", "/nowhere" },
	}
	file := config{Connections: map[string]connectionConfig{"good": settingsFor("http://localhost:1")}}
	for name, spoiled := range spoil {
		settings := settingsFor("http://localhost:1")
		spoiled(&settings)
		file.Connections[name] = settings
	}
	for name, c := range openAll(file, quiet()) {
		if (name == "good") != (c.broken == "") {
			t.Errorf("%s: %q", name, c.broken)
		}
		if name == "good" {
			continue
		}
		for operation, ask := range operations {
			if ask(c, "shop", "mine/a") == nil {
				t.Errorf("%s: %s did not fail", name, operation)
			}
		}
	}
}
