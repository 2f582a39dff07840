import type { HttpTool, Parameter } from '../../toolbox/toolbox-tool.ts';
import { allowedIndices, describeIndices } from '../indices.ts';
import type { Operation } from '../search-instance.ts';
import type { SearchEngineSpec } from '../search-resource.ts';

/** What the tools of one SearchEngine are made from. */
export interface ToolInput {
  spec: SearchEngineSpec;
  maxHits: number;
}

/** A tool as far as the engine decides it; its path begins at the engine's root. */
export type EngineTool = Omit<HttpTool, 'name' | 'source' | 'readOnly'>;

/** The tools of an engine; undefined: it has none for the operation, or none that would keep to the list of indices. */
export type EngineTools = Readonly<Record<Operation, (input: ToolInput) => EngineTool | undefined>>;

/** The parameter that names an index. */
export const indexParameter = ({ spec }: ToolInput, name = 'index'): Parameter => ({
  name,
  type: 'string',
  description: `Which ${name}: ${describeIndices(spec)}.`,
  allowed: allowedIndices(spec),
});

/** The parameters that bound an answer. */
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

/** Names of fields: no pattern and no reference to anything else. */
export const fieldName = '^[A-Za-z0-9_@][A-Za-z0-9_.@-]*$';
