import { fail, ok, type Result } from '../contract/result.ts';

/** A placeholder as the function emits it. Nothing else in a template looks like one: tenants may not write `${`. */
const placeholder = /\$\{([A-Z0-9_]+)\}/g;

/** What may stand in for a placeholder: the function has encoded it for its place. */
const encoded = /^[\x21-\x7e]*$/;

/** Names of the placeholders in a template, each once. */
export const placeholdersIn = (template: string): string[] => [
  ...new Set([...template.matchAll(placeholder)].flatMap(([, name]) => name ?? [])),
];

/**
 * Puts values in the place of placeholders, in one pass, so that a value that looks like a placeholder
 * stays what it is. The error names every placeholder that has no value, or none that can be written.
 */
export const substitute = (
  template: string,
  values: Readonly<Record<string, string>>,
): Result<string, string> => {
  const names = placeholdersIn(template);
  const unset = names.filter((name) => !Object.hasOwn(values, name));
  if (unset.length > 0) return fail(`no value for ${unset.join(', ')}`);
  const broken = names.filter((name) => !encoded.test(values[name] ?? ''));
  if (broken.length > 0)
    return fail(`the value of ${broken.join(', ')} is not printable ASCII without spaces`);
  return ok(template.replace(placeholder, (_, name: string) => values[name] ?? ''));
};
