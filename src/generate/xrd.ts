import type { Flavour } from '../contract/flavour.ts';
import { labelKeys, partOf } from '../contract/names.ts';
import type { PrinterColumn } from '../servers/server-type.ts';
import { type Api, compositeNames, objectName } from './api.ts';
import { rootRules } from './rules.ts';
import { type StructuralSchema, structural } from './structural.ts';

/** `kubectl get mcp` lists all objects of a tenant. */
const categories = ['mcp'];

/** Fields that Crossplane adds. It would silently replace our fields with the same name. */
const taken = {
  spec: [
    'claimRef',
    'compositeDeletePolicy',
    'compositionRef',
    'compositionRevisionRef',
    'compositionRevisionSelector',
    'compositionSelector',
    'compositionUpdatePolicy',
    'crossplane',
    'resourceRef',
    'resourceRefs',
    'writeConnectionSecretToRef',
  ],
  status: ['claimConditionTypes', 'conditions', 'connectionDetails', 'crossplane'],
};

/** Keywords that Crossplane keeps at the root of spec and status. */
const kept = new Set([
  'description',
  'type',
  'required',
  'oneOf',
  'properties',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/** Labels of every generated object of a server type. */
export const generatedLabels = (type: string) => ({ [labelKeys.name]: type, [labelKeys.partOf]: partOf });

/** The CompositeResourceDefinition of an API. Throws an Error for a schema that Crossplane would not keep completely. */
export function xrd(api: Api, flavour: Flavour) {
  const { kind, group, version } = api;
  const names = compositeNames(api, flavour);
  const shortNames = [...kind.shortNames];
  const tenant = { kind: kind.kind, plural: kind.plural, shortNames, categories: [...categories] };
  const claims = flavour === 'claims';
  return {
    apiVersion: `apiextensions.crossplane.io/${claims ? 'v1' : 'v2'}`,
    kind: 'CompositeResourceDefinition',
    metadata: { name: objectName(api, flavour), labels: generatedLabels(api.type) },
    spec: {
      group,
      scope: claims ? 'LegacyCluster' : 'Namespaced',
      ...(claims
        ? { names: { ...names, shortNames: shortNames.map((name) => `x${name}`) }, claimNames: tenant }
        : { names: tenant }),
      defaultCompositionRef: { name: objectName(api, flavour) },
      versions: [
        {
          name: version,
          served: true,
          referenceable: true,
          additionalPrinterColumns: kind.columns.map(column),
          ...(kind.scale ? { subresources: { scale: scale(kind.scale) } } : {}),
          schema: { openAPIV3Schema: objectSchema(api, flavour) },
        },
      ],
    },
  };
}

/** The schema of an object: spec, status, and the rules at its root. */
export function objectSchema(api: Api, flavour: Flavour): StructuralSchema {
  const part = (name: 'spec' | 'status') => {
    const schema = structural(api.kind[name], flavour);
    const where = `${api.kind.kind}.${name}`;
    for (const keyword of Object.keys(schema))
      if (!kept.has(keyword))
        throw new Error(`${where}: Crossplane drops "${keyword}" from the root of ${name}`);
    for (const property of Object.keys(schema.properties ?? {}))
      if (taken[name].includes(property))
        throw new Error(`${where}.${property}: Crossplane has a field with this name`);
    return schema;
  };
  const rules = rootRules(api, flavour);
  return {
    description: api.kind.description,
    type: 'object',
    required: ['spec'],
    properties: { spec: part('spec'), status: part('status') },
    ...(rules.length > 0 ? { 'x-kubernetes-validations': rules } : {}),
  };
}

const column = ({ name, type, jsonPath, priority }: PrinterColumn) => ({
  name,
  type,
  jsonPath,
  ...(priority ? { priority } : {}),
});

const scale = ({ spec, status, selector }: { spec: string; status: string; selector: string }) => ({
  specReplicasPath: spec,
  statusReplicasPath: status,
  labelSelectorPath: selector,
});

/** Fields of spec or status that belong to Crossplane. */
export const crossplaneFields = (part: 'spec' | 'status'): readonly string[] => taken[part];
