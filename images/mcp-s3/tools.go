package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/txn2/mcp-s3/pkg/tools"
)

var overwrites = &mcp.ToolAnnotations{DestructiveHint: aws.Bool(true), IdempotentHint: true, OpenWorldHint: aws.Bool(true)}

// newServer registers the tools of mcp-s3 that the connections support: tools that write only if a connection may write,
// and no tools for presigned URLs.
func newServer(connections map[string]*connection) *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "mcp-s3", Version: version}, nil)
	toolkit := tools.NewToolkit(nil,
		tools.WithClientProvider(func(name string) (tools.S3Client, error) { return choose(connections, name), nil }),
		// Each connection has its own limits.
		tools.WithMaxGetSize(0),
		tools.WithMaxPutSize(0),
		tools.WithDescriptions(map[tools.ToolName]string{
			tools.ToolListBuckets: "Return the bucket of a connection. Each connection has one bucket.",
		}),
		// Both replace an object that exists. Upstream declares that they do not.
		tools.WithAnnotations(map[tools.ToolName]*mcp.ToolAnnotations{
			tools.ToolPutObject:  overwrites,
			tools.ToolCopyObject: overwrites,
		}),
	)
	toolkit.Register(server, tools.ToolListBuckets, tools.ToolListObjects, tools.ToolGetObjectMetadata)
	writes := func(c *connection) bool { return !c.ReadOnly }
	if slices.ContainsFunc(slices.Collect(maps.Values(connections)), writes) {
		toolkit.Register(server, tools.WriteTools()...)
	}
	addListConnections(server, connections)
	addGetObject(server, connections)
	return server
}

// choose returns the connection of that name, or the only one if no name is given. Otherwise it returns a connection whose
// error lists the names.
func choose(connections map[string]*connection, name string) *connection {
	if found, ok := connections[name]; ok {
		return found
	}
	names := slices.Sorted(maps.Keys(connections))
	if name == "" && len(names) == 1 {
		return connections[names[0]]
	}
	return &connection{broken: fmt.Sprintf("specify one of %s", strings.Join(names, ", "))}
}

// described is a connection as clients see it.
type described struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Bucket      string `json:"bucket"`
	Prefix      string `json:"prefix,omitempty"`
	Region      string `json:"region,omitempty"`
	Endpoint    string `json:"endpoint,omitempty"`
	ReadOnly    bool   `json:"read_only"`
	MaxGetSize  int64  `json:"max_get_size"`
	MaxPutSize  int64  `json:"max_put_size,omitempty"`
	Problem     string `json:"problem,omitempty"`
}

type describedList struct {
	Connections []described `json:"connections"`
	Count       int         `json:"count"`
}

// addListConnections replaces the tool of mcp-s3 with that name, which does not return buckets and limits.
func addListConnections(server *mcp.Server, connections map[string]*connection) {
	list := describedList{Connections: []described{}, Count: len(connections)}
	for _, name := range slices.Sorted(maps.Keys(connections)) {
		list.Connections = append(list.Connections, connections[name].described())
	}
	mcp.AddTool(server, &mcp.Tool{
		Name:        string(tools.ToolListConnections),
		Title:       tools.DefaultTitle(tools.ToolListConnections),
		Description: "List the connections, each with its bucket, prefix and limits, and the problem if it is not available.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true},
	}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, describedList, error) {
		return nil, list, nil
	})
}

func (c *connection) described() described {
	told := described{
		Name:        c.name,
		Description: c.Description,
		Bucket:      c.Bucket,
		Prefix:      c.Prefix,
		Region:      c.Region,
		Endpoint:    c.Endpoint,
		ReadOnly:    c.ReadOnly,
		MaxGetSize:  c.MaxGetSize,
		Problem:     c.broken,
	}
	if !c.ReadOnly {
		told.MaxPutSize = c.MaxPutSize
	}
	return told
}
