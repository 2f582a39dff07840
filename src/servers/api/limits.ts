import type { ValueType } from './operation.ts';

/** Longest list of accepted values that is shown in full. */
const maxShown = 600;

/** What a value must be, as phrases for the models that use a tool. Only the types are shown to clients otherwise. */
export const limitsOf = (type: ValueType): string[] => {
  switch (type.kind) {
    case 'string':
      if (type.values) return oneOfThese(type.values);
      return type.pattern === undefined ? [] : [`must match ${type.pattern}`];
    case 'integer':
    case 'number':
      return type.values ? oneOfThese(type.values.map(String)) : boundsOf(type);
    case 'digits':
      return ['an integer, as digits'];
    case 'array':
      return limitsOf(type.items).map((limit) => `each: ${limit}`);
    case 'map':
      return type.keys ? [`keys: ${oneOfThese(type.keys).join('')}`] : [];
    case 'boolean':
      return [];
  }
};

const boundsOf = ({ minimum, maximum }: { minimum?: number; maximum?: number }): string[] => {
  if (minimum !== undefined && maximum !== undefined) return [`${minimum} to ${maximum}`];
  if (minimum !== undefined) return [`at least ${minimum}`];
  return maximum === undefined ? [] : [`at most ${maximum}`];
};

const oneOfThese = (values: readonly string[]): string[] => {
  const shown: string[] = [];
  let length = 0;
  for (const value of values) {
    length += value.length + 2;
    if (length > maxShown) break;
    shown.push(value);
  }
  const more = values.length - shown.length;
  return [`one of: ${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`];
};
