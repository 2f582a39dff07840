import { setFlagsFromString } from 'node:v8';

/**
 * Collects the old generation after it has grown by half instead of fourfold. By default, the engine sizes its heap for
 * a machine with free memory, and 17 MiB of objects would occupy 300 MiB under load. Each collection reads the setting,
 * so it takes effect after the start too. The young generation cannot be limited here: `NODE_OPTIONS` of the image
 * limits it.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * The same for the probe, which runs beside every Instance, and where a few extra milliseconds per check do not matter.
 * The young generation keeps its size instead of doubling up to 64 MiB or more, and the old one grows by a fifth.
 */
export function keepHeapSmallest(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
