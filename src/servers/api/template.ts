import type { Argument } from './arguments.ts';
import type { Operation } from './operation.ts';
import { partsOf } from './path.ts';
import { encodedText, jsonText, pairOf, pathText, separated, withBlocks } from './template-values.ts';

/**
 * The Go templates of a tool (https://pkg.go.dev/text/template). Text of a tenant never becomes template code: names of
 * arguments consist of plain characters, and all other text is encoded for its place.
 */

/** How a template reads an argument. */
const read = ({ name }: Argument): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `(index . "${name}")`;

/** Whether an argument always has a value. */
const isGiven = ({ parameter }: Argument): boolean =>
  (parameter.required && parameter.absentIsNull === undefined) || parameter.default !== undefined;

const ifGiven = (argument: Argument, then: string, otherwise = ''): string =>
  isGiven(argument)
    ? then
    : `{{if ne ${read(argument)} nil}}${then}${otherwise && `{{else}}${otherwise}`}{{end}}`;

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
    const { type } = argument.parameter;
    return type.kind === 'array'
      ? separated(read(argument), ',', (item) => pathText(type.items, item))
      : pathText(type, read(argument));
  });
  const pairs = inQuery.map((argument) =>
    ifGiven(argument, pairOf(argument.parameter, read(argument), '$q', '&')),
  );
  return withBlocks([...segments, ...(pairs.length > 0 ? ['{{$q := "?"}}', ...pairs] : [])].join(''));
};

/** The body of an operation. A field that is not set is left out, because null is a value. */
export const bodyTemplate = (
  { body }: Pick<Operation, 'body'>,
  inBody: readonly Argument[],
): string | undefined => {
  if (body === undefined) return undefined;
  if (body === 'form')
    return withBlocks(
      `{{$q := ""}}${inBody
        .map((argument) => ifGiven(argument, pairOf(argument.parameter, read(argument), '$q', '&')))
        .join('')}`,
    );
  if (body === 'fields') return withBlocks(`{{$c := ""}}{{"{"}}${inBody.map(fieldOf).join('')}}`);
  const [whole] = inBody;
  if (!whole) return undefined;
  const value = read(whole);
  return withBlocks(ifGiven(whole, body.verbatim ? `{{${value}}}` : jsonText(whole.parameter.type, value)));
};

const fieldOf = (argument: Argument): string => {
  const { name, type, absentIsNull } = argument.parameter;
  const field = (value: string) => `{{$c}}${encodedText(name)}:${value}{{$c = ","}}`;
  return ifGiven(
    argument,
    field(jsonText(type, read(argument))),
    absentIsNull === undefined ? '' : field('null'),
  );
};
