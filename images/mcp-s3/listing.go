package main

import (
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// decoder returns how to read the keys of a list. A list is requested with encoding-type=url, because XML cannot contain
// the control characters that keys may have, and one such key would make the whole list unreadable. Some servers ignore
// the parameter, or repeat it without encoding anything.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_RequestSyntax
func decoder(answer *s3.ListObjectsV2Output) func(*string) string {
	names := make([]*string, 0, len(answer.Contents)+len(answer.CommonPrefixes))
	for _, object := range answer.Contents {
		names = append(names, object.Key)
	}
	for _, common := range answer.CommonPrefixes {
		names = append(names, common.Prefix)
	}
	encoded := answer.EncodingType == types.EncodingTypeUrl
	for _, name := range names {
		encoded = encoded && (name == nil || looksEncoded(*name))
	}
	return func(name *string) string {
		if name == nil {
			return ""
		}
		if !encoded {
			return *name
		}
		decoded, err := url.QueryUnescape(*name)
		if err != nil {
			return *name
		}
		return decoded
	}
}

// looksEncoded is false for a text that contains a character which every encoding replaces.
func looksEncoded(name string) bool {
	if strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`"<>?#&=;`, c) }) {
		return false
	}
	_, err := url.QueryUnescape(name)
	return err == nil
}
