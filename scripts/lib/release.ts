import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The name of a release and where it is published. package.json is the only source. */
export interface Release {
  /** Semantic version with its `v`, as Crossplane's packages are tagged. */
  version: string;
  /** Registry host, no path. */
  registry: string;
  /** Range of Crossplane versions that the packages accept. */
  crossplane: string;
}

/** Repository paths of the packages below the registry's host. */
export const packages = {
  function: 'tas/function-mcp',
  claims: 'tas/configuration-mcp',
  namespaced: 'tas/configuration-mcp-namespaced',
} as const;

/**
 * Reads package.json. `registry` and `version` override it, to build for another registry, such as that of a test
 * cluster. Throws if a value is invalid.
 */
export function release(override: Partial<Release> = {}): Release {
  const { version, config } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const planned = {
    version: `v${version}`,
    registry: config.registry,
    crossplane: config.crossplane,
    ...override,
  };
  if (!/^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(planned.version)) {
    throw new Error(`version ${planned.version}: expected vMAJOR.MINOR.PATCH, with or without a -PRERELEASE`);
  }
  if (!/^[a-z0-9.-]+(:\d+)?$/.test(planned.registry)) {
    throw new Error(`registry ${planned.registry}: expected HOST or HOST:PORT, without a path`);
  }
  return planned;
}
