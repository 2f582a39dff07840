import { z } from 'zod';

/**
 * A CEL rule for the API server, from `x-kubernetes-validations` of an OpenAPI schema.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
export interface CelRule {
  rule: string;
  message: string;
}

/** Adds CEL rules to a zod schema, because refinements of zod are lost in an OpenAPI schema. */
export const cel = (...rules: CelRule[]) => ({ 'x-kubernetes-validations': rules });

/** Like {@link cel}, for rules that apply in the claims flavour only. */
export const celForClaims = (...rules: CelRule[]) => ({ 'x-claims-validations': rules });

/** A refinement that a map has at most `max` entries, with the message that the API generator expects. */
export const atMost = (max: number) =>
  [(map: object) => Object.keys(map).length <= max, `at most ${max} entries`] as const;

/**
 * Marks that a string of a tenant must not contain. DBHub, MCP Toolbox and our renderer interpolate them, and DBHub
 * has no escape for them: `description: "${OTHER_PASSWORD}"` would disclose a secret.
 */
export const hostileMarks = ['${', '{{'] as const;

export const hostileMessage = 'must not contain "${" or "{{", because servers interpolate them';

/** The rule for strings that {@link hostileMarks} could be part of. */
export const hostileRule: CelRule = {
  rule: "!self.contains('${') && !self.contains('{{')",
  message: hostileMessage,
};

/** A string that a tenant writes: bounded, and without interpolation marks and control characters. */
export const text = (max: number, description: string) =>
  z
    .string()
    // Counted in code points, as the API server does.
    .refine((value) => value.length <= max || Array.from(value).length <= max, `at most ${max} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    .regex(/^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$/, 'must not contain control characters') // oxlint-disable-line no-control-regex
    .refine((value) => hostileMarks.every((mark) => !value.includes(mark)), hostileMessage)
    .meta({ description, maxLength: max, ...cel(hostileRule) });

/** RFC 1123 subdomain: the name of most Kubernetes objects. */
export const objectName = (description: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
      'must be a lower case RFC 1123 subdomain',
    )
    .meta({ description });

/** RFC 1123 label: the name of a namespace. */
export const namespaceName = (description: string) =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a lower case RFC 1123 label')
    .meta({ description });

/** A key in the data of a Secret or a ConfigMap. */
export const dataKey = (description: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[-._a-zA-Z0-9]+$/, 'must consist of letters, digits, "-", "_" or "."')
    .meta({ description });

/** A label key, with or without a prefix. */
export const labelKey = z
  .string()
  .min(1)
  .max(317)
  .regex(
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
    'must be a label key',
  );

/** A label value; may be empty. */
export const labelValue = z
  .string()
  .max(63)
  .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, 'must be a label value');

/** A map of labels, at most `max` of them. */
export const labels = (max: number, description: string) =>
  z
    .record(labelKey, labelValue)
    .refine(...atMost(max))
    .meta({ description, maxProperties: max });

/**
 * Resolvers accept several notations of addresses (`127.1`, `0x7f000001`). Only four decimal numbers are accepted here,
 * because other notations cannot be judged reliably. https://url.spec.whatwg.org/#ends-in-a-number-checker
 */
export const hostName =
  /^(([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\.)*[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?|((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))$/;

const portRule: CelRule = {
  rule: "!self.matches('^[^:]*:[0-9]+$')",
  message: 'must not contain a port: set it in the field port',
};

/** A DNS name or an IPv4 address. The servers do not support IPv6 addresses. */
export const host = (description: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(
      hostName,
      'must be a DNS name whose last label starts with a letter, or an IPv4 address with four decimal numbers',
    )
    .refine((value) => !/^[^:]*:[0-9]+$/.test(value), portRule.message)
    .meta({ description, ...cel(portRule) });

/** A TCP port. */
export const port = (description: string, min = 1) => z.int().min(min).max(65535).meta({ description });

/** An image reference: repository, with a tag, a digest, or both. */
export const image = (description: string) =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(
      /^[a-z0-9]([-a-zA-Z0-9._]*)(:[0-9]+)?(\/[a-z0-9][-a-z0-9._]*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]*)?(@sha256:[a-f0-9]{64})?$/,
      'must be an image reference such as "bytebase/dbhub:1.4.0"',
    )
    .meta({ description });

/** A duration in whole seconds, minutes or hours, such as `30s`, `5m` or `1h`. */
export const duration = (description: string) =>
  z
    .string()
    .max(8)
    .regex(/^[1-9][0-9]{0,5}(s|m|h)$/, 'must be a duration such as "30s", "5m" or "1h"')
    .meta({ description });

const secondsPerUnit: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** The number of seconds in a duration that {@link duration} accepted. */
export const seconds = (value: string): number =>
  Number(value.slice(0, -1)) * (secondsPerUnit[value.slice(-1)] ?? 1);

/** A Kubernetes quantity, as a number or a string: `500m`, `256Mi`, `2`. */
export const quantity = z
  .union([
    z.int().min(0),
    z
      .string()
      .max(32)
      .regex(
        /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
        'must be a quantity such as "500m" or "256Mi"',
      ),
  ])
  .meta({ 'x-kubernetes-int-or-string': true });
