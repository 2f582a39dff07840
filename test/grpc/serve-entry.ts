/** The server as a separate process: `serve-entry.ts ADDRESS [CERTIFICATE_FOLDER]`. */

import { serve } from '../../src/grpc/serve.ts';
import { createLog } from '../../src/process/log.ts';
import { echo } from './echo.ts';

const [address = '', tlsDir] = process.argv.slice(2);

process.on('SIGUSR2', () => {
  throw new Error('canary-71aa in an error that nobody caught');
});

process.exit(
  await serve({ address, tlsDir, insecure: tlsDir === undefined, handler: echo, log: createLog() }),
);
