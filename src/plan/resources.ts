import { caFile, configDir } from '../contract/config-files.ts';
import { describeFailure, type Failure, internalProblem } from '../contract/failure.ts';
import { specHash } from '../contract/hash.ts';
import { objectAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import type { Check } from '../contract/targets.ts';
import type { AnyServerType, Destination, Effective, Place, Source } from '../servers/server-type.ts';
import { judgeResource } from './judge.ts';
import { placeholderName, placeholderOf } from './placeholders.ts';
import type { Pending } from './problem.ts';
import type { Selected } from './select.ts';
import { parseSpec } from './spec.ts';
import type { SupplyContext } from './supply-context.ts';

/** A selected Resource, with everything that is known about it. */
export interface PlannedResource extends Selected {
  /** Hash of its parsed spec. Undefined if the spec is invalid. */
  specHash?: string;
  effective?: Effective;
  /** Why it is not usable. */
  problem?: Problem;
  /** The internal error that it caused, for the log. */
  failure?: Failure;
  /** Its part of the configuration. Undefined if it is left out. */
  source?: Source;
  /** What the probe checks. Undefined if it is not usable or has no network destination. */
  check?: Check;
  /** Values for the Secret by placeholder name, encoded. */
  values: Record<string, string>;
  /** Its certificate authority, in PEM. */
  ca?: string;
  /** Its network destination, if it is usable and has one. */
  destination?: Destination;
}

/** What the Resources of an Instance have in common. */
export interface ResourceContext extends SupplyContext {
  type: AnyServerType;
  policy: unknown;
}

/**
 * Plans each Resource separately, so that one never affects the others. Returns undefined while an object that one of
 * them needs has not been fetched, after all of them are required.
 */
export const planResources = (
  selected: readonly Selected[],
  context: ResourceContext,
): PlannedResource[] | Pending => {
  const owners = new Map<string, string>();
  const all = selected.map((entry, index) =>
    index < context.settings.limits.resourcesPerInstance
      ? planned(entry, context, owners)
      : tooMany(entry, context),
  );
  return all.every((resource): resource is PlannedResource => resource !== undefined) ? all : undefined;
};

/**
 * Plans a Resource. If that causes an internal error, only this Resource is not served. `owners` has the names of older
 * Resources by their identifiers.
 */
const planned = (
  entry: Selected,
  context: ResourceContext,
  owners: Map<string, string>,
): PlannedResource | Pending => {
  try {
    const id = context.type.id(entry.name);
    const owner = owners.get(id);
    if (owner !== undefined) return sameIdentifier(entry, id, owner);
    owners.set(id, entry.name);
    return planResource(entry, context);
  } catch (error) {
    return failed(entry, describeFailure(error), context);
  }
};

/**
 * A Resource that caused an internal error. As any Resource that cannot be used, it keeps its place in the configuration
 * if its type keeps such places and can still write it, so that the tools of the others keep their names.
 */
export const failed = (
  { name, xr }: Selected,
  failure: Failure,
  { type, policy }: Pick<ResourceContext, 'type' | 'policy'>,
): PlannedResource => {
  const problem = internalProblem(failure);
  const without: PlannedResource = { name, xr, values: {}, problem, failure };
  try {
    const parsed = parseSpec(type.resource.spec, objectAt(xr, 'spec'));
    if (!parsed.ok || !type.keeps(problem)) return without;
    const spec = parsed.value;
    const placeholder = placeholderOf(type.id(name));
    const source = type.source({ name, spec, policy, problem, place: nowhere, placeholder });
    return { ...without, specHash: specHash(spec), source };
  } catch {
    return without;
  }
};

const tooMany = (entry: Selected, { settings }: ResourceContext): PlannedResource => ({
  ...entry,
  values: {},
  problem: {
    reason: 'TooMany',
    message: `An Instance serves at most ${settings.limits.resourcesPerInstance} Resources. The oldest are served: select fewer Resources, or add an Instance.`,
  },
});

/**
 * An identifier of a long name ends with 32 bits of a hash, and a tenant can find two names with the same bits. A server
 * does not start with two sources of one identifier, and one would receive the credentials of the other.
 */
const sameIdentifier = (entry: Selected, id: string, owner: string): PlannedResource => ({
  ...entry,
  values: {},
  problem: {
    reason: 'Unsupported',
    message: `Its identifier in the configuration, "${id}", is also that of the older Resource "${owner}": rename one of them.`,
  },
});

const planResource = (entry: Selected, context: ResourceContext): PlannedResource | Pending => {
  const { type, policy } = context;
  const judged = judgeResource(type, objectAt(entry.xr, 'spec'), context);
  if (!judged) return undefined;
  const { read, spec, supplies, place = nowhere, failure } = judged;
  if (failure) return failed(entry, failure, context);
  const problem = supplies.ok ? tooMuchWork(spec, supplies.value.document, context) : supplies.error;
  if (!read || spec === undefined) return { ...entry, values: {}, ...(problem && { problem }) };

  const id = type.id(entry.name);
  const { values = {}, ca, document } = supplies.ok && !problem ? supplies.value : {};
  const destination = problem ? undefined : type.destination(spec);
  const authority = ca === undefined ? undefined : caFile(ca);
  const source =
    (!problem || type.keeps(problem)) &&
    read.source({
      name: entry.name,
      spec,
      policy,
      ...(problem && { problem }),
      ...(authority !== undefined && { caPath: `${configDir}/${authority}` }),
      ...(document !== undefined && { document }),
      place,
      placeholder: placeholderOf(id),
    });
  const check = problem
    ? undefined
    : type.check({
        spec,
        policy,
        ...(authority !== undefined && { ca: authority }),
        place,
        ...(document !== undefined && { document }),
        secretKey: (purpose) => placeholderName(id, purpose),
      });
  return {
    ...entry,
    specHash: read.hash,
    effective: type.effective(spec, policy, document),
    values: Object.fromEntries(
      Object.entries(values).map(([purpose, value]) => [placeholderName(id, purpose), value]),
    ),
    ...(problem && { problem }),
    ...(source && { source }),
    ...(check && { check: checkAt(check, place, destination) }),
    ...(ca !== undefined && { ca }),
    ...(destination && { destination }),
  };
};

/** The result for a Resource that is refused. */
const nowhere: Place = { host: '', addresses: 'public' };

/** Adds what the probe must respect with any driver. */
const checkAt = (check: Check, { name, addresses }: Place, destination: Destination | undefined): Check => ({
  ...check,
  ...(name !== undefined && { name }),
  ...(addresses !== 'inside' && { addresses }),
  ...(destination?.redirects && { redirects: destination.redirects }),
});
/** Why the operations of a document are not processed. Undefined if they are. */
const tooMuchWork = (
  spec: unknown,
  document: unknown,
  { type, policy, allowance }: ResourceContext,
): Problem | undefined => {
  const { work } = type;
  if (!work || document === undefined || !allowance) return undefined;
  if (!allowance.take('compared', work.compared(spec, document)))
    return {
      reason: 'TooMany',
      message:
        'This Resource would exceed the number of comparisons of allow and deny with operations for one Instance: use fewer or shorter patterns, or add an Instance.',
    };
  return allowance.take('written', work.written(spec, policy, document))
    ? undefined
    : {
        reason: 'TooMany',
        message:
          'This Resource would make the configuration of the Instance too large: serve fewer operations (allow, deny), select fewer Resources, or add an Instance.',
      };
};
