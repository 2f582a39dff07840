/** Where the credentials of a Resource are in a store of External Secrets: the platform's template, filled in. */

const placeholder = /\{(tenant|namespace|resource)\}/g;

/**
 * Why a template could give two Resources one key, as a phrase; undefined where it cannot. Names of namespaces and of
 * Resources hold lower case letters, digits, "-" and ".". Upper case does not separate them, as some stores ignore
 * case. So each placeholder must be told from the next by a "/" or a "_".
 */
export const ambiguity = (template: string): string | undefined => {
  const names = [...template.matchAll(placeholder)].map(([, name]) => name);
  if (!names.includes('resource')) return 'must have {resource}, or all Resources of a namespace get one key';
  if (!names.includes('tenant') && !names.includes('namespace'))
    return 'must have {namespace} or {tenant}, or Resources of several namespaces get one key';
  const between = template.split(placeholder).filter((_, index) => index % 2 === 0);
  return between.slice(1, -1).every((text) => /[/_]/.test(text))
    ? undefined
    : 'must have a "/" or a "_" between two placeholders: names may hold "-" and "."';
};

/**
 * What {tenant} stands for: the namespace without `tas-`. A namespace without that prefix gets a "_" before its name,
 * which no name holds, so that `acme` and `tas-acme` differ.
 */
export const tenantInKey = (namespace: string): string =>
  namespace.startsWith('tas-') ? namespace.slice('tas-'.length) : `_${namespace}`;

/** The key of a Resource. No two Resources of a cluster have the same one, if the template is not ambiguous. */
export const storeKey = (template: string, namespace: string, resource: string): string => {
  const values: Record<string, string> = { tenant: tenantInKey(namespace), namespace, resource };
  return template.replace(placeholder, (_, name: string) => values[name] ?? '');
};
