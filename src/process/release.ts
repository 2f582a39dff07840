import manifest from '../../package.json' with { type: 'json' };
import type { Release } from '../contract/release.ts';

/**
 * Version of the init container's image. Raised only when the renderer itself changes: it stands on every
 * pod template, and a new one restarts every server.
 */
const rendererVersion = '0.1.0';

/** What this build of the function puts on objects. */
export const release: Release = {
  version: manifest.version,
  rendererImage: `${manifest.config.registry}/tas/function-mcp:v${rendererVersion}`,
};
