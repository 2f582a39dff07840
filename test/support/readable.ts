import { isDeepStrictEqual } from 'node:util';
import { type Ready, type RunFunctionResponse, Severity } from '@crossplane-org/function-sdk-typescript';
import { diffLines } from 'diff';
import { stringify } from 'yaml';

/** The answer of a call as a person reads it: all of it, with words for numbers. */
export const readable = (response: RunFunctionResponse): Record<string, unknown> => {
  const { meta, desired, results, conditions, requirements, context, output, ...rest } = response;
  return {
    tag: meta?.tag,
    ttl: meta?.ttl?.nanos === 0 ? meta.ttl.seconds : meta?.ttl,
    composite: desired?.composite && readableResource(desired.composite),
    results: results.map(({ severity, target, ...result }) => ({
      ...result,
      severity: severities[severity] ?? severity,
      target: targets[target ?? 0],
    })),
    conditions: conditions.map(({ status, target, ...condition }) => ({
      ...condition,
      status: statuses[status] ?? status,
      target: targets[target ?? 0],
    })),
    requirements: requirements?.resources,
    ...filled({ extraResources: requirements?.extraResources, schemas: requirements?.schemas }),
    resources: Object.fromEntries(
      Object.entries(desired?.resources ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, resource]) => [key, readableResource(resource)]),
    ),
    ...filled({ context, output }),
    ...rest,
  };
};

const severities: Record<number, string> = {
  [Severity.SEVERITY_FATAL]: 'FATAL',
  [Severity.SEVERITY_WARNING]: 'WARNING',
  [Severity.SEVERITY_NORMAL]: 'NORMAL',
};
const statuses = ['unspecified', 'Unknown', 'True', 'False'];
const targets = ['unspecified', 'COMPOSITE', 'COMPOSITE_AND_CLAIM'];
const readiness = ['unspecified', true, false];

const readableResource = ({
  ready,
  connectionDetails,
  resource,
}: {
  ready: Ready;
  connectionDetails: object;
  resource?: unknown;
}) => ({ ready: readiness[ready], ...filled({ connectionDetails }), resource });

const filled = (fields: Record<string, object | undefined>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value && Object.keys(value).length > 0));

/** The whole answer as YAML. */
export const toYaml = (response: RunFunctionResponse): string =>
  stringify(readable(response), { lineWidth: 0, aliasDuplicateObjects: false });

/**
 * What differs between two whole answers: the path of every value that is not the same, with what it was
 * and what it is. Entries of lists are called by their names where they have any, texts go line by line.
 */
export const difference = (before: RunFunctionResponse, after: RunFunctionResponse): string => {
  const lines = differing(readable(before), readable(after), '');
  return lines.length === 0 ? 'nothing differs\n' : `${lines.join('\n')}\n`;
};

type Fields = Record<string, unknown>;

const differing = (before: unknown, after: unknown, path: string): string[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (typeof before === 'string' && typeof after === 'string') return differingText(before, after, path);
  const [old, now] = Array.isArray(before) && Array.isArray(after) ? named(before, after) : [before, after];
  if (!isFields(old) || !isFields(now)) return [...line('-', path, before), ...line('+', path, after)];
  const child = (key: string) => (old === before ? `${path}${path && '.'}${key}` : `${path}[${key}]`);
  const lines = [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
    differing(old[key], now[key], child(key)),
  );
  const order = (fields: Fields) => Object.keys(fields).join(' ');
  return lines.length > 0
    ? lines
    : [`- ${path}: in the order ${order(old)}`, `+ ${path}: in the order ${order(now)}`];
};

const differingText = (before: string, after: string, path: string): string[] => {
  const [old, now] = [parsed(before), parsed(after)];
  if (old && now && !isDeepStrictEqual(old, now)) return differing(old, now, `${path} as JSON`);
  if (isHash(before) && isHash(after)) return [`~ ${path}: another hash`];
  if (!before.includes('\n') && !after.includes('\n'))
    return [...line('-', path, before), ...line('+', path, after)];
  const changes = diffLines(before, after).flatMap(({ value, added, removed }) =>
    added || removed
      ? value
          .trimEnd()
          .split('\n')
          .map((text) => `  ${added ? '+' : '-'} ${text}`)
      : [],
  );
  return [`${path}:`, ...changes];
};

/** The value of a JSON file, or the documents of a YAML file whose documents are JSON. */
const parsed = (text: string): unknown => {
  if (!text.startsWith('{')) return undefined;
  const documents = text.split(/^---\n/m).map((part) => JSON.parse(part) as unknown);
  return documents.length === 1 ? documents[0] : documents;
};

/** What changes with every change of an object: which one it is says nothing to a reader. */
const isHash = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Two lists as maps, by the names of their entries where all have one, else by position. */
const named = (before: unknown[], after: unknown[]): [Fields, Fields] => {
  const byName = [before, after].map((list) => new Map(list.map((entry) => [nameOf(entry), entry])));
  const usable = byName.every(
    (map, index) => !map.has(undefined) && map.size === [before, after][index]?.length,
  );
  const fields = (list: unknown[]) =>
    Object.fromEntries(list.map((entry, index) => [usable ? (nameOf(entry) ?? '') : `${index}`, entry]));
  return [fields(before), fields(after)];
};

const nameOf = (entry: unknown): string | undefined => {
  if (!isFields(entry)) return undefined;
  return [entry['name'], entry['type'], entry['key']].find((word) => typeof word === 'string');
};

const line = (sign: '+' | '-', path: string, value: unknown): string[] => {
  if (value === undefined) return [];
  if (sign === '-' && isFields(value)) return [`- ${path}: all of it`];
  return [`${sign} ${path}: ${typeof value === 'string' ? value : JSON.stringify(value)}`];
};
