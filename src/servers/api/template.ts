import type { Argument } from './arguments.ts';
import type { Operation, Parameter } from './operation.ts';
import { partsOf } from './path.ts';

/**
 * The Go templates of a tool (https://pkg.go.dev/text/template). Text of a tenant never becomes template code: names of
 * arguments consist of plain characters, and all other text is encoded for its place.
 */

/** How a template reads an argument. */
const read = ({ name }: Argument): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `(index . "${name}")`;

/** Formats a number as plain digits. Go would write 1e+06. */
const digits = (value: string): string => `printf "%.15g" ${value}`;

/** Whether an argument always has a value. */
const isGiven = ({ parameter }: Argument): boolean => parameter.required || parameter.default !== undefined;

const ifGiven = (argument: Argument, then: string): string =>
  isGiven(argument) ? then : `{{if ne ${read(argument)} nil}}${then}{{end}}`;

/**
 * Path and query of an operation. The query parameters of MCP Toolbox do not support lists, names in brackets and
 * plain numbers.
 */
export const pathTemplate = (path: string, all: readonly Argument[]): string => {
  const inPath = new Map(
    all.filter((it) => it.parameter.in === 'path').map((argument) => [argument.parameter.name, argument]),
  );
  const inQuery = all.filter(({ parameter }) => parameter.in === 'query');
  const segments = partsOf(path).map((part) => {
    if ('text' in part) return part.text;
    const argument = inPath.get(part.parameter);
    if (!argument) throw new Error(`the path ${path} has a parameter that is not declared`);
    const value = read(argument);
    return argument.parameter.type.kind === 'number' ? `{{${digits(value)}}}` : `{{pathEscape ${value}}}`;
  });
  const pairs = inQuery.map((argument) => ifGiven(argument, pairOf(argument.parameter, read(argument))));
  return [...segments, ...(pairs.length > 0 ? ['{{$q := "?"}}', ...pairs] : [])].join('');
};

const separators = { comma: ',', space: ' ', pipe: '|' } as const;

/** https://spec.openapis.org/oas/v3.1.1.html#style-examples */
const pairOf = ({ name, type, style = 'single' }: Parameter, value: string): string => {
  const key = encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const next = '{{$q = "&"}}';
  switch (style) {
    case 'single': {
      const text = type.kind === 'number' ? `${digits(value)} | urlquery` : `urlquery ${value}`;
      return `{{$q}}${key}={{${text}}}${next}`;
    }
    case 'repeated':
      return `{{range ${value}}}{{$q}}${key}={{urlquery .}}${next}{{end}}`;
    case 'deep':
      return `{{range $k, $v := ${value}}}{{$q}}${key}%5B{{urlquery $k}}%5D={{urlquery $v}}${next}{{end}}`;
    case 'comma':
    case 'space':
    case 'pipe': {
      const separator = encodeURIComponent(separators[style]);
      const items = `{{range $i, $v := ${value}}}{{if $i}}${separator}{{end}}{{urlquery $v}}{{end}}`;
      return `{{$q}}${key}=${items}${next}`;
    }
  }
};

/** The body of an operation as JSON. A field that is not set is left out, because null is a value. */
export const bodyTemplate = (
  { body }: Pick<Operation, 'body'>,
  inBody: readonly Argument[],
): string | undefined => {
  if (body === undefined) return undefined;
  const [whole] = inBody;
  if (body !== 'fields') return whole && ifGiven(whole, `{{json ${read(whole)}}}`);
  const fields = inBody.map((argument) =>
    ifGiven(argument, `{{$c}}${keyOf(argument.parameter.name)}:{{json ${read(argument)}}}{{$c = ","}}`),
  );
  return `{{$c := ""}}{{"{"}}${fields.join('')}}`;
};

/** A JSON string in which all characters except letters, digits and a few marks are escaped. */
const keyOf = (name: string): string =>
  `"${name.replace(/[^A-Za-z0-9_. -]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
