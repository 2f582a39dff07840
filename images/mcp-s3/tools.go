package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/txn2/mcp-s3/pkg/tools"
)

// newServer offers the tools of mcp-s3 that the connections can be asked by: those that write only where one may
// write, and none for presigned URLs.
func newServer(connections map[string]*connection) *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "mcp-s3", Version: version}, nil)
	toolkit := tools.NewToolkit(nil,
		tools.WithClientProvider(func(name string) (tools.S3Client, error) { return choose(connections, name), nil }),
		// Each connection has its own limits.
		tools.WithMaxGetSize(0),
		tools.WithMaxPutSize(0),
		tools.WithDescriptions(map[tools.ToolName]string{
			tools.ToolListBuckets: "Name the bucket of a connection: each has one.",
			tools.ToolGetObject: "Retrieve the content of an S3 object. Text comes as it is, everything else as base64. " +
				"An object that is larger than the max_get_size of its connection is refused.",
		}),
	)
	toolkit.Register(server, tools.ToolListBuckets, tools.ToolListObjects, tools.ToolGetObject, tools.ToolGetObjectMetadata)
	writes := func(c *connection) bool { return !c.ReadOnly }
	if slices.ContainsFunc(slices.Collect(maps.Values(connections)), writes) {
		toolkit.Register(server, tools.WriteTools()...)
	}
	addListConnections(server, connections)
	return server
}

// choose takes the only connection where none is named. Where there is none of that name, what it gives says so.
func choose(connections map[string]*connection, name string) tools.S3Client {
	if found, ok := connections[name]; ok {
		return found
	}
	names := slices.Sorted(maps.Keys(connections))
	if name == "" && len(names) == 1 {
		return connections[names[0]]
	}
	return &connection{broken: fmt.Sprintf("name one of %s", strings.Join(names, ", "))}
}

// described is what a client is told of a connection.
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

// addListConnections stands in for mcp-s3's tool of that name, which does not tell buckets and limits.
func addListConnections(server *mcp.Server, connections map[string]*connection) {
	list := describedList{Connections: []described{}, Count: len(connections)}
	for _, name := range slices.Sorted(maps.Keys(connections)) {
		list.Connections = append(list.Connections, connections[name].described())
	}
	mcp.AddTool(server, &mcp.Tool{
		Name:        string(tools.ToolListConnections),
		Title:       tools.DefaultTitle(tools.ToolListConnections),
		Description: "List the connections, each with the bucket and prefix that it serves, its limits, and why it is not available, if so.",
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
