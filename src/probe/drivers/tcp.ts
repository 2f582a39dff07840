import { Failure } from '../ladder/failure.ts';
import type { Driver } from './driver.ts';

/** For what has no driver here, as Oracle: an open port is all that can be told. */
export const tcp: Driver = () => Promise.reject(new Failure('NoDriver'));
