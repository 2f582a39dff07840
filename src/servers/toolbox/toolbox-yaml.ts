export type Value = null | boolean | number | string | readonly Value[] | Fields;

/** Fields in the order in which they are to stand there; one that is undefined is left out. */
export type Fields = { readonly [name: string]: Value | undefined };

/**
 * Writes documents as YAML that every parser reads alike: strings are quoted, and all but printable ASCII is
 * escaped. MCP Toolbox puts environment variables into the text before it parses it, so no string brings a `${`.
 */
export const toYaml = (documents: readonly Fields[]): string =>
  documents.map((document) => fieldsOf(document, '')).join('---\n');

/** Lines of fields, each behind `indent` but the first, which stands behind `first`. */
const fieldsOf = (fields: Fields, indent: string, first = indent): string => {
  let text = '';
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined) continue;
    const start = text === '' ? first : indent;
    text += `${start}${plain.has(name) ? name : quoted(name)}:${below(value, indent)}`;
  }
  return text;
};

/** A value behind what introduces it: on the same line, or indented on the lines below. */
const below = (value: Value, indent: string): string => {
  const flat = scalar(value);
  if (flat !== undefined) return ` ${flat}\n`;
  const inner = `${indent}  `;
  return Array.isArray(value)
    ? `\n${(value as readonly Value[]).map((item) => `${inner}-${itemOf(item, inner)}`).join('')}`
    : `\n${fieldsOf(value as Fields, inner)}`;
};

/** What stands behind a dash: the first field of an object on the same line. */
const itemOf = (item: Value, indent: string): string =>
  typeof item === 'object' && item !== null && !Array.isArray(item) && scalar(item) === undefined
    ? ` ${fieldsOf(item as Fields, `${indent}  `, '')}`
    : below(item, indent);

/** Names of fields, which need no quotes; any other could be a word that means something else. */
const plain = new Set(
  [
    'kind name type source method path description annotations headers tools items required default',
    'baseUrl timeout allowedIpRanges customBlockedIpRanges returnFullError requestBody',
    'pathParams queryParams headerParams bodyParams allowedValues excludedValues minValue maxValue',
    'readOnlyHint destructiveHint idempotentHint',
  ].flatMap((names) => names.split(' ')),
);

/** What fits on a line; undefined for a list or an object that holds something. */
const scalar = (value: Value): string | undefined => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Object.keys(value).length > 0) return undefined;
  return Array.isArray(value) ? '[]' : '{}';
};

/** Most strings are. */
const needsNoEscape = /^[ !#%-[\]-~]*$/;

/** https://yaml.org/spec/1.2.2/#57-escaped-characters */
const quoted = (text: string): string =>
  needsNoEscape.test(text) ? `"${text}"` : `"${text.replace(/[^\x20-\x7e]|["\\]|\$(?=\{)/gu, escaped)}"`;

const escaped = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};
