import type { Operation, Parameter, ValueType } from '../operation.ts';
import type { Reading } from './reading.ts';

/** Characters of a tool and of a parameter in the configuration, in addition to their texts. */
const perTool = 300;
const perParameter = 100;
const perKey = 10;

/**
 * The minimum number of characters of an operation's tool. Each text counts once. It is computed before anything is
 * written, because references can make a small document declare very much.
 */
export const charactersOf = (
  { name = '', path, description = '', parameters, body, notes = [] }: Operation,
  reading: Reading,
): number => {
  const said = notes.reduce((sum, note) => sum + note.length, description.length);
  const own = perTool + name.length + path.length + said;
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
    case 'digits':
      return 0;
    case 'map':
      return type.keys?.reduce((sum, key) => sum + perKey + 2 * key.length, 0) ?? 0;
  }
};
