import type { Command } from 'commander';
import { keepHeapSmall } from '../process/heap.ts';
import { httpOrigin, listenAddress, urlPath } from '../process/options.ts';

const names = (text: string): string[] => text.split(',').filter((name) => name !== '');

/** Adds `bridge`, the command of the sidecar of Instances with `transport: sse`. */
export const addBridge = (program: Command): void => {
  program
    .command('bridge')
    .summary('offer MCP over server-sent events for a server that speaks streamable HTTP')
    .description(
      "Runs beside a server in its pod (spec.transport: sse). Clients open GET /sse and post to /messages; every message goes to the server with the client's own Authorization header, so that the server's token check guards it. Ends with 0 after SIGTERM, and with 1 if it cannot start.",
    )
    .requiredOption('--listen <host:port>', 'address for clients', listenAddress)
    .requiredOption('--server <url>', 'the server, http://host:port', httpOrigin)
    .option('--mcp-path <path>', 'where the server speaks MCP', urlPath, '/mcp')
    .option(
      '--health-path <path>',
      "the server's health page, served under the same path here",
      urlPath,
      '/healthz',
    )
    .option(
      '--allowed-hosts <names>',
      'names that requests may be addressed to, besides localhost and IPs',
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
