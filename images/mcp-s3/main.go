// Command mcp-s3 serves the tools of txn2/mcp-s3 over streamable HTTP or standard input. It checks every operation on a
// connection: each connection has access to one bucket, below one prefix, with its own credentials.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	// The image has no certificates, so the binary contains those of Mozilla.
	_ "golang.org/x/crypto/x509roots/fallback"
)

// version is set at build time.
var version = "dev"

// tokenVariable contains the bearer token of the clients. If it is not set, no token is required.
const tokenVariable = "MCP_S3_AUTH_TOKEN"

type options struct {
	config       string
	transport    string
	address      string
	port         int
	allowedHosts []string
	token        string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	token, asked := os.LookupEnv(tokenVariable)
	// The code below must not depend on the environment, where the SDK of AWS would search for credentials and endpoints.
	os.Clearenv()
	err := checkToken(token, asked)
	if err == nil {
		err = run(ctx, os.Args[1:], token, os.Stdin, os.Stdout, os.Stderr)
	}
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "mcp-s3: %v\n", err)
		os.Exit(1)
	}
}

// checkToken refuses a value that would leave the server open, or that no client could send.
func checkToken(token string, asked bool) error {
	refused := func(c rune) bool { return c <= ' ' || c > '~' || c == ',' }
	if asked && (token == "" || strings.ContainsFunc(token, refused)) {
		return fmt.Errorf("%s must be printable ASCII without spaces and commas, and must not be empty", tokenVariable)
	}
	return nil
}

// run serves until the context ends. Its error contains no secret.
func run(ctx context.Context, args []string, token string, in io.ReadCloser, out io.WriteCloser, log io.Writer) error {
	chosen, err := parseOptions(args, log)
	if err != nil {
		return err
	}
	chosen.token = token
	logger := slog.New(slog.NewJSONHandler(log, nil))
	file, err := readConfig(chosen.config)
	if err != nil {
		return err
	}
	connections := openAll(file, logger)
	server := newServer(connections)
	if chosen.transport == "stdio" {
		logger.Info("serving", "transport", "stdio", "connections", len(connections))
		err := server.Run(ctx, &mcp.IOTransport{Reader: in, Writer: out})
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	return serveHTTP(ctx, chosen, server, connections, logger)
}

func parseOptions(args []string, output io.Writer) (options, error) {
	flags := flag.NewFlagSet("mcp-s3", flag.ContinueOnError)
	flags.SetOutput(output)
	var chosen options
	var hosts string
	flags.StringVar(&chosen.config, "config", "", "file with the connections, as JSON")
	flags.StringVar(&chosen.transport, "transport", "http", "http or stdio")
	flags.StringVar(&chosen.address, "address", "0.0.0.0", "address to listen on")
	flags.IntVar(&chosen.port, "port", 8080, "port to listen on")
	flags.StringVar(&hosts, "allowed-hosts", "", "allowed names in Host headers in addition to localhost and IP addresses, separated by commas")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	switch {
	case flags.NArg() > 0:
		return options{}, fmt.Errorf("%s: expected flags only", strconv.Quote(flags.Arg(0)))
	case chosen.config == "":
		return options{}, errors.New("--config is required")
	case chosen.transport != "http" && chosen.transport != "stdio":
		return options{}, errors.New("--transport must be http or stdio")
	case chosen.port < 0 || chosen.port > 65535:
		return options{}, errors.New("--port must be a number from 0 to 65535")
	}
	for name := range strings.SplitSeq(hosts, ",") {
		if name != "" {
			chosen.allowedHosts = append(chosen.allowedHosts, strings.ToLower(name))
		}
	}
	return chosen, nil
}
