import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../src/contract/kube.ts';
import type { AnyServerType } from '../../src/servers/server-type.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import { base64, environmentConfig, type Flavour, worldOf, xrName } from './world.ts';

/** The objects in a tenant's file. */
export const objectsIn = (file: string): KubeObject[] =>
  parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    const object = document.toJS() as KubeObject | null;
    return object ? [object] : [];
  });

/** An object as the API server, or Crossplane, has it once the tenant's file is applied. */
const applied = (object: KubeObject, flavour: Flavour, type: AnyServerType): KubeObject => {
  const { name, namespace = '' } = object.metadata;
  if (object.kind === 'Secret') {
    const { stringData = {}, ...secret } = object;
    const texts = Object.entries(stringData as Record<string, string>);
    return {
      ...secret,
      data: Object.fromEntries(texts.map(([key, text]) => [key, base64(text)])),
    } as KubeObject;
  }
  const ours = [type.resource.kind, type.instance.kind].includes(object.kind);
  if (!ours || flavour === 'namespaced')
    return { ...object, metadata: { ...object.metadata, uid: `uid-${name}`, generation: 1 } };
  const { apiVersion, kind } = object;
  const { namespace: _, ...metadata } = object.metadata;
  return {
    ...object,
    kind: `X${kind}`,
    metadata: {
      ...metadata,
      name: xrName('claims', name),
      uid: `uid-${name}`,
      generation: 1,
      labels: {
        ...(metadata['labels'] as JsonObject | undefined),
        'crossplane.io/claim-name': name,
        'crossplane.io/claim-namespace': namespace,
      },
    },
    spec: { ...(object['spec'] as JsonObject), claimRef: { apiVersion, kind, namespace, name } },
  };
};

/** The world of a tenant who has applied a file with one Instance in it. */
export const worldIn = (file: string, flavour: Flavour, type: AnyServerType): World => {
  const objects = objectsIn(file).map((object) => applied(object, flavour, type));
  const instances = objects.filter(({ kind }) => kind.replace(/^X/, '') === type.instance.kind);
  if (instances.length !== 1)
    throw new Error(`${file} holds ${instances.length} of ${type.instance.kind}, not one`);
  return worldOf(instances[0] as KubeObject, [
    environmentConfig(),
    ...objects.filter((object) => !instances.includes(object)),
  ]);
};
