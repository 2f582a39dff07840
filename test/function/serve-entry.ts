/** The server as a process of its own: `serve-entry.ts ADDRESS [CERTIFICATE_FOLDER]`. */
import { createLog } from '../../src/function/log.ts';
import { serve } from '../../src/function/serve.ts';
import { echo } from './echo.ts';

const [address = '', tlsDir] = process.argv.slice(2);

process.on('SIGUSR2', () => {
  throw new Error('canary-71aa in an error that nobody caught');
});

process.exit(
  await serve({ address, tlsDir, insecure: tlsDir === undefined, handler: echo, log: createLog() }),
);
