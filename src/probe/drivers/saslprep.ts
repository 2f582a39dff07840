/** Spaces and characters that SASLprep replaces: RFC 4013, section 2.1, and RFC 3454, tables B.1 and C.1.2. */
const spaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
const dropped = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g;

/**
 * Whether PostgreSQL changes the password before it computes a SCRAM secret. The driver that the probe uses does the
 * same. The driver in the image of DBHub (pg 8.16) does not, so that its login is refused.
 */
export const isPrepared = (password: string): boolean =>
  password.replace(spaces, ' ').replace(dropped, '').normalize('NFKC') !== password;
