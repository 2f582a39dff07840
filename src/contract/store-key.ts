/** The key of a Resource's credentials in the store of External Secrets, from the platform's template. */

const placeholder = /\{(tenant|namespace|resource)\}/g;

/**
 * Why a template could give two Resources the same key, as a phrase. Undefined if it cannot. Names of namespaces and of
 * Resources consist of lower case letters, digits, "-" and ".". Upper case does not separate them, because some stores
 * ignore case. So a "/" or a "_" must separate each placeholder from the next.
 */
export const ambiguity = (template: string): string | undefined => {
  const names = [...template.matchAll(placeholder)].map(([, name]) => name);
  if (!names.includes('resource'))
    return 'must contain {resource}, otherwise all Resources of a namespace have the same key';
  if (!names.includes('tenant') && !names.includes('namespace'))
    return 'must contain {namespace} or {tenant}, otherwise Resources of several namespaces have the same key';
  const between = template.split(placeholder).filter((_, index) => index % 2 === 0);
  return between.slice(1, -1).every((text) => /[/_]/.test(text))
    ? undefined
    : 'must have a "/" or a "_" between two placeholders, because names can contain "-" and "."';
};

/**
 * The value of {tenant}: the namespace without `tas-`. A namespace without that prefix is prefixed with "_", which no
 * name contains, so that `acme` and `tas-acme` differ.
 */
const tenantInKey = (namespace: string): string =>
  namespace.startsWith('tas-') ? namespace.slice('tas-'.length) : `_${namespace}`;

/** The key of a Resource. It is unique in the cluster if the template is not ambiguous. */
export const storeKey = (template: string, namespace: string, resource: string): string => {
  const values: Record<string, string> = { tenant: tenantInKey(namespace), namespace, resource };
  return template.replace(placeholder, (_, name: string) => values[name] ?? '');
};
