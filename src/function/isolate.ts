import { failed, type PlannedResource } from '../plan/resources.ts';

/**
 * Calls `make` with Resources. If it throws, bisects to find the Resources that cause the error, and calls `make` with
 * these marked as failed. An error that no single Resource causes is rethrown.
 *
 * @throws the error of `make`, if no single Resource is the cause
 */
export const isolated = <T>(
  resources: readonly PlannedResource[],
  make: (resources: PlannedResource[]) => T,
): { made: T; resources: PlannedResource[] } => {
  const all = [...resources];
  try {
    return { made: make(all), resources: all };
  } catch (error) {
    const causes = new Map(causesIn(all, make));
    if (causes.size === 0 || thrownBy(() => make([]))) throw error;
    const rest = all.map((resource) => {
      const cause = causes.get(resource);
      return cause ? failed(resource, cause.error) : resource;
    });
    return { made: make(rest), resources: rest };
  }
};

const thrownBy = (run: () => unknown): { error: unknown } | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return { error };
  }
};

const causesIn = (
  resources: PlannedResource[],
  make: (resources: PlannedResource[]) => unknown,
): [PlannedResource, { error: unknown }][] => {
  const thrown = resources.length === 0 ? undefined : thrownBy(() => make(resources));
  if (!thrown) return [];
  const [only, ...others] = resources;
  if (only && others.length === 0) return [[only, thrown]];
  const half = resources.length >> 1;
  return [...causesIn(resources.slice(0, half), make), ...causesIn(resources.slice(half), make)];
};
