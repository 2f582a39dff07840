import manifest from '../../package.json' with { type: 'json' };
import type { Release } from '../contract/release.ts';

/**
 * Version of the init container's image. Raise it only if the renderer changes: every pod template contains it, so a
 * new version restarts every server.
 */
const rendererVersion = '0.1.0';

/** What this build of the function writes to objects. */
export const release: Release = {
  version: manifest.version,
  rendererImage: `${manifest.config.registry}/tas/function-mcp:v${rendererVersion}`,
};
