import type { Command } from 'commander';
import { keepHeapSmall } from '../process/heap.ts';
import { httpOrigin, listenAddress, urlPath } from '../process/options.ts';

const names = (text: string): string[] => text.split(',').filter((name) => name !== '');

/** Adds `bridge`, the command of the sidecar for Instances with `transport: sse`. */
export const addBridge = (program: Command): void => {
  program
    .command('bridge')
    .summary('serve MCP over server-sent events for a server that supports streamable HTTP')
    .description(
      "Runs as a sidecar of a server (spec.transport: sse). Clients open GET /sse and post to /messages. Every message is sent to the server with the client's Authorization header, so that the server checks the token. Exits with status 0 after SIGTERM, and with status 1 if it cannot start.",
    )
    .requiredOption('--listen <host:port>', 'address for clients', listenAddress)
    .requiredOption('--server <url>', 'URL of the server, as http://host:port', httpOrigin)
    .option('--mcp-path <path>', 'path of the MCP endpoint of the server', urlPath, '/mcp')
    .option(
      '--health-path <path>',
      'path of the health page of the server; the bridge uses the same path',
      urlPath,
      '/healthz',
    )
    .option(
      '--allowed-hosts <names>',
      'accepted host names of requests, in addition to localhost and IP addresses',
      names,
      [],
    )
    .addHelpText(
      'after',
      `
Example:
  function-mcp bridge --listen=0.0.0.0:8080 --server=http://127.0.0.1:8081 --allowed-hosts=hub,hub.tas-acme.svc`,
    )
    .action(async ({ listen, server, mcpPath, healthPath, allowedHosts }) => {
      keepHeapSmall();
      const { runBridge } = await import('./bridge/main.ts');
      process.exitCode = await runBridge({ listen, server, mcpPath, healthPath, allowedHosts });
    });
};
