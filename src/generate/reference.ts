import type { z } from 'zod';
import { type Api, type ApiSource, apisOf, compositeNames } from './api.ts';
import { accepted, code, type Field, fields, typeName } from './field-list.ts';
import { inputGroup, inputKind, inputVersion } from './input-crd.ts';
import { rootRules } from './rules.ts';
import { type StructuralSchema, structural } from './structural.ts';

/** A page on all fields of one API, for the people who write its YAML. */
export function apiReference(api: Api): string {
  const { kind, group, version, role } = api;
  const spec = structural(kind.spec, 'claims');
  const status = structural(kind.status, 'claims');
  return page(kind.kind, [
    kind.description,
    yamlBlock(`apiVersion: ${group}/${version}`, `kind: ${kind.kind}`),
    [
      `- Short names: ${kind.shortNames.map(code).join(', ')}; everything of a namespace: \`kubectl get mcp\`.`,
      `- With claims, ${code(kind.kind)} is a claim, and Crossplane creates a cluster-scoped ${code(compositeNames(api, 'claims').kind)} for it. Without claims, it is a namespaced composite resource. The YAML is the same.`,
      ...(kind.scale
        ? [`- ${code(`kubectl scale ${kind.shortNames[0] ?? kind.plural} NAME --replicas N`)} works.`]
        : []),
    ].join('\n'),
    '## Spec',
    'Fields without a default may be left out, unless they are marked as required.',
    fieldTable(spec),
    ...ruleList('Beyond that:', [
      ...rootRules(api, 'namespaced').map(({ message }) => message),
      ...(spec['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    ]),
    '## Status',
    role === 'resource'
      ? 'Written by the probe of the Instance that checks it; the conditions by Crossplane and the function.'
      : 'Written by the function; further conditions by Crossplane.',
    statusTable(status),
    '## Columns',
    `Of ${code(`kubectl get ${kind.plural}`)}; the others with ${code('-o wide')}.`,
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

/** A page on the function's Input. */
export const inputReference = (spec: z.ZodObject) =>
  page('Input', [
    'Defaults that stand in a Composition, in the step that calls the function. They guard nothing, as tenants may choose their Composition: the settings of the platform win over them.',
    yamlBlock(`apiVersion: ${inputGroup}/${inputVersion}`, `kind: ${inputKind}`),
    fieldTable(structural(spec, 'namespaced')),
  ]);

/** A page on the platform's settings. */
export const settingsReference = (settings: z.ZodObject, name: string) =>
  page('Platform settings', [
    `The \`data\` of the EnvironmentConfig ${code(name)}, which is cluster-scoped and belongs to the platform's administrators. A setting that does not parse, or that does not exist, stops the function with a message that names it.`,
    yamlBlock(
      'apiVersion: apiextensions.crossplane.io/v1beta1',
      'kind: EnvironmentConfig',
      `metadata: {name: ${name}}`,
      'data: {}',
    ),
    fieldTable(structural(settings, 'namespaced')),
  ]);

/** The page that leads to the others. */
export const referenceIndex = (sources: readonly ApiSource[]) =>
  page('Reference', [
    'Every field of every API, generated from the schemas that the function itself reads.',
    table(
      ['API', 'Group', 'What it is'],
      sources.flatMap((source) =>
        apisOf(source).map(({ kind, group, version }) => [
          `[${kind.kind}](${fileName(kind.kind)})`,
          code(`${group}/${version}`),
          kind.description,
        ]),
      ),
    ),
    '- [Platform settings](platform-settings.md): what the administrators of a cluster decide.\n- [Input](input.md): defaults in a Composition.\n- [Reasons](reasons.md): every reason that is shown, what it means, and what to do.',
  ]);

export const fileName = (kind: string) => `${kind.toLowerCase()}.md`;

export const page = (title: string, blocks: readonly string[]) =>
  `${[`# ${title}`, ...blocks].join('\n\n')}\n`;

const yamlBlock = (...lines: readonly string[]) => ['```yaml', ...lines, '```'].join('\n');

const ruleList = (title: string, messages: readonly string[]) =>
  messages.length === 0 ? [] : [title, messages.map((message) => `- ${message}`).join('\n')];

const fieldTable = (schema: StructuralSchema) =>
  table(
    ['Field', 'Type', 'Default', 'Accepted', 'What it is'],
    fields(schema).map((field) => [
      code(field.path),
      typeName(field.schema),
      defaultOf(field),
      accepted(field.schema),
      field.schema.description ?? '',
    ]),
  );

const statusTable = (schema: StructuralSchema) =>
  table(
    ['Field', 'Type', 'What it is'],
    fields(schema).map(({ path, schema: node }) => [code(path), typeName(node), node.description ?? '']),
  );

const defaultOf = ({ required, schema }: Field) => {
  if (required) return 'required';
  // An object that defaults to nothing but its fields' defaults says no more than these.
  if (schema.default === undefined || JSON.stringify(schema.default) === '{}') return '';
  return code(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default));
};

export const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n');
