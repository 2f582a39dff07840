import type { z } from 'zod';
import { type Api, type ApiSource, apisOf, compositeNames } from './api.ts';
import { accepted, code, type Field, fields, typeName, withCode } from './field-list.ts';
import { inputGroup, inputKind, inputVersion } from './input-crd.ts';
import { rootRules } from './rules.ts';
import { type StructuralSchema, structural } from './structural.ts';

/** The page of one API with all its fields, for the people who write its YAML. */
export function apiReference(api: Api): string {
  const { kind, group, version, role } = api;
  const spec = structural(kind.spec, 'claims');
  const status = structural(kind.status, 'claims');
  return page(kind.kind, [
    kind.description,
    yamlBlock(`apiVersion: ${group}/${version}`, `kind: ${kind.kind}`),
    [
      `- Short names: ${kind.shortNames.map(code).join(', ')}. \`kubectl get mcp\` lists all kinds in a namespace.`,
      `- With claims, ${code(kind.kind)} is a claim, and Crossplane creates a cluster-scoped ${code(compositeNames(api, 'claims').kind)} for it. Without claims, it is a namespaced composite resource. The YAML is the same.`,
      ...(kind.scale
        ? [`- ${code(`kubectl scale ${kind.shortNames[0] ?? kind.plural} NAME --replicas N`)} works.`]
        : []),
    ].join('\n'),
    '## Spec',
    'Fields are optional unless they are marked as required.',
    fieldTable(spec),
    ...ruleList('Additional rules:', [
      ...rootRules(api, 'namespaced').map(({ message }) => message),
      ...(spec['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    ]),
    '## Status',
    role === 'resource'
      ? 'The probe of the Instance writes the status. Crossplane and the function write the conditions.'
      : 'The function writes the status. Crossplane adds conditions.',
    statusTable(status),
    '## Columns',
    `${code(`kubectl get ${kind.plural}`)} prints these columns. Wide columns need ${code('-o wide')}.`,
    table(
      ['Column', 'Value', 'Shown'],
      kind.columns.map(({ name, jsonPath, priority }) => [
        name,
        code(jsonPath),
        priority ? 'wide' : 'always',
      ]),
    ),
  ]);
}

/** The page of the function's Input. */
export const inputReference = (spec: z.ZodObject) =>
  page('Input', [
    'The Input is part of a Composition, in the step that calls the function, and contains defaults. It contains no security settings, because tenants can choose their Composition. The [platform settings](platform-settings.md) override it.',
    yamlBlock(`apiVersion: ${inputGroup}/${inputVersion}`, `kind: ${inputKind}`),
    fieldTable(structural(spec, 'namespaced')),
  ]);

/** The page of the platform's settings. */
export const settingsReference = (settings: z.ZodObject, name: string) =>
  page('Platform settings', [
    `The platform settings are the \`data\` of the EnvironmentConfig ${code(name)}, which is cluster-scoped and managed by the administrators of the platform. Unknown keys and invalid values are errors: the function then changes nothing, and reports a message that names the setting.`,
    yamlBlock(
      'apiVersion: apiextensions.crossplane.io/v1beta1',
      'kind: EnvironmentConfig',
      `metadata: {name: ${name}}`,
      'data: {}',
    ),
    fieldTable(structural(settings, 'namespaced')),
  ]);

/** The page that links to all others. */
export const referenceIndex = (sources: readonly ApiSource[]) =>
  page('Reference', [
    'The reference lists every field of every API. It is generated from the schemas that the function uses.',
    table(
      ['API', 'Group', 'Description'],
      sources.flatMap((source) =>
        apisOf(source).map(({ kind, group, version }) => [
          `[${kind.kind}](${fileName(kind.kind)})`,
          code(`${group}/${version}`),
          kind.description,
        ]),
      ),
    ),
    '- [Platform settings](platform-settings.md): settings of the administrators of a cluster.\n- [Input](input.md): defaults in a Composition.\n- [Reasons](reasons.md): every reason, its meaning, and what to do.',
  ]);

export const fileName = (kind: string) => `${kind.toLowerCase()}.md`;

export const page = (title: string, blocks: readonly string[]) =>
  `${[`# ${title}`, ...blocks].join('\n\n')}\n`;

const yamlBlock = (...lines: readonly string[]) => ['```yaml', ...lines, '```'].join('\n');

const ruleList = (title: string, messages: readonly string[]) =>
  messages.length === 0 ? [] : [title, messages.map((message) => `- ${withCode(message)}`).join('\n')];

const fieldTable = (schema: StructuralSchema) =>
  table(
    ['Field', 'Type', 'Default', 'Accepted values', 'Description'],
    fields(schema).map((field) => [
      code(field.path),
      typeName(field.schema),
      defaultOf(field),
      accepted(field.schema),
      withCode(field.schema.description ?? ''),
    ]),
  );

const statusTable = (schema: StructuralSchema) =>
  table(
    ['Field', 'Type', 'Description'],
    fields(schema).map(({ path, schema: node }) => [
      code(path),
      typeName(node),
      withCode(node.description ?? ''),
    ]),
  );

const defaultOf = ({ required, schema }: Field) => {
  if (required) return 'required';
  // The default of an object that consists of its fields' defaults adds no information.
  if (schema.default === undefined || JSON.stringify(schema.default) === '{}') return '';
  return code(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default));
};

export const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n');
