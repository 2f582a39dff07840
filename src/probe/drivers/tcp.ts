import { Failure } from '../ladder/failure.ts';
import type { Driver } from './driver.ts';

/** For databases without a driver here, such as Oracle: checks only that the port is open. */
export const tcp: Driver = () => Promise.reject(new Failure('NoDriver'));
