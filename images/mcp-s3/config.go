package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// config is the whole file.
type config struct {
	Connections map[string]connectionConfig `json:"connections"`
	// Ranges are the ranges of addresses that the platform configures.
	Ranges platformRanges `json:"ranges"`
}

// connectionConfig is one bucket with its credentials.
type connectionConfig struct {
	Description string `json:"description"`
	// Problem is why there are no credentials. Every call on such a connection returns it.
	Problem  string `json:"problem"`
	Endpoint string `json:"endpoint"`
	// Addresses are those that the endpoint may resolve to: public, inside or any.
	Addresses string `json:"addresses"`
	// ServerName is the host of the endpoint as the tenant wrote it, if it differs. Certificates may have either name.
	ServerName string `json:"serverName"`
	ranges     platformRanges
	Region     string `json:"region"`
	PathStyle  bool   `json:"pathStyle"`
	Bucket     string `json:"bucket"`
	// Prefix is the prefix of every key, with a final "/". Empty: the whole bucket.
	Prefix          string `json:"prefix"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SessionToken    string `json:"sessionToken"`
	// TLS is disable, require, verify-ca or verify-full.
	TLS string `json:"tls"`
	// CA is a PEM file with the trusted authorities, which replace those of the system.
	CA       string `json:"ca"`
	ReadOnly bool   `json:"readOnly"`
	// MaxGetSize and MaxPutSize are in bytes. A read-only connection needs no MaxPutSize.
	MaxGetSize int64 `json:"maxGetSize"`
	MaxPutSize int64 `json:"maxPutSize"`
	// ConnectTimeout and RequestTimeout are in seconds.
	ConnectTimeout int `json:"connectTimeout"`
	RequestTimeout int `json:"requestTimeout"`
}

// maxConfigBytes is more than a ConfigMap can contain.
const maxConfigBytes = 4 << 20

// readConfig reads the file. An error for invalid JSON or an unexpected field quotes no value.
func readConfig(path string) (config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return config{}, fmt.Errorf("the configuration cannot be read: %w", err)
	}
	if len(text) > maxConfigBytes {
		return config{}, fmt.Errorf("%s: larger than %d bytes", path, maxConfigBytes)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var file config
	if err := decoder.Decode(&file); err != nil {
		return config{}, fmt.Errorf("%s: %s", path, describe(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return config{}, fmt.Errorf("%s: something follows the JSON object", path)
	}
	if len(file.Connections) == 0 {
		return config{}, fmt.Errorf("%s: there are no connections", path)
	}
	return file, nil
}

func describe(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return "not JSON at byte " + strconv.FormatInt(syntax.Offset, 10)
	case errors.As(err, &kind):
		return kind.Field + " must be of type " + kind.Type.String()
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return strings.TrimPrefix(err.Error(), "json: ")
	default:
		return "not JSON: the text ends too early"
	}
}

var (
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	strictBucket = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	// Other services allow more where the bucket is in the path.
	bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$`)
	regionName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,62}$`)
	tlsModes   = []string{"disable", "require", "verify-ca", "verify-full"}
)

// problem returns why a connection cannot be used, or an empty string. Other connections do not depend on it.
func (c connectionConfig) problem() string {
	if c.Problem != "" {
		return c.Problem
	}
	switch {
	// Without them, the SDK of AWS would search for credentials elsewhere.
	case c.AccessKeyID == "" || c.SecretAccessKey == "":
		return "its accessKeyId or secretAccessKey is empty"
	case !bucketName.MatchString(c.Bucket) || strings.Contains(c.Bucket, ".."),
		!c.PathStyle && !strictBucket.MatchString(c.Bucket):
		return "its bucket is not a valid name of a bucket"
	case !regionName.MatchString(c.Region):
		return "its region is not a valid name of a region"
	case c.Prefix != "" && (!strings.HasSuffix(c.Prefix, "/") || checkPath(strings.TrimSuffix(c.Prefix, "/")) != nil):
		return `its prefix must end with "/", and must not have empty, "." or ".." segments`
	case !slices.Contains(tlsModes, c.TLS):
		return "its tls must be disable, require, verify-ca or verify-full"
	case !slices.Contains(addressScopes, c.Addresses):
		return "its addresses must be public, inside or any"
	case c.MaxGetSize <= 0 || (c.MaxPutSize <= 0 && !c.ReadOnly) || c.ConnectTimeout <= 0 || c.RequestTimeout <= 0:
		return "its sizes and timeouts must be more than 0"
	}
	return endpointProblem(c.Endpoint, c.TLS)
}

// endpointProblem accepts only a scheme, a host and a port.
func endpointProblem(endpoint, tls string) string {
	const wrong = "its endpoint must be http:// or https:// with a host and an optional port"
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" || at.User != nil || at.Path != "" || at.RawQuery != "" || at.Fragment != "" || at.Opaque != "" {
		return wrong
	}
	if name := at.Hostname(); name == "" || (net.ParseIP(name) == nil && strings.ContainsAny(name, ":%")) {
		return wrong
	}
	if at.Scheme != map[bool]string{true: "http", false: "https"}[tls == "disable"] {
		return "the scheme of its endpoint does not match its tls"
	}
	return ""
}
