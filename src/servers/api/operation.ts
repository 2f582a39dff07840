/** The type of a parameter, as far as MCP Toolbox can check it. */
export type ValueType =
  /** `anywhere`: the pattern must match a part of the value, as in JSON Schema. Otherwise, it must match the whole value. */
  | { kind: 'string'; pattern?: string; anywhere?: true; values?: readonly string[] }
  | { kind: 'integer' | 'number'; minimum?: number; maximum?: number; values?: readonly number[] }
  /** An integer of 64 bits as a text of digits, because MCP Toolbox and many clients round numbers above 2^53. */
  | { kind: 'digits' }
  | { kind: 'boolean' }
  | { kind: 'array'; items: ValueType }
  /** An object, with any keys if `keys` is undefined. */
  | { kind: 'map'; keys?: readonly string[] };

/**
 * How a value is serialized in a query or a form. `spread` and `deep` are for objects, `json` is for forms.
 * https://spec.openapis.org/oas/v3.1.1.html#style-values
 */
export type QueryStyle = 'single' | 'repeated' | 'comma' | 'space' | 'pipe' | 'spread' | 'deep' | 'json';

/** A parameter of an operation. */
export interface Parameter {
  /** The name that is sent to the server. */
  name: string;
  in: 'path' | 'query' | 'header' | 'body';
  type: ValueType;
  required: boolean;
  description?: string;
  default?: string;
  /** For parameters in the query, and for the fields of a form. */
  style?: QueryStyle;
  /** Whether a field of a body that is not given is sent as null. */
  absentIsNull?: true;
}

/** The body as one value, if its fields cannot become parameters. */
export interface WholeBody {
  type: ValueType;
  /** Whether the value is a string that contains the body, such as a text of JSON. */
  verbatim?: true;
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
  /** The body: a JSON object or a form of the parameters in the body, or one value. Undefined if it has none. */
  body?: 'fields' | 'form' | WholeBody;
  /** The media type of the body. Default: application/json. */
  mediaType?: string;
  /** Whether an earlier operation has the same name, so that the name of the tool is made of method and path. */
  renamed?: true;
  /** Parts that callers cannot use, as phrases: "its parameter c, which is in a cookie". */
  notes?: readonly string[];
  /** The minimum number of characters of its tool. Absent if the schema of the spec bounds them. */
  characters?: number;
}

/** Identifies an operation, or without a method all operations of a path. */
export interface Called {
  name?: string;
  method?: Method;
  path: string;
  renamed?: true;
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
export const titleOf = ({ name, method, path, renamed }: Called): string =>
  name !== undefined && renamed === undefined ? name : method === undefined ? path : `${method} ${path}`;

/** Methods that change nothing. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
export const isReading = ({ method }: Called): boolean => method === 'GET' || method === 'HEAD';
