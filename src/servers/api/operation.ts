/** What a value of a parameter is, as far as MCP Toolbox can check it. */
export type ValueType =
  | { kind: 'string'; pattern?: string; values?: readonly string[] }
  | { kind: 'integer' | 'number'; minimum?: number; maximum?: number; values?: readonly number[] }
  | { kind: 'boolean' }
  | { kind: 'array'; items: ValueType }
  /** An object of any keys. */
  | { kind: 'map' };

/** How a value is written into a query. https://spec.openapis.org/oas/v3.1.1.html#style-values */
export type QueryStyle = 'single' | 'repeated' | 'comma' | 'space' | 'pipe' | 'deep';

/** One value that a caller of an operation gives. */
export interface Parameter {
  /** As it goes to the server. */
  name: string;
  in: 'path' | 'query' | 'header' | 'body';
  type: ValueType;
  required: boolean;
  description?: string;
  default?: string | number | boolean;
  /** Of a query parameter. */
  style?: QueryStyle;
}

/** The body as one value, where its fields cannot be told apart. */
export interface WholeBody {
  type: ValueType;
  required: boolean;
  description?: string;
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

/** One operation of an API, whether a spec or a document declares it. */
export interface Operation {
  /** Its `operationId`, or the name that the spec gives it; undefined where it has none. */
  name?: string;
  method: Method;
  /** With its parameters in braces: `/todos/{id}`. */
  path: string;
  description?: string;
  parameters: readonly Parameter[];
  /** Its body as JSON: the parameters that are in it, or one value. Undefined: it has none. */
  body?: 'fields' | WholeBody;
  /** What of it callers cannot use, as phrases: "its field tag, which may be anything". */
  notes?: readonly string[];
  /** Characters that its tool has at least; absent where the spec itself bounds them. */
  characters?: number;
}

/** What an operation is called; without a method, all those of a path. */
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

/** What an API declares. */
export interface Declared {
  operations: readonly Operation[];
  leftOut: readonly LeftOut[];
}

/** What an operation is called for people: `getTodo`, or `GET /todos/{id}` where it has no name. */
export const titleOf = ({ name, method, path }: Called): string =>
  name ?? (method === undefined ? path : `${method} ${path}`);

/** Methods that change nothing. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
export const isReading = ({ method }: Called): boolean => method === 'GET' || method === 'HEAD';
