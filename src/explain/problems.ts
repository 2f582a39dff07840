import type { Flavour } from '../contract/flavour.ts';
import type { JsonObject } from '../contract/kube.ts';
import { maxInstanceName } from '../contract/names.ts';
import { isObject, stringAt } from '../contract/observed.ts';
import { type Api, apisOf, compositeNames } from '../generate/api.ts';
import { claimSuffix } from '../generate/rules.ts';
import type { StructuralSchema } from '../generate/structural.ts';
import { crossplaneFields, objectSchema } from '../generate/xrd.ts';
import { isTooDeep } from '../plan/hostile.ts';
import { resolveSettings } from '../plan/settings.ts';
import { parseSpec } from '../plan/spec.ts';
import { settingsName } from '../schema/settings.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import { metadataSchema, schemaOfKind, scopeOfKind } from './known-kinds.ts';
import { type Refused, refusedMetadata } from './metadata.ts';
import { pathText, type UnknownField, unknownFields } from './unknown-fields.ts';
import type { Loaded } from './yaml.ts';

/** A field of a file that the API server refuses or drops. It repeats no value. */
export interface Problem {
  /** `file:line`. */
  at: string;
  kind: string;
  name: string;
  namespace: string;
  /** Path of the field, such as `spec.sslmode`; empty where its name may be part of a secret. */
  field: string;
  /** `UnknownField` is dropped or refused, depending on the client; `Invalid` is refused. */
  reason: 'UnknownField' | 'Invalid';
  /** A sentence that says what is accepted. */
  message: string;
}

/** Everything in an object of a file that the API server refuses or drops. */
export const problemsOf = (entry: Loaded, types: readonly AnyServerType[], namespace: string): Problem[] => {
  const { object, where } = entry;
  const found = apiOf(object, types);
  const kind = stringAt(object, 'kind') ?? '';
  const schema = found ? schemaOf(found.api, found.flavour) : schemaOfKind(object);
  const strict = found !== undefined || kind === 'Namespace' || scopeOfKind(kind) !== undefined;
  const isPrivate = kind === 'Secret' || kind === 'ConfigMap';
  const about = {
    kind,
    name: stringAt(object, 'metadata', 'name') ?? '',
    namespace: stringAt(object, 'metadata', 'namespace') ?? namespace,
  };
  const refused =
    kind === 'Input'
      ? refusedSettings(object)
      : [
          ...(found?.api.role === 'instance' ? refusedInstanceName(object, found.flavour) : []),
          ...refusedMetadata(object, strict && found?.api.role !== 'instance'),
          ...(found ? refusedSpec(found.api, object) : []),
          ...refusedSettings(object),
          ...(isPrivate ? refusedData(object) : []),
        ];
  const unknown = unknownFields(object, schema ?? metadataOnly);
  return [
    ...refused.map(({ path, message }) => ({
      at: where(path),
      ...about,
      field: pathText(isPrivate ? path.slice(0, 2) : path),
      reason: 'Invalid' as const,
      message,
    })),
    ...unknown.map((field) => ({ at: where(field.path), ...about, ...unknownProblem(field, isPrivate) })),
  ];
};

/** The rest of an object of a kind whose schema is not known is accepted. */
const metadataOnly: StructuralSchema = {
  type: 'object',
  properties: { metadata: metadataSchema },
  'x-kubernetes-preserve-unknown-fields': true,
};

/** Most known fields that a message lists. */
const mostKnown = 15;

const unknownProblem = (
  { path, nearest, known }: UnknownField,
  isPrivate: boolean,
): Pick<Problem, 'field' | 'reason' | 'message'> => {
  const parent = pathText(path.slice(0, -1));
  const own = parent === 'spec' ? known.filter((name) => !crossplaneFields('spec').includes(name)) : known;
  const names = own.slice(0, mostKnown).join(', ');
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  const list =
    meant === '' && names !== '' ? ` Known fields: ${names}${own.length > mostKnown ? ', …' : ''}.` : '';
  return {
    field: isPrivate && nearest === undefined ? parent : pathText(path),
    reason: 'UnknownField',
    message: `Unknown field.${meant}${list}`,
  };
};

const apiOf = (
  object: JsonObject,
  types: readonly AnyServerType[],
): { api: Api; flavour: Flavour } | undefined => {
  for (const type of types) {
    if (`${type.group}/${type.version}` !== object['apiVersion']) continue;
    for (const api of apisOf(type)) {
      for (const flavour of ['namespaced', 'claims'] as const) {
        if (compositeNames(api, flavour).kind === object['kind']) return { api, flavour };
      }
    }
  }
  return undefined;
};

