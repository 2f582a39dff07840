import type { StructuralSchema } from './structural.ts';

/** One field of a schema. Its path is such as `spec.tolerations[].key` for a field of a list's items. */
export interface Field {
  path: string;
  required: boolean;
  schema: StructuralSchema;
}

/** All fields below a schema, in the order of their declaration. */
export const fields = (schema: StructuralSchema, path = ''): Field[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const own = path ? `${path}.${name}` : name;
    const required = schema.required?.includes(name) ?? false;
    return [{ path: own, required, schema: property }, ...below(property, own)];
  });

function below(schema: StructuralSchema, path: string): Field[] {
  if (schema.items) return below(schema.items, `${path}[]`).concat(fields(schema.items, `${path}[]`));
  if (schema.additionalProperties) return fields(schema.additionalProperties, `${path}.*`);
  return path.endsWith('[]') ? [] : fields(schema, path);
}

/** The type of a value in words, such as `list of strings`. */
export function typeName(schema: StructuralSchema, plural = false): string {
  if (schema['x-kubernetes-int-or-string']) return plural ? 'quantities' : 'quantity';
  if (schema.items) return `${plural ? 'lists' : 'list'} of ${typeName(schema.items, true)}`;
  if (schema.additionalProperties)
    return `${plural ? 'maps' : 'map'} of ${typeName(schema.additionalProperties, true)}`;
  const name = schema.type ?? 'any value';
  return plural && schema.type ? `${name}s` : name;
}

/** The accepted values in words. */
export function accepted(schema: StructuralSchema): string {
  const element = schema.items ?? schema.additionalProperties;
  const inside = element && !element.properties ? accepted(element) : '';
  const words = [
    schema.enum?.map((value) => code(typeof value === 'string' ? value : JSON.stringify(value))).join(', '),
    range(schema),
    ...(schema['x-kubernetes-validations'] ?? []).map(({ message }) =>
      withCode(message.replace(/^must be /, '')),
    ),
    schema.maxLength === undefined ? undefined : `at most ${schema.maxLength} characters`,
    schema.minItems === undefined ? undefined : `at least ${schema.minItems}`,
    schema.maxItems === undefined ? undefined : `at most ${schema.maxItems}`,
    schema.maxProperties === undefined ? undefined : `at most ${schema.maxProperties} entries`,
    inside && `${schema.items ? 'each' : 'each value'}: ${inside}`,
  ];
  return words.filter(Boolean).join('; ');
}

/** Formats the quoted words of a sentence as Markdown code. */
export const withCode = (sentence: string) =>
  sentence.replace(/"([^"`\s]+)"/g, (_, word: string) => code(word));

/** Formats a text as Markdown code. */
export const code = (text: string) => `\`${text}\``;

function range({ minimum, maximum }: StructuralSchema): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}
