import type { Encoding } from '../contract/targets.ts';

/** How each encoding writes a value, so that what is in the Secret is printable ASCII without spaces. */
const encoders: Record<Encoding, (value: string) => string | undefined> = {
  /** RFC 3986 percent-encoding of all but unreserved characters: for the parts of a URL. */
  percent: (value) =>
    encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  /** Any text, in a quoted string of JSON or of YAML: what is not sure to mean itself there is escaped. */
  json: (value) => quoted(value),
  /** The same, of what a field of an HTTP header may hold: https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
  header: (value) => (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) ? quoted(value) : undefined),
  /** As it stands, or not at all. */
  plain: (value) => (/^[\x21-\x7e]+$/.test(value) ? value : undefined),
};

/** An escape of four digits, which is one in JSON and in YAML, reaches no character beyond the first plane. */
const quoted = (value: string): string | undefined =>
  /[\ud800-\udfff]/.test(value) ? undefined : value.replace(/[^-A-Za-z0-9_.~+/=:]+/g, escaped);

/** Every character of a text as an escape of four digits. */
const escaped = (text: string): string => {
  let escapes = '';
  for (let at = 0; at < text.length; at++)
    escapes += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
};

/** The value as it may stand in the rendered configuration, or undefined where it cannot be expressed. */
export const encode = (value: string, encoding: Encoding): string | undefined => encoders[encoding](value);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text in a base64 value of a Secret's data, or undefined where it is not UTF-8 or holds NUL. */
export const decodeSecretValue = (base64: string): string | undefined => {
  try {
    const text = utf8.decode(Buffer.from(base64, 'base64'));
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
};

/** The same printable ASCII text as a value of a Secret's data. */
export const encodeSecretValue = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
