import type { HttpTool, Parameter as ToolParameter } from '../toolbox/toolbox-tool.ts';
import { type Argument, argumentsOf } from './arguments.ts';
import { isReading, type Operation, type Parameter, type ValueType } from './operation.ts';
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
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body }),
    ...(pathParams.length > 0 && { pathParams: pathParams.map(parameterOf) }),
    ...(headerParams.length > 0 && { headerParams: headerParams.map(parameterOf) }),
    ...(bodyParams.length > 0 && { bodyParams: bodyParams.map(parameterOf) }),
  };
};

/** Methods that change something and are idempotent. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const idempotent: ReadonlySet<string> = new Set(['PUT', 'DELETE']);

const descriptionOf = (operation: Operation, about: string | undefined): string => {
  const what = said(operation.description) ?? `${operation.method} ${operation.path}`;
  return said(about) === undefined ? what : `${what}\n\nAPI: ${about}`;
};

const parameterOf = ({ name, parameter }: Argument): ToolParameter => ({
  name,
  ...valueFields(parameter.type),
  description: describe(parameter),
  required: parameter.required,
  ...(parameter.default !== undefined && { default: parameter.default }),
  ...excludedOf(parameter),
});

/** A description that is not empty. MCP Toolbox does not start if a description is empty. */
const said = (text: string | undefined): string | undefined => (text?.trim() === '' ? undefined : text);

/** The description of a parameter, with the constraints that MCP Toolbox checks but does not show to clients. */
const describe = ({ name, description, type }: Parameter): string => {
  const what = said(description) ?? said(name) ?? 'A value.';
  const values = 'values' in type && type.values ? type.values.join(', ') : undefined;
  if (values !== undefined && values.length <= 300) return `${what} (one of: ${values})`;
  return 'pattern' in type && type.pattern !== undefined ? `${what} (must match ${type.pattern})` : what;
};

const valueFields = (type: ValueType): Omit<ToolParameter, 'name' | 'description'> => {
  switch (type.kind) {
    case 'string': {
      const pattern = type.values ? oneOf(type.values) : type.pattern && anchored(type.pattern);
      return { type: 'string', ...(pattern !== undefined && { allowed: [pattern] }) };
    }
    case 'integer':
    case 'number':
      return {
        type: type.kind === 'integer' ? 'integer' : 'float',
        ...(type.minimum !== undefined && { min: type.minimum }),
        ...(type.maximum !== undefined && { max: type.maximum }),
        // Toolbox compares a number with the text of the pattern, and a float never equals it.
        ...(type.values && type.kind === 'integer' && { allowed: [oneOf(type.values.map(String))] }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return { type: 'array', items: { description: 'One of them.', ...valueFields(type.items) } };
    case 'map':
      return { type: 'map' };
  }
};

/**
 * Values that are refused regardless of the pattern: a segment of a path that changes the path when it is resolved
 * (Toolbox removes ".", and refuses ".."), or that servers read as several segments, and an invalid header.
 */
const excludedOf = ({ in: place, type }: Parameter): Pick<ToolParameter, 'excluded'> => {
  if (type.kind !== 'string') return {};
  if (place === 'path')
    return { excluded: [String.raw`^\.{0,2}$`, String.raw`[/\\]`, String.raw`[\x00-\x1f\x7f]`] };
  if (place === 'header') return { excluded: [String.raw`[^\x20-\x7e]`, '^ ', ' $'] };
  return {};
};
