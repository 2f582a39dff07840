import { setFlagsFromString } from 'node:v8';

/**
 * Lets garbage be collected sooner than the engine would. It sizes its heap for a machine with memory to spare: what
 * 17 MiB hold grows to 300 under load, as every call leaves some MiB behind. This keeps it near 130, for a few percent
 * of a call's time. Both settings are read at each collection, so they take effect after the start, too.
 */
export function keepHeapSmall(): void {
  // The young generation stays as it is instead of doubling up to 32 MiB.
  setFlagsFromString('--semi-space-growth-factor=1');
  // The old one is collected when it has grown by half instead of by four times.
  setFlagsFromString('--heap-growing-percent=50');
}
