package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/txn2/mcp-s3/pkg/client"
	"github.com/txn2/mcp-s3/pkg/tools"
)

// connection is the client that the tools of mcp-s3 call. It checks each of their operations.
type connection struct {
	connectionConfig
	name string
	// broken is why the connection cannot be used. Then s3 is nil.
	broken string
	s3     *s3.Client
}

var _ tools.S3Client = (*connection)(nil)

// openAll opens every connection separately: one that fails does not affect the others. It sends no request.
func openAll(file config, logger *slog.Logger) map[string]*connection {
	opened := make(map[string]*connection, len(file.Connections))
	ranges := withOwnAPIServer(file.Ranges)
	for name, settings := range file.Connections {
		settings.ranges = ranges
		opened[name] = open(name, settings)
		if broken := opened[name].broken; broken != "" {
			logger.Warn("not available", "connection", name, "problem", broken)
		}
	}
	return opened
}

func open(name string, settings connectionConfig) *connection {
	made := &connection{connectionConfig: settings, name: name, broken: settings.problem()}
	if made.broken != "" {
		return made
	}
	transport, err := newTransport(settings)
	if err != nil {
		made.broken = err.Error()
		return made
	}
	made.s3 = newClient(settings, transport)
	return made
}

// newClient uses only these options, because NewFromConfig and LoadDefaultConfig would also read the environment, the home
// directory and the metadata service.
func newClient(settings connectionConfig, transport *http.Client) *s3.Client {
	return s3.New(s3.Options{
		Region:       settings.Region,
		BaseEndpoint: aws.String(settings.Endpoint),
		UsePathStyle: settings.PathStyle,
		Credentials: credentials.NewStaticCredentialsProvider(
			settings.AccessKeyID, settings.SecretAccessKey, settings.SessionToken),
		HTTPClient:   transport,
		Retryer:      retry.NewStandard(impatiently),
		HTTPSignerV4: newSigner(),
		// Many S3 servers support no other checksums.
		RequestChecksumCalculation:  aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation:  aws.ResponseChecksumValidationWhenRequired,
		DisableS3ExpressSessionAuth: aws.Bool(true),
	})
}

func (c *connection) ConnectionName() string { return c.name }

// Config contains no secret, and only what a client needs.
func (c *connection) Config() *client.Config {
	return &client.Config{Name: c.name, Region: c.Region, Endpoint: c.Endpoint}
}

func (c *connection) Close() error { return nil }

// begin is called by every operation before it sends a request.
func (c *connection) begin(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if c.broken != "" {
		return nil, nil, fmt.Errorf("this connection is not available: %s", c.broken)
	}
	limited, cancel := context.WithTimeout(ctx, time.Duration(c.RequestTimeout)*time.Second)
	return limited, cancel, nil
}

// ListBuckets sends no request: a connection has one bucket, and needs no permission to list others.
func (c *connection) ListBuckets(context.Context) ([]client.BucketInfo, error) {
	if c.broken != "" {
		return nil, fmt.Errorf("this connection is not available: %s", c.broken)
	}
	return []client.BucketInfo{{Name: c.Bucket}}, nil
}

func (c *connection) ListObjects(
	ctx context.Context, bucket, prefix, delimiter string, maxKeys int32, token string,
) (*client.ListObjectsOutput, error) {
	ctx, cancel, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	within, err := c.checkList(bucket, prefix)
	if err != nil {
		return nil, err
	}
	answer, err := c.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket:            aws.String(bucket),
		Prefix:            optional(within),
		Delimiter:         optional(delimiter),
		MaxKeys:           aws.Int32(maxKeys),
		ContinuationToken: optional(token),
		EncodingType:      types.EncodingTypeUrl,
	})
	if err != nil {
		return nil, c.explain(err)
	}
	list := &client.ListObjectsOutput{
		IsTruncated:       aws.ToBool(answer.IsTruncated),
		NextContinueToken: aws.ToString(answer.NextContinuationToken),
	}
	decoded := decoder(answer)
	for _, object := range answer.Contents {
		// Some S3 servers ignore the prefix.
		if key := decoded(object.Key); strings.HasPrefix(key, within) {
			list.Objects = append(list.Objects, client.ObjectInfo{
				Key:          key,
				Size:         aws.ToInt64(object.Size),
				LastModified: aws.ToTime(object.LastModified),
				ETag:         aws.ToString(object.ETag),
				StorageClass: string(object.StorageClass),
			})
		}
	}
	for _, common := range answer.CommonPrefixes {
		if name := decoded(common.Prefix); strings.HasPrefix(name, within) {
			list.CommonPrefixes = append(list.CommonPrefixes, name)
		}
	}
	list.KeyCount = int32(len(list.Objects) + len(list.CommonPrefixes)) //nolint:gosec // at most 1000
	return list, nil
}

// object is the content of an object with its Content-Encoding.
type object struct {
	client.ObjectContent
	encoding string
}

func (c *connection) GetObject(ctx context.Context, bucket, key string) (*client.ObjectContent, error) {
	found, err := c.read(ctx, bucket, key)
	if err != nil {
		return nil, err
	}
	return &found.ObjectContent, nil
}

