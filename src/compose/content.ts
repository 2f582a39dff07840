import { caFile } from '../contract/config-files.ts';
import { canonicalJson, shortHash } from '../contract/hash.ts';
import type { JsonObject } from '../contract/kube.ts';
import { annotationKeys, dataKeys } from '../contract/names.ts';
import { numberAt, stringAt } from '../contract/observed.ts';
import { type IdleReason, idle } from '../contract/reasons.ts';
import { readRevision } from '../contract/revision.ts';
import { isBearerToken } from '../contract/token.ts';
import { decodeSecretValue, encodeSecretValue } from '../plan/encoding.ts';
import { rangesOf } from '../plan/reach.ts';
import type { PlannedResource } from '../plan/resources.ts';
import { filesOf } from './files.ts';
import { type ComposeInput, keys } from './input.ts';
import { dataDiffers, nextRevision, type Revision, templateRevision } from './revision.ts';

/** The content of an Instance's ConfigMap and Secret, and their revisions. */
export interface Content {
  /** Data of the ConfigMap, without its revision. */
  config: Record<string, string>;
  configHash: string;
  configRevision: Revision;
  /** Data of the Secret in base64, without its revision. */
  credentials: Record<string, string>;
  credentialsRevision: Revision;
  /** The served Resources, sorted by name. */
  served: PlannedResource[];
  /** Why no pod may run: a reason and a sentence. */
  idle?: { reason: IdleReason; message: string };
}

const byName = (a: PlannedResource, b: PlannedResource): number => (a.name < b.name ? -1 : 1);

/** Computes what to render from a plan and the observed objects. */
export const contentOf = ({ subject, plan, settings, observed, takenOver = {} }: ComposeInput): Content => {
  const kept = plan.resources.filter((resource) => resource.source).sort(byName);
  const served = kept.filter((resource) => !resource.problem);

  const config = filesOf(
    subject.type,
    kept.flatMap((resource) => resource.source ?? []),
    rangesOf(settings),
  );
  for (const { ca } of served) if (ca !== undefined) config[caFile(ca)] = ca;

  const deployment = observed[keys.deployment];
  const secret = observed[keys.secret];
  const credentials: Record<string, string> = {};
  for (const { values } of served) {
    for (const [key, value] of Object.entries(values)) credentials[key] = encodeSecretValue(value);
  }
  const token = plan.token?.ok ? plan.token.value : tokenIn(stringAt(secret, 'data', dataKeys.authToken));
  if (plan.token && token !== undefined) credentials[dataKeys.authToken] = encodeSecretValue(token);

  const configHash = shortHash(canonicalJson(config));
  const configMap = observed[keys.configMap];
  const configRevision = nextRevision(
    [
      readRevision(stringAt(configMap ?? takenOver[keys.configMap], 'data', dataKeys.configRevision)),
      templateRevision(deployment ?? takenOver[keys.deployment], annotationKeys.configRevision),
    ],
    configMap
      ? dataDiffers(configMap, config)
      : stringAt(deployment, 'spec', 'template', 'metadata', 'annotations', annotationKeys.configHash) !==
          configHash,
    reportedRevision(subject.xr, 'configRevision'),
  );
  const credentialsRevision = nextRevision(
    [
      secretRevision(stringAt(secret ?? takenOver[keys.secret], 'data', dataKeys.credentialsRevision)),
      templateRevision(deployment ?? takenOver[keys.deployment], annotationKeys.credentialsRevision),
    ],
    !secret || dataDiffers(secret, credentials),
    reportedRevision(subject.xr, 'credentialsRevision'),
  );
  const idleFor = idleReason(plan, served, token !== undefined);
  return {
    config,
    configHash,
    configRevision,
    credentials,
    credentialsRevision,
    served,
    ...(idleFor && { idle: idleFor }),
  };
};

/** The revision that this function last wrote to the status of the composite. */
const reportedRevision = (xr: JsonObject, field: string): number | undefined =>
  readRevision(String(numberAt(xr, 'status', field)));

const secretRevision = (base64: string | undefined): number | undefined =>
  base64 === undefined
    ? undefined
    : readRevision(Buffer.from(base64.slice(0, 64), 'base64').toString('latin1'));

/**
 * The token in use. An earlier version of the function may have accepted a token that is invalid now: it is not used.
 */
const tokenIn = (base64: string | undefined): string | undefined => {
  const token = base64 === undefined ? undefined : decodeSecretValue(base64);
  return token !== undefined && isBearerToken(token) ? token : undefined;
};

/** Pods run only if there is a Resource to serve, and never without the token that clients must present. */
const idleReason = (
  plan: ComposeInput['plan'],
  served: readonly PlannedResource[],
  hasToken: boolean,
): Content['idle'] => {
  if (plan.token && !plan.token.ok && !hasToken) return { reason: 'TokenMissing', message: plan.token.error };
  const reason =
    plan.resources.length === 0 ? 'NothingSelected' : served.length === 0 ? 'NothingUsable' : undefined;
  return reason && { reason, message: idle[reason] };
};
