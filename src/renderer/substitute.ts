import { fail, ok, type Result } from '../contract/result.ts';

/**
 * A placeholder, as the function writes it. Nothing else in a template matches, because tenants must not write `${`.
 */
const placeholder = /\$\{([A-Z0-9_]+)\}/g;

/** Characters of a value. The function has encoded it for its position. */
const encoded = /^[\x21-\x7e]*$/;

/** Returns the names of the placeholders in a template, without duplicates. */
export const placeholdersIn = (template: string): string[] => [
  ...new Set([...template.matchAll(placeholder)].flatMap(([, name]) => name ?? [])),
];

/**
 * Replaces placeholders with values in one pass, so that a value that looks like a placeholder is not replaced. The
 * error names every placeholder whose value is missing or cannot be written.
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