// read reads at most the size that the connection allows, even if the server reports a smaller size. A response without
// the headers of an object is refused: tenants choose hosts, and must not read other pages of the network.
func (c *connection) read(ctx context.Context, bucket, key string) (*object, error) {
	ctx, cancel, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := c.checkObject(bucket, key); err != nil {
		return nil, err
	}
	answer, err := c.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err != nil {
		return nil, c.explain(err)
	}
	defer answer.Body.Close() //nolint:errcheck // the content has been read
	if aws.ToString(answer.ETag) == "" || answer.LastModified == nil {
		return nil, fmt.Errorf("%s did not return an object", c.Endpoint)
	}
	tooLarge := fmt.Errorf("%w: this connection reads objects of up to %d bytes", errTooLarge, c.MaxGetSize)
	if aws.ToInt64(answer.ContentLength) > c.MaxGetSize {
		return nil, tooLarge
	}
	expected := aws.ToInt64(answer.ContentLength)
	if answer.ContentLength == nil || expected < 0 {
		expected = c.MaxGetSize
	}
	if err := takeRoom(ctx, expected); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, min(expected, c.MaxGetSize)+1))
	if err != nil {
		return nil, c.explain(err)
	}
	if int64(len(body)) > min(expected, c.MaxGetSize) {
		return nil, tooLarge
	}
	return &object{
		encoding: aws.ToString(answer.ContentEncoding),
		ObjectContent: client.ObjectContent{
			Key:          key,
			Body:         body,
			Size:         int64(len(body)),
			ContentType:  aws.ToString(answer.ContentType),
			LastModified: aws.ToTime(answer.LastModified),
			ETag:         aws.ToString(answer.ETag),
			Metadata:     answer.Metadata,
		},
	}, nil
}

func (c *connection) GetObjectMetadata(ctx context.Context, bucket, key string) (*client.ObjectMetadata, error) {
	ctx, cancel, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := c.checkObject(bucket, key); err != nil {
		return nil, err
	}
	answer, err := c.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err != nil {
		return nil, c.explain(err)
	}
	return &client.ObjectMetadata{
		Key:           key,
		Size:          aws.ToInt64(answer.ContentLength),
		ContentLength: aws.ToInt64(answer.ContentLength),
		LastModified:  aws.ToTime(answer.LastModified),
		ETag:          aws.ToString(answer.ETag),
		ContentType:   aws.ToString(answer.ContentType),
		Metadata:      answer.Metadata,
	}, nil
}

func (c *connection) PutObject(ctx context.Context, input *client.PutObjectInput) (*client.PutObjectOutput, error) {
	ctx, cancel, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := c.checkWrite(input.Bucket, input.Key); err != nil {
		return nil, err
	}
	if int64(len(input.Body)) > c.MaxPutSize {
		return nil, fmt.Errorf("%w: this connection writes objects of up to %d bytes", errTooLarge, c.MaxPutSize)
	}
	answer, err := c.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      aws.String(input.Bucket),
		Key:         aws.String(input.Key),
		Body:        bytes.NewReader(input.Body),
		ContentType: optional(input.ContentType),
		Metadata:    input.Metadata,
	})
	if err != nil {
		return nil, c.explain(err)
	}
	return &client.PutObjectOutput{ETag: aws.ToString(answer.ETag), VersionID: aws.ToString(answer.VersionId)}, nil
}

func (c *connection) DeleteObject(ctx context.Context, bucket, key string) error {
	ctx, cancel, err := c.begin(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	if err := c.checkWrite(bucket, key); err != nil {
		return err
	}
	_, err = c.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	return c.explain(err)
}

func (c *connection) CopyObject(ctx context.Context, input *client.CopyObjectInput) (*client.CopyObjectOutput, error) {
	ctx, cancel, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := c.checkWrite(input.DestBucket, input.DestKey); err != nil {
		return nil, err
	}
	if err := c.checkObject(input.SourceBucket, input.SourceKey); err != nil {
		return nil, err
	}
	request := &s3.CopyObjectInput{
		Bucket:     aws.String(input.DestBucket),
		Key:        aws.String(input.DestKey),
		CopySource: aws.String(copySource(input.SourceBucket, input.SourceKey)),
	}
	if len(input.Metadata) > 0 {
		request.Metadata = input.Metadata
		request.MetadataDirective = types.MetadataDirectiveReplace
	}
	answer, err := c.s3.CopyObject(ctx, request)
	if err != nil {
		return nil, c.explain(err)
	}
	output := &client.CopyObjectOutput{VersionID: aws.ToString(answer.VersionId)}
	if answer.CopyObjectResult != nil {
		output.ETag = aws.ToString(answer.CopyObjectResult.ETag)
		output.LastModified = aws.ToTime(answer.CopyObjectResult.LastModified)
	}
	return output, nil
}

// copySource is URL-encoded. Otherwise a "?" in a key would start a version, and "%2F" would be a slash.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func copySource(bucket, key string) string {
	segments := strings.Split(key, "/")
	for i, segment := range segments {
		segments[i] = strings.ReplaceAll(url.QueryEscape(segment), "+", "%20")
	}
	return bucket + "/" + strings.Join(segments, "/")
}

func (c *connection) PresignGetURL(context.Context, string, string, time.Duration) (*client.PresignedURL, error) {
	return nil, errPresign
}

func (c *connection) PresignPutURL(context.Context, string, string, time.Duration) (*client.PresignedURL, error) {
	return nil, errPresign
}

func optional(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}
