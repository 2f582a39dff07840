import type { Operation, Parameter, ValueType } from '../operation.ts';
import type { Reading } from './reading.ts';

/** What a tool, and a parameter of one, take in the configuration beside their own texts. */
const perTool = 300;
const perParameter = 100;

/**
 * Characters that the tool of an operation has at least: each text counts once. Told before anything is written, as
 * references can make a small document declare a great deal.
 */
export const charactersOf = (
  { name = '', path, description = '', parameters, body }: Operation,
  reading: Reading,
): number => {
  const own = perTool + name.length + path.length + description.length;
  const whole = typeof body === 'object' ? (body.description?.length ?? 0) + charactersOfType(body.type) : 0;
  return parameters.reduce(
    (sum, parameter) => sum + reading.once('characters', parameter, () => charactersOfParameter(parameter)),
    own + whole,
  );
};

const charactersOfParameter = ({ name, description = '', type }: Parameter): number =>
  perParameter + name.length + description.length + charactersOfType(type);

const charactersOfType = (type: ValueType): number => {
  switch (type.kind) {
    case 'string':
      return (type.pattern?.length ?? 0) + (type.values?.reduce((sum, value) => sum + value.length, 0) ?? 0);
    case 'array':
      return charactersOfType(type.items);
    case 'integer':
    case 'number':
    case 'boolean':
    case 'map':
      return 0;
  }
};
