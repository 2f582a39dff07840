/** A parameter of a tool. https://mcp-toolbox.dev/documentation/configuration/tools/#specifying-parameters */
export interface Parameter {
  /** The name for clients. Templates read it as `.name`, or as `(index . "a-b")` if it is not an identifier of Go. */
  name: string;
  type: 'string' | 'integer' | 'float' | 'boolean' | 'map' | 'array';
  description: string;
  /** Default: true, unless the parameter has a default value. */
  required?: boolean;
  default?: string | number | boolean;
  /** Anchored regular expressions (RE2). A value must match one of them. */
  allowed?: readonly string[];
  /** Regular expressions (RE2) that no part of a value may match. */
  excluded?: readonly string[];
  min?: number;
  max?: number;
  /** The items of an array. */
  items?: Omit<Parameter, 'name' | 'required' | 'default'>;
}

/** A tool that sends one request. https://mcp-toolbox.dev/integrations/http/tools/http-tool/ */
export interface HttpTool {
  name: string;
  /** Name of its source. */
  source: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A Go template of {@link HttpTool.pathParams}, from the gate's root: `/shop/{{pathEscape .index}}/_search`. May end in a query. */
  path: string;
  description: string;
  /** Whether the tool only reads: a hint for clients, which is not enforced. */
  readOnly: boolean;
  destructive?: boolean;
  idempotent?: boolean;
  headers?: Readonly<Record<string, string>>;
  pathParams?: readonly Parameter[];
  queryParams?: readonly Parameter[];
  headerParams?: readonly Parameter[];
  /** A Go template of {@link HttpTool.bodyParams}: `{"q": {{json .q}}}`. */
  body?: string;
  bodyParams?: readonly Parameter[];
}

/** The document of a tool. JSON leaves out what is undefined. */
export const toolDocument = (tool: HttpTool) => ({
  kind: 'tool',
  name: tool.name,
  type: 'http',
  source: tool.source,
  method: tool.method,
  path: tool.path,
  description: tool.description,
  annotations: {
    readOnlyHint: tool.readOnly,
    destructiveHint: tool.destructive ?? !tool.readOnly,
    idempotentHint: tool.idempotent,
  },
  headers: tool.headers,
  pathParams: tool.pathParams?.map(parameterFields),
  queryParams: tool.queryParams?.map(parameterFields),
  headerParams: tool.headerParams?.map(parameterFields),
  requestBody: tool.body,
  bodyParams: tool.bodyParams?.map(parameterFields),
});

/** The toolset of the tools of one Resource, which `/mcp/<name>` serves. */
export const toolsetDocument = (name: string, tools: readonly HttpTool[]) => ({
  kind: 'toolset',
  name,
  tools: tools.map((tool) => tool.name),
});

const parameterFields = ({ name, required, default: fallback, ...rest }: Parameter) => ({
  name,
  ...valueFields(rest),
  required: required === false && fallback === undefined ? false : undefined,
  default: fallback,
});

const valueFields = (value: Omit<Parameter, 'name' | 'required' | 'default'>): object => ({
  type: value.type,
  description: value.description,
  allowedValues: value.allowed,
  excludedValues: value.excluded,
  minValue: value.min,
  maxValue: value.max,
  items: value.items && { name: 'item', ...valueFields(value.items) },
});
