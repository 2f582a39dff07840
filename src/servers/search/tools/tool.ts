import type { HttpTool, Parameter } from '../../toolbox/toolbox-tool.ts';
import { allowedIndices, describeIndices } from '../indices.ts';
import type { Operation } from '../search-instance.ts';
import type { SearchEngineSpec } from '../search-resource.ts';

/** The input for the tools of one SearchEngine. */
export interface ToolInput {
  spec: SearchEngineSpec;
  maxHits: number;
}

/** The fields of a tool that the engine decides. Its path is relative to the root of the engine. */
export type EngineTool = Omit<HttpTool, 'name' | 'source' | 'readOnly'>;

/** The tools of an engine. Undefined: the engine has no tool for the operation, or none that respects the list of indices. */
export type EngineTools = Readonly<Record<Operation, (input: ToolInput) => EngineTool | undefined>>;

/** The parameter that names an index. */
export const indexParameter = ({ spec }: ToolInput, name = 'index'): Parameter => ({
  name,
  type: 'string',
  description: `Which ${name}: ${describeIndices(spec)}.`,
  allowed: allowedIndices(spec),
});

/** The parameter that limits the number of hits. */
export const limitParameter = (name: string, { maxHits }: ToolInput): Parameter => ({
  name,
  type: 'integer',
  description: `How many hits to return, at most ${maxHits}.`,
  default: Math.min(10, maxHits),
  min: 0,
  max: maxHits,
});

export const offsetParameter = (name: string): Parameter => ({
  name,
  type: 'integer',
  description: 'How many hits to skip.',
  default: 0,
  min: 0,
  max: 10_000,
});

/** Names of fields. They exclude patterns and references. */
export const fieldName = '^[A-Za-z0-9_@][A-Za-z0-9_.@-]*$';
