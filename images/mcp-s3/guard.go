package main

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxKeyBytes is what S3 allows. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKeyBytes = 1024

var (
	errReadOnly = errors.New("this connection is read-only")
	errTooLarge = errors.New("too large")
	errPresign  = errors.New("presigned URLs are not offered: they would outlive and get around the limits of this connection")
)

// checkBucket refuses every other bucket than the connection's.
func (c *connection) checkBucket(bucket string) error {
	if bucket != c.Bucket {
		return fmt.Errorf("this connection serves the bucket %q and no other", c.Bucket)
	}
	return nil
}

// checkObject refuses what is not one object of the connection's, whichever way a server reads its key.
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

// checkList gives the prefix to list by: the connection's where none is asked for.
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
	return fmt.Errorf("this connection serves keys below %q and no others", c.Prefix)
}

// checkPath refuses keys that mean another one to some servers and proxies: those that resolve "..", fold "//"
// or stop at a NUL, as gateways to file systems do.
func checkPath(key string) error {
	if key == "" || len(key) > maxKeyBytes || !utf8.ValidString(key) {
		return fmt.Errorf("a key has from 1 to %d bytes of UTF-8", maxKeyBytes)
	}
	if strings.ContainsFunc(key, unicode.IsControl) || strings.Contains(key, `\`) {
		return errors.New(`a key has no control characters and no "\" here`)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return errors.New(`a key has no empty segments here, and none that is "." or ".."`)
		}
	}
	return nil
}
