import type { Parameter, ValueType } from './operation.ts';

/**
 * How values are written in the templates of a tool. A value that cannot be written as it is fails the call: the error
 * of MCP Toolbox contains the name of the block that failed.
 */

/** Numbers of this size and above are not exact: MCP Toolbox has rounded them. */
const limit = '9007199254740992';

const named = {
  number: 'number',
  scalar: 'value must be a text, a number or a boolean',
  exact: 'exact',
  inexact: 'number above 2^53, which is not exact',
  key: 'unknown key',
} as const;

/** An error of the template. */
const failing = '{{slice 1}}';

/** Numbers as plain digits where Go would write 1e+06, with as many digits as are needed to read the same number. */
const numberBlock =
  '{{if and (lt . 1e6) (gt . -1e6)}}{{printf "%v" .}}{{else}}{{printf "%.17g" . | urlquery}}{{end}}';

const blocks: readonly (readonly [name: string, text: string])[] = [
  [
    named.scalar,
    `{{$t := printf "%T" .}}{{if eq $t "float64"}}{{template "${named.exact}" .}}{{template "${named.number}" .}}` +
      `{{else if eq $t "int64"}}{{template "${named.exact}" .}}{{.}}` +
      `{{else if or (eq $t "string") (eq $t "bool")}}{{urlquery .}}{{else}}${failing}{{end}}`,
  ],
  [
    // Walks through lists and objects, which have the longest names of types. 1e21 is not written as digits.
    named.exact,
    `{{$t := printf "%T" .}}{{if eq $t "int64"}}{{if or (ge . ${limit}) (le . -${limit})}}{{template "${named.inexact}"}}{{end}}` +
      `{{else if eq $t "float64"}}{{if or (and (ge . ${limit}.0) (lt . 1e21)) (and (le . -${limit}.0) (gt . -1e21))}}{{template "${named.inexact}"}}{{end}}` +
      `{{else if gt (len $t) 7}}{{range .}}{{template "${named.exact}" .}}{{end}}{{end}}`,
  ],
  [named.inexact, failing],
  [named.number, numberBlock],
  [named.key, failing],
];

/** A template with the blocks that it uses. */
export const withBlocks = (template: string): string => {
  let text = template;
  for (const [name, block] of blocks)
    if (text.includes(`{{template "${name}"`)) text = `{{define "${name}"}}${block}{{end}}${text}`;
  return text;
};

/** The items of a list with a separator between them. */
export const separated = (list: string, separator: string, write: (item: string) => string): string =>
  `{{range $i, $v := ${list}}}{{if $i}}${separator}{{end}}${write('$v')}{{end}}`;

/** A value as a part of a path. */
export const pathText = ({ kind }: ValueType, value: string): string =>
  kind === 'number' ? `{{template "${named.number}" ${value}}}` : `{{pathEscape ${value}}}`;

/** A value in a query or a form. */
const queryText = ({ kind }: ValueType, value: string): string => {
  if (kind === 'number') return `{{template "${named.number}" ${value}}}`;
  return kind === 'map' ? `{{template "${named.scalar}" ${value}}}` : `{{urlquery ${value}}}`;
};

/** A value in JSON. */
export const jsonText = (type: ValueType, value: string): string => {
  if (type.kind === 'digits') return `{{${value}}}`;
  if (type.kind === 'map') return `{{template "${named.exact}" ${value}}}{{json ${value}}}`;
  if (type.kind !== 'array') return `{{json ${value}}}`;
  let inner: ValueType = type;
  while (inner.kind === 'array') inner = inner.items;
  if (inner.kind === 'map') return jsonText(inner, value);
  if (inner.kind !== 'digits') return `{{json ${value}}}`;
  return `[${separated(value, ',', (item) => jsonText(type.items, item))}]`;
};

/** A text between quotes in which all characters except letters, digits and a few marks are escaped, as JSON and Go do. */
export const encodedText = (text: string): string =>
  `"${text.replace(/[^A-Za-z0-9_. -]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

const separators = { comma: ',', space: '%20', pipe: '%7C' } as const;

/**
 * A parameter in a query or a form, after the text in a variable, which is `next` for the parameter after it.
 * https://spec.openapis.org/oas/v3.1.1.html#style-examples
 */
export const pairOf = (
  { name, type, style = 'single' }: Parameter,
  value: string,
  variable: string,
  next: string,
): string => {
  const key = encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const pair = (left: string, right: string) => `{{${variable}}}${left}=${right}{{${variable} = "${next}"}}`;
  const items = type.kind === 'array' ? type.items : type;
  switch (style) {
    case 'single':
      return pair(key, queryText(type, value));
    case 'json':
      return pair(key, `{{template "${named.exact}" ${value}}}{{urlquery (json ${value})}}`);
    case 'repeated':
      return `{{range $v := ${value}}}${pair(key, queryText(items, '$v'))}{{end}}`;
    case 'deep':
      return `${eachKey(type, value)}${pair(`${key}%5B{{urlquery $k}}%5D`, queryText(type, '$v'))}{{end}}`;
    case 'spread':
      return `${eachKey(type, value)}${pair('{{urlquery $k}}', queryText(type, '$v'))}{{end}}`;
    case 'comma':
    case 'space':
    case 'pipe': {
      const separator = separators[style];
      const written =
        type.kind === 'map'
          ? `{{$s := ""}}${eachKey(type, value)}{{$s}}{{urlquery $k}}${separator}${queryText(type, '$v')}{{$s = "${separator}"}}{{end}}`
          : separated(value, separator, (item) => queryText(items, item));
      return `{{if ${value}}}${pair(key, written)}{{end}}`;
    }
  }
};

/** The start of a loop over the members of an object that fails if a key is not known. */
const eachKey = (type: ValueType, value: string): string => {
  const keys = type.kind === 'map' ? type.keys : undefined;
  const known = keys?.map((key) => `(eq $k ${encodedText(key)})`).join(' ');
  return `{{range $k, $v := ${value}}}${known === undefined ? '' : `{{if not (or ${known})}}{{template "${named.key}"}}{{end}}`}`;
};
