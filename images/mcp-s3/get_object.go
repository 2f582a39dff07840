package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/txn2/mcp-s3/pkg/tools"
)

// objectResult is an object as clients see it.
type objectResult struct {
	Bucket          string            `json:"bucket"`
	Key             string            `json:"key"`
	Size            int64             `json:"size"`
	ContentType     string            `json:"content_type,omitempty"`
	ContentEncoding string            `json:"content_encoding,omitempty"`
	LastModified    string            `json:"last_modified,omitempty"`
	ETag            string            `json:"etag,omitempty"`
	Metadata        map[string]string `json:"metadata,omitempty"`
	Content         string            `json:"content"`
	IsBase64        bool              `json:"is_base64"`
	Truncated       bool              `json:"truncated"`
	// Note is why the content is base64.
	Note string `json:"note,omitempty"`
}

// addGetObject replaces the tool of mcp-s3 with that name, which trusts a type such as text/plain and does not return the
// encoding of the content.
func addGetObject(server *mcp.Server, connections map[string]*connection) {
	mcp.AddTool(server, &mcp.Tool{
		Name:  string(tools.ToolGetObject),
		Title: tools.DefaultTitle(tools.ToolGetObject),
		Description: "Retrieve the content of an S3 object. Text in UTF-8 is returned unchanged, and other content as base64, " +
			"with a note that says why. An object that is larger than the max_get_size of its connection is refused.",
		Annotations: tools.DefaultAnnotations(tools.ToolGetObject),
	}, func(ctx context.Context, _ *mcp.CallToolRequest, input tools.GetObjectInput) (*mcp.CallToolResult, *objectResult, error) {
		object, err := choose(connections, input.Connection).read(ctx, input.Bucket, input.Key)
		if err != nil {
			return nil, nil, fmt.Errorf("failed to get object: %w", err)
		}
		return nil, object.result(input.Bucket), nil
	})
}

func (o *object) result(bucket string) *objectResult {
	told := &objectResult{
		Bucket:          bucket,
		Key:             o.Key,
		Size:            o.Size,
		ContentType:     o.ContentType,
		ContentEncoding: o.encoding,
		LastModified:    o.LastModified.UTC().Format("2006-01-02T15:04:05Z"),
		ETag:            o.ETag,
		Metadata:        o.Metadata,
		Note:            notText(o.encoding, o.ContentType, o.Body),
	}
	if told.IsBase64 = told.Note != ""; told.IsBase64 {
		told.Content = base64.StdEncoding.EncodeToString(o.Body)
	} else {
		told.Content = string(o.Body)
	}
	return told
}

// plainEncodings do not change the content. S3 keeps aws-chunked with some objects, although it removed the chunks.
var plainEncodings = []string{"", "identity", "aws-chunked"}

// supersets are the beginnings of the names of character sets that contain ASCII with the same bytes.
var supersets = []string{"iso-8859-", "windows-125", "latin", "cp125", "koi8-"}

// notText returns why the content cannot be returned as a string of JSON, or an empty string if it can.
func notText(encoding, contentType string, body []byte) string {
	for name := range strings.SplitSeq(encoding, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); !slices.Contains(plainEncodings, name) {
			return fmt.Sprintf("The content is compressed or encoded with %q and is returned as it is stored, as base64.", name)
		}
	}
	set := charset(contentType)
	switch {
	case !utf8.Valid(body) && set != "" && set != "utf-8":
		return fmt.Sprintf("The content is text in %q, not in UTF-8, and is returned as base64.", set)
	case !utf8.Valid(body):
		return "The content is binary, or text that is not UTF-8, and is returned as base64."
	case slices.Contains(body, 0):
		return "The content contains NUL bytes and is returned as base64."
	case !readsAsUTF8(set, body):
		return fmt.Sprintf("The content is declared as text in %q, not in UTF-8, and is returned as base64.", set)
	}
	return ""
}

func readsAsUTF8(set string, body []byte) bool {
	if set == "" || set == "utf-8" || set == "utf8" || set == "us-ascii" || set == "ascii" {
		return true
	}
	ascii := !slices.ContainsFunc(body, func(b byte) bool { return b >= utf8.RuneSelf })
	return ascii && slices.ContainsFunc(supersets, func(start string) bool { return strings.HasPrefix(set, start) })
}

// charset returns the declared character set in lower case, or an empty string.
// https://www.rfc-editor.org/rfc/rfc9110#section-8.3.2
func charset(contentType string) string {
	_, fields, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.ToLower(fields["charset"])
}
