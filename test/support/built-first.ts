import { beforeAll } from 'vitest';
import { ensureTool, type ToolName } from '../../lab/tools/build.ts';

/** Builds what is not cached before anything else of a test file, with time for it: minutes on a fresh machine. */
export const builtFirst = (...tools: readonly ToolName[]): void =>
  beforeAll(async () => {
    for (const tool of tools) await ensureTool(tool);
  }, 900_000);
