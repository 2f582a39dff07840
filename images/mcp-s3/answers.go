package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// maxAnswer is the size of the largest answer other than an object: a list of 1000 keys, with escapes.
const maxAnswer = 8 << 20

// maxAnswerHeaders is more than S3 allows for the metadata of an object.
const maxAnswerHeaders = 64 << 10

// boundedAnswers counts answers as memory while they are read, and limits their size. A server that claims to speak S3
// could otherwise send a list without an end. GetObject has its own limit and takes room before it reads.
type boundedAnswers struct {
	next http.RoundTripper
}

func (b boundedAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil || (answer.StatusCode < 300 && r.URL.Query().Get("x-id") == "GetObject") {
		return answer, err
	}
	answer.Body = &countedBody{ReadCloser: answer.Body, ctx: r.Context()}
	return answer, nil
}

type countedBody struct {
	io.ReadCloser
	ctx    context.Context //nolint:containedctx // that of the request whose answer this is
	read   int64
	failed error
}

func (b *countedBody) Read(into []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.ReadCloser.Read(into)
	b.read += int64(n)
	if b.read > maxAnswer {
		b.failed = fmt.Errorf("%w: an answer may have %d bytes", errTooLarge, maxAnswer)
	} else {
		b.failed = takeRoom(b.ctx, int64(n))
	}
	if b.failed != nil {
		return 0, b.failed
	}
	return n, err
}
