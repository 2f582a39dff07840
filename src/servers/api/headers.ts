/** The name of a header, as far as it is one that every client of MCP can write as the name of an argument too. */
export const headerName = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Headers that steer the connection, the credentials or what the body is taken for, in lower case: never a
 * parameter, as whoever calls the tool would decide on them.
 */
export const reservedHeader =
  /^(accept-encoding|authorization|connection|content-(encoding|length|type)|cookie|expect|forwarded|host|http2-settings|keep-alive|proxy-.*|sec-.*|te|trailer|transfer-encoding|upgrade|user-agent|via|x-forwarded-.*|x-http-method-.*|x-real-.*)$/;

/** Whether a header is not for callers to set, in whatever case it is written. */
export const isReservedHeader = (name: string): boolean => reservedHeader.test(name.toLowerCase());
