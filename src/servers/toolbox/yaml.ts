export type Value = null | boolean | number | string | readonly Value[] | Fields;

/** Fields in the order in which they are to stand there; one that is undefined is left out. */
export type Fields = { readonly [name: string]: Value | undefined };

/**
 * Writes documents as YAML that every parser reads alike: strings are quoted, and all but printable ASCII is
 * escaped. MCP Toolbox puts environment variables into the text before it parses it, so no string brings a `${`.
 */
export const toYaml = (documents: readonly Fields[]): string =>
  documents.map((document) => `${linesOf(document).join('\n')}\n`).join('---\n');

const linesOf = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : below(`${isPlain(name) ? name : quoted(name)}:`, value),
  );

/** Whether a name needs no quotes: letters, and no word that YAML 1.1 takes for something else. */
const isPlain = (name: string): boolean =>
  /^[A-Za-z]{2,}$/.test(name) && !/^(null|true|false|yes|no|on|off)$/i.test(name);

/** A value behind what introduces it: on the same line, or indented on the lines below. */
const below = (introduction: string, value: Value): string[] => {
  const flat = scalar(value);
  if (flat !== undefined) return [`${introduction} ${flat}`];
  const lines = Array.isArray(value)
    ? (value as readonly Value[]).flatMap((item) => itemOf(item))
    : linesOf(value as Fields);
  return [introduction, ...lines.map((line) => `  ${line}`)];
};

/** The first field of an object stands behind the dash. */
const itemOf = (item: Value): string[] => {
  const flat = scalar(item);
  if (flat !== undefined) return [`- ${flat}`];
  if (Array.isArray(item)) return below('-', item);
  return linesOf(item as Fields).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
};

/** What fits on a line; undefined for a list or an object that holds something. */
const scalar = (value: Value): string | undefined => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Object.keys(value).length > 0) return undefined;
  return Array.isArray(value) ? '[]' : '{}';
};

/** https://yaml.org/spec/1.2.2/#57-escaped-characters */
const quoted = (text: string): string => `"${text.replace(/[^\x20-\x7e]|["\\]|\$(?=\{)/gu, escaped)}"`;

const escaped = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};
