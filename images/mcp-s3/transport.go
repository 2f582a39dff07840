package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// newTransport returns a separate transport for each connection, with its own certificate authority and TLS mode.
func newTransport(settings connectionConfig) (*http.Client, error) {
	verified, err := tlsConfig(settings)
	if err != nil {
		return nil, err
	}
	timeout := time.Duration(settings.ConnectTimeout) * time.Second
	return &http.Client{
		Transport: boundedAnswers{next: &http.Transport{
			// Proxy stays nil, because the environment must not set one.
			DialContext:            dial(&net.Dialer{Timeout: timeout, ControlContext: control(settings.Addresses, settings.ranges)}),
			TLSHandshakeTimeout:    timeout,
			TLSClientConfig:        verified,
			MaxIdleConnsPerHost:    4,
			MaxConnsPerHost:        64,
			IdleConnTimeout:        90 * time.Second,
			ExpectContinueTimeout:  time.Second,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: maxAnswerHeaders,
		}},
		// A server must not redirect a signed request to another server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func tlsConfig(settings connectionConfig) (*tls.Config, error) {
	made := &tls.Config{MinVersion: tls.VersionTLS12}
	if settings.TLS == "disable" {
		return made, nil
	}
	if settings.TLS == "require" {
		made.InsecureSkipVerify = true //nolint:gosec // this mode does not verify
		return made, nil
	}
	if settings.CA != "" {
		pem, err := os.ReadFile(settings.CA)
		if err != nil {
			return nil, errors.New("its ca cannot be read")
		}
		made.RootCAs = x509.NewCertPool()
		if !made.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("its ca contains no certificate")
		}
	}
	switch {
	case settings.TLS == "verify-ca":
		made.InsecureSkipVerify = true //nolint:gosec // the chain is verified below, without the name
		made.VerifyConnection = func(state tls.ConnectionState) error { return verifyChain(state, made.RootCAs, "") }
	case settings.ServerName != "":
		made.ServerName = settings.ServerName
		made.InsecureSkipVerify = true //nolint:gosec // verified below, for both names of the Service
		host := hostOf(settings.Endpoint)
		made.VerifyConnection = func(state tls.ConnectionState) error {
			err := verifyChain(state, made.RootCAs, settings.ServerName)
			if err != nil {
				err = verifyChain(state, made.RootCAs, host)
			}
			return err
		}
	}
	return made, nil
}

// serviceName matches the name of a Service with the domain of its cluster.
var serviceName = regexp.MustCompile(`^[^.]+\.[^.]+\.svc\.[^.]+(\.[^.]+)*$`)

// dial makes the full name of a Service absolute. Otherwise the search domains of the pod and its node would come first.
func dial(dialer *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err == nil && serviceName.MatchString(host) {
			address = net.JoinHostPort(host+".", port)
		}
		return dialer.DialContext(ctx, network, address)
	}
}

func hostOf(endpoint string) string {
	at, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return at.Hostname()
}

// verifyChain verifies as crypto/tls does. Without a name, the name is not verified.
// https://pkg.go.dev/crypto/tls#example-Config-VerifyConnection
func verifyChain(state tls.ConnectionState, roots *x509.CertPool, name string) error {
	between := x509.NewCertPool()
	for _, certificate := range state.PeerCertificates[1:] {
		between.AddCert(certificate)
	}
	options := x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name}
	if _, err := state.PeerCertificates[0].Verify(options); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
	}
	return nil
}

// impatiently retries errors that may be temporary, for a short time, because a client waits for the response.
func impatiently(o *retry.StandardOptions) {
	o.MaxBackoff = 500 * time.Millisecond
	hopeless := retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
		var certificate *tls.CertificateVerificationError
		if errors.Is(err, errAddress) || errors.Is(err, errTooLarge) || errors.Is(err, errBusy) || errors.As(err, &certificate) {
			return aws.FalseTernary
		}
		return aws.UnknownTernary
	})
	o.Retryables = append([]retry.IsErrorRetryable{hopeless}, o.Retryables...)
}

// errorCode matches the error codes of S3. Other texts of a server are not shown to clients.
var errorCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]{0,63}$`)

// explain returns an error without text of the server except for its code, because a response may repeat the request.
func (c *connection) explain(err error) error {
	if err == nil {
		return nil
	}
	var api smithy.APIError
	var response *awshttp.ResponseError
	var address net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errBusy):
		return errBusy
	case errors.Is(err, errTooLarge):
		return fmt.Errorf("%s answered with more than %d bytes", c.Endpoint, maxAnswer)
	case errors.As(err, &api) && errorCode.MatchString(api.ErrorCode()) && !c.holds(api.ErrorCode()):
		return fmt.Errorf("%s answered %s", c.Endpoint, api.ErrorCode())
	case errors.As(err, &response) && response.HTTPStatusCode() != 0:
		return fmt.Errorf("%s answered with status %d", c.Endpoint, response.HTTPStatusCode())
	case errors.Is(err, errAddress):
		return fmt.Errorf("%s has %w", c.Endpoint, errAddress)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s cannot be verified", c.Endpoint)
	case errors.Is(err, context.Canceled):
		return errors.New("the call was cancelled")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &address) && address.Timeout():
		return fmt.Errorf("%s did not answer in time", c.Endpoint)
	default:
		return fmt.Errorf("%s cannot be reached, or closed the connection", c.Endpoint)
	}
}

func (c *connection) holds(code string) bool {
	return code == c.AccessKeyID || code == c.SecretAccessKey || code == c.SessionToken
}
