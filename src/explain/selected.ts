import { describeFailure, type Failure, internalProblem } from '../contract/failure.ts';
import type { JsonObject } from '../contract/kube.ts';
import { numberAt, stringAt } from '../contract/observed.ts';
import { reportedStatusOf } from '../contract/reported-status.ts';
import type { PlannedResource } from '../plan/resources.ts';
import type { Subject } from '../plan/subject.ts';
import type { SelectedResource } from './explanation.ts';

/**
 * Describes a selected Resource. One that met a bug is described as such; `failures` has the bugs that are known, by
 * name, and takes those that are found here.
 */
export const describeResource = (
  resource: PlannedResource,
  subject: Subject,
  now: number,
  failures: Map<string, Failure>,
): SelectedResource => {
  const { name } = resource;
  let failure = failures.get(name) ?? resource.failure;
  try {
    if (!failure) return describe(resource, subject, now);
  } catch (error) {
    failure = describeFailure(error);
  }
  failures.set(name, failure);
  return { name, columns: {}, usable: false, ...internalProblem(failure), policy: {}, leftOut: [] };
};

const describe = (
  { name, xr, specHash, effective, problem }: PlannedResource,
  { type }: Subject,
  now: number,
): SelectedResource => {
  const { phase } = reportedStatusOf(xr, specHash, now);
  const reason = problem?.reason ?? effective?.reason;
  const columns = type.resource.columns.filter(({ jsonPath }) => jsonPath.startsWith('.spec.'));
  return {
    name,
    columns: Object.fromEntries(columns.map(({ name: title, jsonPath }) => [title, scalarAt(xr, jsonPath)])),
    usable: problem === undefined,
    ...(reason !== undefined && { reason }),
    ...(problem && { message: problem.message }),
    ...(!problem && phase !== 'Pending' && { phase }),
    ...(effective && { readOnly: effective.readOnly }),
    policy: effective?.fields ?? {},
    leftOut: effective?.leftOut ?? [],
  };
};

const scalarAt = (xr: JsonObject, jsonPath: string): string => {
  const path = jsonPath.slice(1).split('.');
  return stringAt(xr, ...path) ?? numberAt(xr, ...path)?.toString() ?? '';
};
