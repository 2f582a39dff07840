import type { HttpTool, Parameter as ToolParameter } from '../toolbox/toolbox-tool.ts';
import { type Argument, argumentsOf } from './arguments.ts';
import { limitsOf } from './limits.ts';
import { isReading, type Operation, type Parameter, type QueryStyle, type ValueType } from './operation.ts';
import { anchored, oneOf } from './pattern.ts';
import { bodyTemplate, pathTemplate } from './template.ts';

/** Where the tools of a Resource send requests. */
export interface Place {
  /** Name of the source. */
  source: string;
  /** Prefix of the paths of the operations. */
  basePath: string;
  /** Description of the Resource, for the descriptions of its tools. */
  about?: string;
}

/** An operation as a tool of MCP Toolbox. */
export const toolOf = (name: string, operation: Operation, { source, basePath, about }: Place): HttpTool => {
  const all = argumentsOf(operation);
  const inPlace = (...places: Parameter['in'][]) =>
    all.filter(({ parameter }) => places.includes(parameter.in));
  const body = bodyTemplate(operation, inPlace('body'));
  const [pathParams, headerParams, bodyParams] = [
    inPlace('path', 'query'),
    inPlace('header'),
    inPlace('body'),
  ];
  return {
    name,
    source,
    method: operation.method,
    path: basePath + pathTemplate(operation.path, pathParams),
    description: descriptionOf(operation, about),
    readOnly: isReading(operation),
    ...(idempotent.has(operation.method) && { idempotent: true }),
    ...(body !== undefined && {
      headers: { 'Content-Type': operation.mediaType ?? 'application/json' },
      body,
    }),
    ...(pathParams.length > 0 && { pathParams: pathParams.map(parameterOf) }),
    ...(headerParams.length > 0 && { headerParams: headerParams.map(parameterOf) }),
    ...(bodyParams.length > 0 && { bodyParams: bodyParams.map(parameterOf) }),
  };
};

/** Methods that change something and are idempotent. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const idempotent: ReadonlySet<string> = new Set(['PUT', 'DELETE']);

const descriptionOf = (operation: Operation, about: string | undefined): string => {
  const { description, method, path, notes = [] } = operation;
  const what = said(description) ?? `${method} ${path}`;
  // MCP Toolbox ignores unknown arguments, so callers must know what they cannot set.
  const without = notes.length > 0 ? `\n\nCallers cannot set ${notes.join('; ')}.` : '';
  return said(about) === undefined ? `${what}${without}` : `${what}${without}\n\nAPI: ${about}`;
};

const parameterOf = ({ name, parameter }: Argument): ToolParameter => {
  const { type, required, default: fallback, absentIsNull } = parameter;
  // MCP Toolbox sends every header. The gate removes those without a value.
  const optionalHeader = parameter.in === 'header' && !required && fallback === undefined;
  const fields = valueFields(type, parameter.in, parameter.style);
  return {
    name,
    ...fields,
    ...(optionalHeader && fields.allowed && { allowed: [...fields.allowed, '^$'] }),
    description: describe(parameter),
    required: required && absentIsNull === undefined && !optionalHeader,
    ...(optionalHeader && { default: '' }),
    ...(fallback !== undefined && { default: fallback }),
  };
};

/** A description that is not empty. MCP Toolbox does not start if a description is empty. */
const said = (text: string | undefined): string | undefined => (text?.trim() === '' ? undefined : text);

/** The description of a parameter, with the constraints that MCP Toolbox checks but does not show to clients. */
const describe = ({ name, description, type, absentIsNull }: Parameter): string => {
  const what = said(description) ?? said(name) ?? 'A value.';
  const isNamed = /^[\x20-\x7e]*$/.test(name) || what.includes(name);
  const limits = [
    ...limitsOf(type),
    ...(absentIsNull ? ['null if it is left out'] : []),
    // The name of the argument has lost its letters.
    ...(isNamed ? [] : [`sent as ${name}`]),
  ];
  return limits.length > 0 ? `${what} (${limits.join('; ')})` : what;
};

const valueFields = (
  type: ValueType,
  place: Parameter['in'],
  style?: QueryStyle,
): Omit<ToolParameter, 'name' | 'description'> => {
  const excluded = excludedOf(type, place, style);
  switch (type.kind) {
    case 'string': {
      const pattern = type.values ? oneOf(type.values) : patternOf(type);
      return { type: 'string', ...(pattern !== undefined && { allowed: [pattern] }), ...excluded };
    }
    case 'digits':
      return { type: 'string', allowed: [digits] };
    case 'integer':
      return {
        type: 'integer',
        // Beyond these, MCP Toolbox and its clients round.
        min: type.minimum ?? Number.MIN_SAFE_INTEGER,
        max: type.maximum ?? Number.MAX_SAFE_INTEGER,
        ...(type.values && { allowed: [oneOf(type.values.map(String))] }),
      };
    case 'number':
      return {
        type: 'float',
        ...(type.minimum !== undefined && { min: type.minimum }),
        ...(type.maximum !== undefined && { max: type.maximum }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return {
        type: 'array',
        items: {
          description: limitsOf(type.items).join('; ') || 'One of them.',
          ...valueFields(type.items, place, style),
        },
      };
    case 'map':
      return { type: 'map' };
  }
};

const patternOf = ({ pattern, anywhere }: { pattern?: string; anywhere?: true }): string | undefined =>
  pattern === undefined || anywhere ? pattern : anchored(pattern);

/** An integer of at most 64 bits, without a sign or with one. */
const digits = '^-?(?:0|[1-9][0-9]{0,19})$';

/**
 * Values that are refused regardless of the pattern: a segment of a path that changes the path when it is resolved
 * (Toolbox removes ".", and refuses ".."), or that servers read as several segments, an invalid header, and the
 * separator in an item of a list.
 */
const excludedOf = (
  type: ValueType,
  place: Parameter['in'],
  style: QueryStyle | undefined,
): Pick<ToolParameter, 'excluded'> => {
  if (type.kind !== 'string') return {};
  if (place === 'path')
    return {
      excluded: [
        String.raw`^\.{0,2}$`,
        String.raw`[/\\]`,
        String.raw`[\x00-\x1f\x7f]`,
        ...(style === undefined ? [] : [',']),
      ],
    };
  if (place === 'header') return { excluded: [String.raw`[^\x20-\x7e]`, '^ ', ' $'] };
  if (style === 'comma') return { excluded: [','] };
  if (style === 'space') return { excluded: [' '] };
  return style === 'pipe' ? { excluded: [String.raw`\|`] } : {};
};
