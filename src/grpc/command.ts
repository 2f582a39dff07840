import type { Command } from 'commander';
import { keepHeapSmall } from '../process/heap.ts';

/** Options of `function`, as the command line gives them. */
interface FunctionOptions {
  address: string;
  insecure: boolean;
  tlsServerCertsDir?: string;
  rendererImage?: string;
  debug: boolean;
}

/** Adds `function`, the command of the function's own pod and the default one. */
export const addFunction = (program: Command): void => {
  program
    .command('function', { isDefault: true })
    .summary('serve the composition function over gRPC')
    .description(
      'Serves RunFunction to Crossplane, with mutual TLS: clients must have a certificate of the CA in the certificate folder. Exits with status 0 after SIGTERM, and with status 1 if it cannot start.',
    )
    .option('--address <host:port>', 'address to listen on', '0.0.0.0:9443')
    .option(
      '--tls-server-certs-dir <dir>',
      'folder with tls.crt, tls.key and ca.crt (default: $TLS_SERVER_CERTS_DIR)',
    )
    .option('--insecure', 'serve without TLS, for local use', false)
    .option(
      '--renderer-image <image>',
      'image of the init container (default: $RENDERER_IMAGE, or this release)',
    )
    .option('--debug', 'log every call', false)
    .addHelpText(
      'after',
      `
Examples:
  function-mcp                                             in a pod that Crossplane started
  function-mcp function --insecure --address 127.0.0.1:9443    for crossplane composition render`,
    )
    .action(async (options: FunctionOptions) => {
      keepHeapSmall();
      const { runServer } = await import('./run-server.ts');
      process.exitCode = await runServer({
        address: options.address,
        insecure: options.insecure,
        tlsDir: options.tlsServerCertsDir ?? process.env['TLS_SERVER_CERTS_DIR'],
        rendererImage: options.rendererImage ?? process.env['RENDERER_IMAGE'],
        debug: options.debug,
      });
    });
};
