package main

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// unsigned are headers that the SDK signs although S3 does not require it. The front ends of Google and some proxies
// rewrite Accept-Encoding, and then no signature is valid.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
var unsigned = []string{"Accept-Encoding", "Amz-Sdk-Invocation-Id", "Amz-Sdk-Request"}

// signer signs as the SDK does, without these headers.
type signer struct{ *v4.Signer }

func newSigner() signer {
	return signer{v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })}
}

// SignHTTP also asks for content as it is stored. Otherwise Go would ask for gzip and unpack the answer.
func (s signer) SignHTTP(
	ctx context.Context, keys aws.Credentials, r *http.Request, hash, service, region string, at time.Time,
	options ...func(*v4.SignerOptions),
) error {
	for _, name := range unsigned {
		r.Header.Del(name)
	}
	err := s.Signer.SignHTTP(ctx, keys, r, hash, service, region, at, options...)
	r.Header.Set("Accept-Encoding", "identity")
	return err
}
