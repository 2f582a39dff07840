/** The type of a parameter, as far as MCP Toolbox can check it. */
export type ValueType =
  | { kind: 'string'; pattern?: string; values?: readonly string[] }
  | { kind: 'integer' | 'number'; minimum?: number; maximum?: number; values?: readonly number[] }
  | { kind: 'boolean' }
  | { kind: 'array'; items: ValueType }
  /** An object with any keys. */
  | { kind: 'map' };

/** How a value is serialized in a query. https://spec.openapis.org/oas/v3.1.1.html#style-values */
export type QueryStyle = 'single' | 'repeated' | 'comma' | 'space' | 'pipe' | 'deep';

/** A parameter of an operation. */
export interface Parameter {
  /** The name that is sent to the server. */
  name: string;
  in: 'path' | 'query' | 'header' | 'body';
  type: ValueType;
  required: boolean;
  description?: string;
  default?: string | number | boolean;
  /** For query parameters only. */
  style?: QueryStyle;
}

/** The body as one value, if its fields cannot become parameters. */
export interface WholeBody {
  type: ValueType;
  required: boolean;
  description?: string;
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

/** One operation of an API, declared by a spec or a document. */
export interface Operation {
  /** The `operationId`, or the name in the spec. Undefined if it has none. */
  name?: string;
  method: Method;
  /** With parameters in braces: `/todos/{id}`. */
  path: string;
  description?: string;
  parameters: readonly Parameter[];
  /** The JSON body: the parameters in the body, or one value. Undefined if it has none. */
  body?: 'fields' | WholeBody;
  /** Parts that callers cannot use, as phrases: "its field tag, which may be anything". */
  notes?: readonly string[];
  /** The minimum number of characters of its tool. Absent if the schema of the spec bounds them. */
  characters?: number;
}

/** Identifies an operation, or without a method all operations of a path. */
export interface Called {
  name?: string;
  method?: Method;
  path: string;
}

/** An operation that cannot be served, and why. */
export interface LeftOut extends Called {
  /** A phrase: "its parameter q is in a cookie". */
  reason: string;
}

/** The operations that an API declares. */
export interface Declared {
  operations: readonly Operation[];
  leftOut: readonly LeftOut[];
}

/** The name of an operation for people: `getTodo`, or `GET /todos/{id}` if it has no name. */
export const titleOf = ({ name, method, path }: Called): string =>
  name ?? (method === undefined ? path : `${method} ${path}`);

/** Methods that change nothing. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
export const isReading = ({ method }: Called): boolean => method === 'GET' || method === 'HEAD';
