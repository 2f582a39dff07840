import { describeFailure, type Failure } from '../contract/failure.ts';
import { stringAt } from '../contract/observed.ts';
import type { PlannedResource } from '../plan/resources.ts';

type Make<T> = (resources: PlannedResource[]) => T;

/** What stands for a Resource that met a bug. */
type Failed = (resource: PlannedResource, failure: Failure) => PlannedResource;

/**
 * Calls `make` with Resources. If it throws, bisects to find the Resources that cause the error, and calls `make` with
 * these marked as failed. If only several Resources together cause the error, the youngest of them fails.
 *
 * @throws the error of `make`, if no Resource is the cause
 */
export const isolated = <T>(
  resources: readonly PlannedResource[],
  make: Make<T>,
  failed: Failed,
): { made: T; resources: PlannedResource[] } => {
  let all = [...resources];
  let tried = attempt(make, all);
  if (!tried.thrown) return { made: tried.made, resources: all };
  if (attempt(make, []).thrown) throw tried.thrown.error;

  const causes = new Map(causesIn(all, make));
  all = all.map((resource) => {
    const error = causes.get(resource);
    return error ? (standIn([], resource, error, make, failed) ?? resource) : resource;
  });
  tried = attempt(make, all);
  for (let round = 0; tried.thrown; round++) {
    const before = all.slice(0, lastCause(all, make));
    const resource = all[before.length];
    const other = resource && standIn(before, resource, tried.thrown, make, failed);
    if (!other || round === mostTogether) throw tried.thrown.error;
    all[before.length] = other;
    tried = attempt(make, all);
  }
  return { made: tried.made, resources: all };
};

/** Most Resources that are left out because of others: each is searched for, in the time of a call. */
const mostTogether = 20;

interface Thrown {
  error: unknown;
}

const attempt = <T>(
  make: Make<T>,
  resources: PlannedResource[],
): { made: T; thrown?: undefined } | { thrown: Thrown } => {
  try {
    return { made: make([...resources]) };
  } catch (error) {
    return { thrown: { error } };
  }
};

/** The Resources that it throws for even alone, found by halving. */
const causesIn = (resources: PlannedResource[], make: Make<unknown>): [PlannedResource, Thrown][] => {
  const [only, ...others] = resources;
  const { thrown } = only ? attempt(make, resources) : {};
  if (!only || !thrown) return [];
  if (others.length === 0) return [[only, thrown]];
  const half = resources.length >> 1;
  return [...causesIn(resources.slice(0, half), make), ...causesIn(resources.slice(half), make)];
};

/** The index of a Resource with which it throws, while it does not throw for those before it. */
const lastCause = (resources: PlannedResource[], make: Make<unknown>): number => {
  let [good, bad] = [0, resources.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (attempt(make, resources.slice(0, middle)).thrown) bad = middle;
    else good = middle;
  }
  return bad - 1;
};

/**
 * What can stand for a Resource: it keeps its place in the configuration if possible, and what is known of its object
 * if possible. Undefined where nothing helps.
 */
const standIn = (
  before: PlannedResource[],
  resource: PlannedResource,
  { error }: Thrown,
  make: Make<unknown>,
  failed: Failed,
): PlannedResource | undefined => {
  const placed = resource.failure ? resource : failed(resource, describeFailure(error));
  const { source: _source, ...unplaced } = placed;
  const bare = { ...unplaced, xr: { metadata: { name: stringAt(resource.xr, 'metadata', 'name') ?? '' } } };
  return [placed, unplaced, bare].find((candidate) => !attempt(make, [...before, candidate]).thrown);
};
