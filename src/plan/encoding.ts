import type { Encoding } from '../contract/targets.ts';

/** Encoders. Their results are printable ASCII without spaces. */
const encoders: Record<Encoding, (value: string) => string | undefined> = {
  /** RFC 3986 percent-encoding of all but unreserved characters: for the parts of a URL. */
  percent: (value) =>
    encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  /** Text inside a quoted JSON or YAML string. Escapes every character that could have a special meaning. */
  json: (value) => quoted(value),
  /**
   * As `json`, but accepts only the content of an HTTP header field: https://www.rfc-editor.org/rfc/rfc9110#section-5.5
   */
  header: (value) => (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) ? quoted(value) : undefined),
  /** The value without any change. Values that would need one are rejected. */
  plain: (value) => (/^[\x21-\x7e]+$/.test(value) ? value : undefined),
};

/** JSON and YAML share the escape with four digits. It cannot express characters above U+FFFF. */
const quoted = (value: string): string | undefined =>
  /[\ud800-\udfff]/.test(value) ? undefined : value.replace(/[^-A-Za-z0-9_.~+/=:]+/g, escaped);

/** Replaces every character with an escape of four digits. */
const escaped = (text: string): string => {
  let escapes = '';
  for (let at = 0; at < text.length; at++)
    escapes += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
};

/** Returns the value as it is written to the configuration, or undefined if it cannot be encoded. */
export const encode = (value: string, encoding: Encoding): string | undefined => encoders[encoding](value);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns the text of a base64 value in a Secret's data, or undefined if it is not UTF-8 or contains NUL. */
export const decodeSecretValue = (base64: string): string | undefined => {
  try {
    const text = utf8.decode(Buffer.from(base64, 'base64'));
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
};

/** Encodes printable ASCII text as a value of a Secret's data. */
export const encodeSecretValue = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
