import { afterEach, beforeEach, expect, vi } from 'vitest';

/** Fails every test of the file in which anything is written to the console or a warning is raised. */
export const expectQuiet = (): void => {
  const said: unknown[] = [];
  const warned = (warning: Error) => said.push(warning.message);
  beforeEach(() => {
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      vi.spyOn(console, method).mockImplementation((...words) => said.push(words));
    }
    process.on('warning', warned);
  });
  afterEach(() => {
    process.off('warning', warned);
    vi.restoreAllMocks();
    expect(said.splice(0)).toEqual([]);
  });
};
