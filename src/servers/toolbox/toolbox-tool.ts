import type { Fields } from './toolbox-yaml.ts';

/** A parameter of a tool. https://mcp-toolbox.dev/documentation/configuration/tools/#specifying-parameters */
export interface Parameter {
  /** What clients can write; a template names it as `.name`, or as `(index . "a-b")` where it is no word of Go. */
  name: string;
  type: 'string' | 'integer' | 'float' | 'boolean' | 'map' | 'array';
  description: string;
  /** By default it is, unless it has a default value. */
  required?: boolean;
  default?: string | number | boolean;
  /** Anchored regular expressions (RE2), of which a value has to match one. */
  allowed?: readonly string[];
  /** Regular expressions (RE2) that no part of a value may match. */
  excluded?: readonly string[];
  min?: number;
  max?: number;
  /** Of an array: what each of its items is. */
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
  /** Whether it only reads; what a client is told, nothing that is enforced. */
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

/** The document of a tool. */
export const toolDocument = (tool: HttpTool): Fields => ({
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
    ...(tool.idempotent !== undefined && { idempotentHint: tool.idempotent }),
  },
  ...(tool.headers && { headers: tool.headers }),
  ...parameters('pathParams', tool.pathParams),
  ...parameters('queryParams', tool.queryParams),
  ...parameters('headerParams', tool.headerParams),
  ...(tool.body !== undefined && { requestBody: tool.body }),
  ...parameters('bodyParams', tool.bodyParams),
});

/** The tools of one Resource under a name of their own, which `/mcp/<name>` serves. */
export const toolsetDocument = (name: string, tools: readonly HttpTool[]): Fields => ({
  kind: 'toolset',
  name,
  tools: tools.map((tool) => tool.name),
});

const parameters = (field: string, list: readonly Parameter[] = []): Fields =>
  list.length === 0 ? {} : { [field]: list.map(parameterFields) };

const parameterFields = ({ name, required, default: fallback, ...rest }: Parameter): Fields => ({
  name,
  ...valueFields(rest),
  ...(required === false && fallback === undefined && { required: false }),
  ...(fallback !== undefined && { default: fallback }),
});

const valueFields = (value: Omit<Parameter, 'name' | 'required' | 'default'>): Fields => ({
  type: value.type,
  description: value.description,
  ...(value.allowed && { allowedValues: value.allowed }),
  ...(value.excluded && { excludedValues: value.excluded }),
  ...(value.min !== undefined && { minValue: value.min }),
  ...(value.max !== undefined && { maxValue: value.max }),
  ...(value.items && { items: { name: 'item', ...valueFields(value.items) } }),
});
