import type { Flavour } from '../contract/flavour.ts';
import type { AnyServerType, ApiKind } from '../servers/server-type.ts';

/** The part of a server type from which its APIs are generated. */
export type ApiSource = Pick<AnyServerType, 'name' | 'group' | 'version' | 'resource' | 'instance'>;

/** One kind of API of a server type. */
export interface Api {
  /** Name of the server type. */
  type: string;
  group: string;
  version: string;
  role: 'resource' | 'instance';
  kind: ApiKind;
}

/** The two kinds of a server type: the Resource that tenants declare, and the Instance that serves it. */
export const apisOf = ({ name, group, version, resource, instance }: ApiSource): Api[] => [
  { type: name, group, version, role: 'resource', kind: resource },
  { type: name, group, version, role: 'instance', kind: instance },
];

/** Names of the composite resource. In the claims flavour the tenant's names belong to the claim. */
export const compositeNames = ({ kind }: Api, flavour: Flavour) =>
  flavour === 'claims'
    ? { kind: `X${kind.kind}`, plural: `x${kind.plural}` }
    : { kind: kind.kind, plural: kind.plural };

/**
 * Name of an API's XRD and of its Composition. The names of the two flavours differ, so that revisions that remain from
 * one flavour do not conflict with the other.
 */
export const objectName = (api: Api, flavour: Flavour) =>
  `${compositeNames(api, flavour).plural}.${api.group}`;
