import { type Command, InvalidArgumentError } from 'commander';
import { acceptedToken, isBearerToken } from '../contract/token.ts';
import { keepHeapSmall } from '../process/heap.ts';
import { httpOrigin, listenAddress, urlPath } from '../process/options.ts';

const port = (text: string): number => {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('Expected a port, such as 15080.');
  return Number(text);
};

/** Adds `gate`, the command of the sidecar between a server and its clients, and between a server and its Resources. */
export const addGate = (program: Command): void => {
  program
    .command('gate')
    .summary("proxy a server's outbound requests to its Resources, and admit clients with a bearer token")
    .description(
      'Runs as a sidecar of a server. With --config, it listens on loopback and sends each request for /<route>/<path> to the host of that route, with the credentials of the route, over a connection that is verified with the certificate authority of the route. It does not follow redirects, and does not connect to addresses that the platform does not allow. With --listen, it passes requests of clients that present the bearer token to the server. Exits with status 0 after SIGTERM, and with status 1 if it cannot start.',
    )
    .option('--config <file>', 'file with the routes and their credentials')
    .option('--port <port>', 'with --config: port to listen on', port)
    .option('--listen <host:port>', 'address for clients', listenAddress)
    .option('--server <url>', 'with --listen: URL of the server, as http://host:port', httpOrigin)
    .option(
      '--health-path <path>',
      'with --listen: path of the health page of the server, which needs no token',
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
        return command.error('error: --config and --port must be set together');
      if ((listen === undefined) !== (server === undefined))
        return command.error('error: --listen and --server must be set together');
      if (config === undefined && listen === undefined)
        return command.error('error: set --config, --listen or both');
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
