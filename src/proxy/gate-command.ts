import { type Command, InvalidArgumentError } from 'commander';
import { acceptedToken, isBearerToken } from '../contract/token.ts';
import { keepHeapSmall } from '../process/heap.ts';
import { httpOrigin, listenAddress, urlPath } from '../process/options.ts';

const port = (text: string): number => {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a port, such as 15080.');
  return Number(text);
};

/** Adds `gate`, the command of the sidecar between a server and its clients, and between it and its Resources. */
export const addGate = (program: Command): void => {
  program
    .command('gate')
    .summary("lead a server's requests to where its Resources are, and let in clients that show a token")
    .description(
      'Runs beside a server in its pod. With --config, on loopback alone: a request for /<route>/<path> goes to the host of that route with its credentials, over a connection that is verified with its own certificate authority; redirects are not followed, and addresses that the platform does not allow are not connected to. With --listen: clients that show the bearer token reach the server. Ends with 0 after SIGTERM, and with 1 if it cannot start.',
    )
    .option('--config <file>', 'the routes, with their credentials')
    .option('--port <port>', 'with --config: port to listen on', port)
    .option('--listen <host:port>', 'address for clients', listenAddress)
    .option('--server <url>', 'with --listen: the server, http://host:port', httpOrigin)
    .option(
      '--health-path <path>',
      "with --listen: the server's health page, which needs no token",
      urlPath,
      '/healthz',
    )
    .addHelpText(
      'after',
      `
Environment:
  AUTH_TOKEN  with --listen: the bearer token

Example:
  function-mcp gate --config=/etc/mcp/gate.json --port=15080 --listen=0.0.0.0:8080 --server=http://127.0.0.1:8081`,
    )
    .action(async ({ config, port, listen, server, healthPath }, command: Command) => {
      const token = process.env['AUTH_TOKEN'];
      if ((config === undefined) !== (port === undefined))
        return command.error('error: --config goes with --port');
      if ((listen === undefined) !== (server === undefined))
        return command.error('error: --listen goes with --server');
      if (config === undefined && listen === undefined)
        return command.error('error: neither --config nor --listen is given');
      if (listen && !token) return command.error('error: AUTH_TOKEN is not set');
      if (listen && token && !isBearerToken(token))
        return command.error(`error: AUTH_TOKEN must be ${acceptedToken}`);
      keepHeapSmall();
      const { runGate } = await import('./gate/main.ts');
      process.exitCode = await runGate({
        ...(config !== undefined && port !== undefined && { routes: { config, port } }),
        ...(listen && server && token && { clients: { listen, server, healthPath, token } }),
      });
    });
};
