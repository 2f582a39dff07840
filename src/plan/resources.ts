import { specHash } from '../contract/hash.ts';
import { objectAt, stringAt, valueAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { World } from '../contract/selector.ts';
import type { AnyServerType, Effective, Needs, Source } from '../contract/server-type.ts';
import type { Check } from '../contract/targets.ts';
import { authorityOf, credentialsOf, type Pending } from './credentials.ts';
import type { Selected } from './select.ts';
import type { Settings } from './settings.ts';
import { parseSpec } from './spec.ts';

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
}

/** Where the needs of a Resource are looked for. */
export interface SupplyContext {
  /** The tenant's. */
  namespace: string;
  settings: Settings;
  world: World;
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
}

/** Parses the spec of a Resource and looks for what it needs. Undefined while that has not been fetched. */
export const judgeResource = (
  type: AnyServerType,
  rawSpec: unknown,
  context: SupplyContext,
): Judgement | Pending => {
  const parsed = parseSpec(type.resource.spec, rawSpec);
  if (!parsed.ok) return { supplies: fail({ reason: 'InvalidSpec', message: parsed.error }) };
  const spec = parsed.value;
  const unsupported = type.unsupported(spec);
  const supplies = unsupported ? fail(unsupported) : suppliesOf(type.needs(spec), context);
  return supplies && { spec, supplies };
};

const planResource = (entry: Selected, context: ResourceContext): PlannedResource | Pending => {
  const { type, policy, mounts } = context;
  const judged = judgeResource(type, objectAt(entry.xr, 'spec'), context);
  if (!judged) return undefined;
  const { spec, supplies } = judged;
  const problem = supplies.ok ? undefined : supplies.error;
  if (spec === undefined) return { ...entry, values: {}, ...(problem && { problem }) };

  const id = type.id(entry.name);
  const { values = {}, ca } = supplies.ok ? supplies.value : {};
  const caFile = ca === undefined ? undefined : mounts.caFile(ca);
  const source =
    (!problem || type.keeps(problem)) &&
    type.source({
      name: entry.name,
      spec,
      policy,
      ...(problem && { problem }),
      ...(caFile !== undefined && { caPath: `${mounts.configDir}/${caFile}` }),
      placeholder: (purpose) => `\${${placeholderName(id, purpose)}}`,
    });
  const check = problem
    ? undefined
    : type.check({
        spec,
        policy,
        ...(caFile !== undefined && { ca: caFile }),
        secretKey: (purpose) => placeholderName(id, purpose),
      });
  return {
    ...entry,
    specHash: specHash(spec),
    effective: type.effective(spec, policy),
    values: Object.fromEntries(
      Object.entries(values).map(([purpose, value]) => [placeholderName(id, purpose), value]),
    ),
    ...(problem && { problem }),
    ...(source && { source }),
    ...(check && { check }),
    ...(ca !== undefined && { ca }),
  };
};

/** Upper case keeps it injective: ids are lower case. */
const placeholderName = (id: string, purpose: string): string => `${id.toUpperCase()}_${purpose}`;

export interface Supplies {
  values: Record<string, string>;
  ca?: string;
}

/** Everything that a Resource needs; asks for all of it before it judges any of it. */
const suppliesOf = (needs: Needs, context: SupplyContext): Result<Supplies, Problem> | Pending => {
  const { namespace, world, settings } = context;
  const credentials = needs.credentials
    ? credentialsOf(needs.credentials, namespace, world, settings)
    : ok({});
  const ca = needs.ca ? authorityOf(needs.ca, namespace, world) : ok(undefined);
  const volume =
    needs.persistentVolumeClaim === undefined
      ? ok(undefined)
      : volumeOf(needs.persistentVolumeClaim, context);
  if (!credentials || !ca || !volume) return undefined;
  if (!credentials.ok) return credentials;
  if (!ca.ok) return ca;
  if (!volume.ok) return volume;
  return ok({ values: credentials.value, ...(ca.value !== undefined && { ca: ca.value }) });
};

/** A pod whose volume is missing never starts, so a claim is mounted only when it is known to be there and shareable. */
const volumeOf = (
  name: string,
  { namespace, world, settings }: SupplyContext,
): Result<undefined, Problem> | Pending => {
  const unsupported = (message: string) => fail<Problem>({ reason: 'Unsupported', message });
  if (!settings.compose.volumes) {
    return unsupported(
      'The platform does not allow volumes: compose.volumes must be true in the EnvironmentConfig "function-mcp".',
    );
  }
  const found = world.find({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name });
  if (!found) return undefined;
  const claim = found[0];
  if (
    !claim ||
    valueAt(claim, 'metadata', 'deletionTimestamp') !== undefined ||
    stringAt(claim, 'status', 'phase') === 'Lost'
  ) {
    return unsupported(
      `PersistentVolumeClaim "${name}" does not exist in this namespace, or is lost or being deleted.`,
    );
  }
  const modes = valueAt(claim, 'spec', 'accessModes');
  const shareable =
    Array.isArray(modes) && modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
  return shareable
    ? ok(undefined)
    : unsupported(
        `PersistentVolumeClaim "${name}" must be ReadWriteMany or ReadOnlyMany: pods on several nodes mount it.`,
      );
};
