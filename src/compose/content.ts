import { gateFile } from '../contract/gate.ts';
import { canonicalJson, shortHash } from '../contract/hash.ts';
import { annotationKeys, dataKeys } from '../contract/names.ts';
import { stringAt } from '../contract/observed.ts';
import { type IdleReason, idle } from '../contract/reasons.ts';
import { readRevision } from '../contract/revision.ts';
import { encodeSecretValue } from '../plan/encoding.ts';
import type { Mounts, PlannedResource } from '../plan/resources.ts';
import { type ComposeInput, keys } from './input.ts';
import { dataDiffers, nextRevision, templateRevision } from './revision.ts';

/** Where the init container writes what the server reads. */
export const configDir = '/etc/mcp';

/** Data key and file name of a certificate authority. */
export const caKey = (pem: string): string => `ca-${shortHash(pem)}.pem`;

/** Where the server finds its configuration, for the plan. */
export const mounts: Mounts = { configDir, caFile: caKey };

/** What the ConfigMap and the Secret of an Instance hold, and how their changes are counted. */
export interface Content {
  /** Data of the ConfigMap, without its revision. */
  config: Record<string, string>;
  configHash: string;
  configRevision: number;
  /** Data of the Secret in base64, without its revision. */
  credentials: Record<string, string>;
  credentialsRevision: number;
  /** Resources that are served, in the order of their names. */
  served: PlannedResource[];
  /** Why no pod may run, in a reason and a sentence. */
  idle?: { reason: IdleReason; message: string };
}

const byName = (a: PlannedResource, b: PlannedResource): number => (a.name < b.name ? -1 : 1);

/** Computes what is to be rendered from a plan and what is observed. */
export const contentOf = ({ subject, plan, observed, takenOver = {} }: ComposeInput): Content => {
  const kept = plan.resources.filter((resource) => resource.source).sort(byName);
  const served = kept.filter((resource) => !resource.problem);

  const fragments = kept.map((resource) => resource.source?.fragment);
  const { type } = subject;
  const config: Record<string, string> = {
    [type.configFile]: type.config(fragments),
    ...type.files,
    ...(type.gate && { [gateFile]: canonicalJson(type.gate(fragments)) }),
  };
  for (const { ca } of served) if (ca !== undefined) config[caKey(ca)] = ca;

  const deployment = observed[keys.deployment];
  const secret = observed[keys.secret];
  const credentials: Record<string, string> = {};
  for (const { values } of served) {
    for (const [key, value] of Object.entries(values)) credentials[key] = encodeSecretValue(value);
  }
  const token = plan.token?.ok
    ? encodeSecretValue(plan.token.value)
    : stringAt(secret, 'data', dataKeys.authToken);
  if (plan.token && token) credentials[dataKeys.authToken] = token;

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
  );
  const credentialsRevision = nextRevision(
    [
      secretRevision(stringAt(secret ?? takenOver[keys.secret], 'data', dataKeys.credentialsRevision)),
      templateRevision(deployment ?? takenOver[keys.deployment], annotationKeys.credentialsRevision),
    ],
    !secret || dataDiffers(secret, credentials),
  );
  const idleFor = idleReason(plan, served, Boolean(token));
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

const secretRevision = (base64: string | undefined): number | undefined =>
  base64 === undefined
    ? undefined
    : readRevision(Buffer.from(base64.slice(0, 64), 'base64').toString('latin1'));

/** Pods run only where there is something to serve, and never without the token that clients must present. */
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
