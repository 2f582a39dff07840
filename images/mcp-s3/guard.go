package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxKeyBytes is the limit of S3. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKeyBytes = 1024

var (
	errReadOnly = errors.New("this connection is read-only")
	errTooLarge = errors.New("too large")
	errPresign  = errors.New("presigned URLs are not supported, because they would bypass the limits of this connection")
)

// checkBucket refuses every bucket except that of the connection.
func (c *connection) checkBucket(bucket string) error {
	if bucket != c.Bucket {
		return fmt.Errorf("this connection serves only the bucket %q", c.Bucket)
	}
	return nil
}

// checkObject refuses keys outside the connection, in every way that servers interpret keys.
func (c *connection) checkObject(bucket, key string) error {
	if err := c.checkBucket(bucket); err != nil {
		return err
	}
	if err := checkPath(strings.TrimSuffix(key, "/")); err != nil {
		return err
	}
	if !strings.HasPrefix(key, c.Prefix) || key == c.Prefix {
		return c.outside()
	}
	return nil
}

// checkList returns the prefix to list. Default: the prefix of the connection.
func (c *connection) checkList(bucket, prefix string) (string, error) {
	if err := c.checkBucket(bucket); err != nil {
		return "", err
	}
	if prefix == "" {
		return c.Prefix, nil
	}
	if err := checkPath(strings.TrimSuffix(prefix, "/")); err != nil {
		return "", err
	}
	if !strings.HasPrefix(prefix, c.Prefix) {
		return "", c.outside()
	}
	return prefix, nil
}

func (c *connection) checkWrite(bucket, key string) error {
	if c.ReadOnly {
		return errReadOnly
	}
	return c.checkObject(bucket, key)
}

func (c *connection) outside() error {
	return fmt.Errorf("this connection serves only keys below %q", c.Prefix)
}

// checkPath refuses keys that some servers and proxies read as a different key: those that resolve "..", merge "//", or
// stop at a NUL, such as gateways to file systems.
func checkPath(key string) error {
	if key == "" || len(key) > maxKeyBytes || !utf8.ValidString(key) {
		return fmt.Errorf("a key must have 1 to %d bytes of UTF-8", maxKeyBytes)
	}
	if strings.ContainsFunc(key, unicode.IsControl) || strings.Contains(key, `\`) {
		return errors.New(`a key must not contain control characters or "\"`)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return errors.New(`a key must not have empty, "." or ".." segments`)
		}
	}
	return nil
}
