import type { Flavour } from '../contract/flavour.ts';
import type { JsonObject } from '../contract/kube.ts';
import { numberAt, objectAt, stringAt } from '../contract/observed.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { AnyServerType } from '../servers/server-type.ts';

/** The composite of a call. */
export interface Subject {
  type: AnyServerType;
  role: 'resource' | 'instance';
  flavour: Flavour;
  /** The tenant's namespace. */
  namespace: string;
  /** The name that the tenant gave it: the name of its claim, if it has one. */
  name: string;
  uid: string;
  generation: number;
  xr: JsonObject;
  spec: JsonObject;
}

/** The kind of the XR for the kind that the tenant writes. */
export const xrKind = (kind: string, flavour: Flavour): string => (flavour === 'claims' ? `X${kind}` : kind);

/** Reads the server type, flavour and tenant of a composite. The error is a sentence for a person. */
export const subjectOf = (xr: JsonObject, types: readonly AnyServerType[]): Result<Subject, string> => {
  const apiVersion = stringAt(xr, 'apiVersion') ?? '';
  const kind = stringAt(xr, 'kind') ?? '';
  const type = types.find(({ group, version }) => `${group}/${version}` === apiVersion);
  const known = type && kindOf(type, kind);
  if (!type || !known) {
    const served = types.flatMap((t) =>
      [t.resource.kind, t.instance.kind].map((k) => `${k} and X${k} of ${t.group}/${t.version}`),
    );
    return fail(
      `${quoted(kind)} of ${quoted(apiVersion)} is not a kind that this function composes. Expected ${served.join(', ')}.`,
    );
  }
  const tenant = tenantOf(xr, known.flavour);
  if (!tenant) {
    return fail(
      known.flavour === 'claims'
        ? `${kind} has no spec.claimRef: do not create it directly, but create a claim (kind ${kind.slice(1)}) in a tenant's namespace.`
        : `${kind} has no metadata.namespace: create it in a tenant's namespace.`,
    );
  }
  return ok({
    type,
    ...known,
    ...tenant,
    uid: stringAt(xr, 'metadata', 'uid') ?? '',
    generation: numberAt(xr, 'metadata', 'generation') ?? 0,
    xr,
    spec: objectAt(xr, 'spec'),
  });
};

const kindOf = (type: AnyServerType, kind: string): Pick<Subject, 'role' | 'flavour'> | undefined => {
  for (const role of ['resource', 'instance'] as const) {
    for (const flavour of ['claims', 'namespaced'] as const) {
      if (xrKind(type[role].kind, flavour) === kind) return { role, flavour };
    }
  }
  return undefined;
};

const tenantOf = (xr: JsonObject, flavour: Flavour): { namespace: string; name: string } | undefined => {
  const path = flavour === 'claims' ? ['spec', 'claimRef'] : ['metadata'];
  const namespace = stringAt(xr, ...path, 'namespace');
  const name = stringAt(xr, ...path, 'name');
  return namespace && name ? { namespace, name } : undefined;
};

/** A word of a request, shortened to fit into an error message. */
const quoted = (word: string): string => JSON.stringify(word.slice(0, 100));
