/** The entry of a worker thread; it has a separate bundle. */
import { workerData } from 'node:worker_threads';
import { createLog } from '../../process/log.ts';
import { createHandler } from '../create-handler.ts';
import { serveCalls } from './worker.ts';

const { rendererImage } = workerData as { rendererImage?: string };
const log = createLog();
serveCalls((read) => createHandler(log, rendererImage, read));
