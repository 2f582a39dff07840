import type { Encoding } from '../contract/server-type.ts';

/** How each encoding writes a value, so that what is in the Secret is printable ASCII without spaces. */
const encoders: Record<Encoding, (value: string) => string | undefined> = {
  /** RFC 3986 percent-encoding of all but unreserved characters: for the parts of a URL. */
  percent: (value) =>
    encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  /** As it stands, or not at all. */
  plain: (value) => (/^[\x21-\x7e]+$/.test(value) ? value : undefined),
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
