import { specHash } from '../contract/hash.ts';
import { objectAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { fail, type Result } from '../contract/result.ts';
import type { Check } from '../contract/targets.ts';
import type { AnyServerType, Destination, Effective, Source } from '../servers/server-type.ts';
import type { Pending } from './problem.ts';
import { reachOf } from './reach.ts';
import type { Selected } from './select.ts';
import { parseSpecOnce } from './spec.ts';
import { type Supplies, type SupplyContext, suppliesOf } from './supplies.ts';

/** A selected Resource once everything about it is known. */
export interface PlannedResource extends Selected {
  /** Hash of its parsed spec; undefined where it does not parse. */
  specHash?: string;
  effective?: Effective;
  /** Why it is not usable. */
  problem?: Problem;
  /** What it adds to the configuration; undefined where it is left out. */
  source?: Source;
  /** What the probe checks of it; undefined where it is not usable, or cannot be reached. */
  check?: Check;
  /** Values for the Secret by placeholder name, encoded. */
  values: Record<string, string>;
  /** Its certificate authority, in PEM. */
  ca?: string;
  /** Where it leads the server, if it is usable and that is the network. */
  destination?: Destination;
}

/** Where the files of a configuration are found by the server. */
export interface Mounts {
  configDir: string;
  /** File name of a certificate authority. */
  caFile: (pem: string) => string;
}

/** What the Resources of an Instance have in common. */
export interface ResourceContext extends SupplyContext {
  type: AnyServerType;
  policy: unknown;
  mounts: Mounts;
}

/**
 * Plans each Resource by itself, so that one never stops the others. Undefined while something that one
 * of them needs has not been fetched; by then all of it has been asked for.
 */
export const planResources = (
  selected: readonly Selected[],
  context: ResourceContext,
): PlannedResource[] | Pending => {
  const planned = selected.map((entry, index) =>
    index < context.settings.limits.resourcesPerInstance
      ? planResource(entry, context)
      : tooMany(entry, context),
  );
  return planned.every((resource): resource is PlannedResource => resource !== undefined)
    ? planned
    : undefined;
};

const tooMany = (entry: Selected, { settings }: ResourceContext): PlannedResource => ({
  ...entry,
  values: {},
  problem: {
    reason: 'TooMany',
    message: `An Instance serves at most ${settings.limits.resourcesPerInstance} Resources, the oldest first: select fewer, or add an Instance.`,
  },
});

/** A Resource's parsed spec, and what it needs; or why it has not got it. */
export interface Judgement {
  /** Undefined where it does not parse. */
  spec?: unknown;
  supplies: Result<Supplies, Problem>;
  /** Whether the server may reach private addresses for it. */
  privateAddresses?: boolean;
}

/** Parses the spec of a Resource and looks for what it needs. Undefined while that has not been fetched. */
export const judgeResource = (
  type: AnyServerType,
  rawSpec: unknown,
  context: SupplyContext,
): Judgement | Pending => {
  const parsed = parseSpecOnce(type.resource.spec, rawSpec, context.namespace);
  if (!parsed.ok) return { supplies: fail({ reason: 'InvalidSpec', message: parsed.error }) };
  const spec = parsed.value;
  const unsupported = type.unsupported(spec);
  if (unsupported) return { spec, supplies: fail(unsupported) };
  const destination = type.destination(spec);
  const reach = reachOf(destination, context);
  if (!reach.ok) return { spec, supplies: reach };
  const supplies = suppliesOf(type.needs(spec), context);
  return supplies && { spec, supplies, privateAddresses: reach.value.privateAddresses };
};

const planResource = (entry: Selected, context: ResourceContext): PlannedResource | Pending => {
  const { type, policy, mounts } = context;
  const judged = judgeResource(type, objectAt(entry.xr, 'spec'), context);
  if (!judged) return undefined;
  const { spec, supplies, privateAddresses = false } = judged;
  const problem = supplies.ok ? undefined : supplies.error;
  if (spec === undefined) return { ...entry, values: {}, ...(problem && { problem }) };

  const id = type.id(entry.name);
  const { values = {}, ca, document } = supplies.ok ? supplies.value : {};
  const destination = problem ? undefined : type.destination(spec);
  const caFile = ca === undefined ? undefined : mounts.caFile(ca);
  const source =
    (!problem || type.keeps(problem)) &&
    type.source({
      name: entry.name,
      spec,
      policy,
      ...(problem && { problem }),
      ...(caFile !== undefined && { caPath: `${mounts.configDir}/${caFile}` }),
      ...(document !== undefined && { document }),
      privateAddresses,
      placeholder: (purpose) => `\${${placeholderName(id, purpose)}}`,
    });
  const check = problem
    ? undefined
    : type.check({
        spec,
        policy,
        ...(caFile !== undefined && { ca: caFile }),
        ...(document !== undefined && { document }),
        secretKey: (purpose) => placeholderName(id, purpose),
      });
  return {
    ...entry,
    specHash: specHash(spec),
    effective: type.effective(spec, policy, document),
    values: Object.fromEntries(
      Object.entries(values).map(([purpose, value]) => [placeholderName(id, purpose), value]),
    ),
    ...(problem && { problem }),
    ...(source && { source }),
    ...(check && { check: privateAddresses ? check : { ...check, privateAddresses } }),
    ...(ca !== undefined && { ca }),
    ...(destination && { destination }),
  };
};

/** Upper case keeps it injective: ids are lower case. */
const placeholderName = (id: string, purpose: string): string => `${id.toUpperCase()}_${purpose}`;
