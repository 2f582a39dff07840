import { createLog } from '../process/log.ts';
import { createHandler } from './create-handler.ts';
import { createNet } from './net/net.ts';
import { serve } from './serve.ts';
import { warmUpRequest } from './warm-up.ts';

/** How the function is served. */
export interface RunOptions {
  address: string;
  insecure: boolean;
  tlsDir: string | undefined;
  /** Overrides the image of the init container for every Instance; the platform's settings override it. */
  rendererImage: string | undefined;
  debug: boolean;
}

/** Serves until told to stop. Resolves to the exit code. */
export const runServer = ({
  address,
  insecure,
  tlsDir,
  rendererImage,
  debug,
}: RunOptions): Promise<number> => {
  const log = createLog({ level: debug ? 'debug' : 'info' });
  const net = createNet({
    createHandler: (read) => createHandler(log, rendererImage, read),
    worker: { entry: workerEntry, data: { rendererImage } },
    log,
  });
  return serve({
    address,
    insecure,
    tlsDir,
    log,
    net,
    warmUp: debug ? undefined : () => warmUpRequest(net.handler),
  });
};

/** The program of a worker: beside this one, as a source or as a bundle. */
const workerEntry = import.meta.url.endsWith('.ts')
  ? new URL('./net/worker-main.ts', import.meta.url)
  : new URL('./worker.js', import.meta.url);
