import { type Command, InvalidArgumentError } from 'commander';

const port = (text: string): number => {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a port, such as 15080.');
  return Number(text);
};

/** Adds `gate`, the command of the sidecar through which a server reaches what its Resources lead to. */
export const addGate = (program: Command): void => {
  program
    .command('gate')
    .summary("lead a server's requests to where its Resources are, with their credentials")
    .description(
      'Runs beside a server in its pod, on loopback alone. A request for /<route>/<path> goes to the host of that route with its credentials, over a connection that is verified with its own certificate authority; redirects are not followed, and addresses that the platform does not allow are not connected to. Ends with 0 after SIGTERM, and with 1 if it cannot start.',
    )
    .requiredOption('--config <file>', 'the routes, with their credentials')
    .requiredOption('--port <port>', 'port to listen on', port)
    .addHelpText(
      'after',
      `
Example:
  function-mcp gate --config=/etc/mcp/gate.json --port=15080`,
    )
    .action(async ({ config, port }) => {
      const { runGate } = await import('./main.ts');
      process.exitCode = await runGate(config, { host: '127.0.0.1', port });
    });
};
