/** The entry of a worker thread; a bundle of its own. */
import { workerData } from 'node:worker_threads';
import { createHandler } from '../create-handler.ts';
import { serveCalls } from './worker.ts';

const { rendererImage } = workerData as { rendererImage?: string };
serveCalls((read) => createHandler({ debug: () => {} }, rendererImage, read));