/** Schemas by kind; they never change. */
const schemas = new Map<string, StructuralSchema>();

/** The schema that the API server has for a kind, with the fields that Kubernetes and Crossplane add. */
const schemaOf = (api: Api, flavour: Flavour): StructuralSchema => {
  const kind = `${compositeNames(api, flavour).kind}.${api.group}`;
  const known = schemas.get(kind);
  if (known) return known;
  const { properties: { spec = {} } = {} } = objectSchema(api, flavour);
  const added = crossplaneFields('spec').map((field): [string, StructuralSchema] => [field, {}]);
  const schema: StructuralSchema = {
    type: 'object',
    properties: {
      apiVersion: {},
      kind: {},
      metadata: metadataSchema,
      spec: { ...spec, properties: { ...spec.properties, ...Object.fromEntries(added) } },
      // Clients cannot write it: the API server ignores it.
      status: {},
    },
  };
  schemas.set(kind, schema);
  return schema;
};

/** Crossplane adds a suffix to the name of the composite of a claim. */
const refusedInstanceName = (object: JsonObject, flavour: Flavour): Refused[] => {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const longest = maxInstanceName + (flavour === 'claims' ? claimSuffix : 0);
  return /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= longest
    ? []
    : [
        {
          path: ['metadata', 'name'],
          message: `The name of an Instance must be a DNS-1035 label of at most ${longest} characters: lowercase letters, digits and "-", and it starts with a letter and ends with a letter or digit.`,
        },
      ];
};

/** What the schema refuses in a spec, field by field. */
const refusedSpec = ({ kind: { spec: schema } }: Api, object: JsonObject): Refused[] => {
  const spec = object['spec'] ?? {};
  const parsed = parseSpec(schema, spec);
  if (parsed.ok) return [];
  const fields = isTooDeep(spec) ? undefined : schema.safeParse(spec).error?.issues;
  const issues = fields?.filter(({ code }) => code !== 'unrecognized_keys');
  if (!issues) return [{ path: ['spec'], message: parsed.error }];
  return issues.map(({ path, message }) => ({
    path: ['spec', ...path.map((key) => (typeof key === 'number' ? key : String(key)))],
    message: message.endsWith('received undefined') ? 'this field is required' : message,
  }));
};

const refusedSettings = (object: JsonObject): Refused[] => {
  const kind = object['kind'];
  if (kind === 'Input') {
    const settings = resolveSettings(object, undefined);
    return settings.ok ? [] : [{ path: [], message: settings.error }];
  }
  if (kind !== 'EnvironmentConfig' || stringAt(object, 'metadata', 'name') !== settingsName) return [];
  const settings = resolveSettings(undefined, object['data'] ?? {});
  return settings.ok ? [] : [{ path: ['data'], message: settings.error }];
};

/** Keys and values in a Secret or ConfigMap. Nothing of them is repeated: the text may be a secret. */
const refusedData = (object: JsonObject): Refused[] =>
  ['data', 'stringData', 'binaryData'].flatMap((field) => {
    const data = object[field];
    if (data === undefined || data === null) return [];
    if (!isObject(data)) return [{ path: [field], message: 'Must be a map of strings.' }];
    const encoded = field === 'binaryData' || (field === 'data' && object['kind'] === 'Secret');
    const entries = Object.entries(data);
    const some = (wrong: boolean, message: string): Refused[] => (wrong ? [{ path: [field], message }] : []);
    return [
      ...some(
        entries.some(([key]) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key) || /^\.\.?$|^\.\./.test(key)),
        'Each key must have 1 to 253 letters, digits, "-", "_" and ".", and must not start with "..".',
      ),
      ...some(
        entries.some(([, value]) => typeof value !== 'string' && value !== null),
        'Each value must be a string: put it in quotes.',
      ),
      ...some(
        encoded && entries.some(([, value]) => typeof value === 'string' && !isBase64(value)),
        `Each value must be base64${object['kind'] === 'Secret' ? ': use stringData for plain text' : ''}.`,
      ),
    ];
  });

/** As Go decodes it: line breaks are ignored, padding is required. */
const isBase64 = (text: string): boolean => {
  const plain = text.replace(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
};

/** Whether a problem is about an object. */
export const isAbout = ({ kind, name, namespace }: Problem, object: JsonObject): boolean =>
  kind === object['kind'] &&
  name === stringAt(object, 'metadata', 'name') &&
  [namespace, undefined].includes(stringAt(object, 'metadata', 'namespace'));
