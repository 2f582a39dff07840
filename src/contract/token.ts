/** Longest bearer token. A longer one leaves no room for other headers in the 16 KiB that servers read. */
const longest = 8192;

/** What {@link isBearerToken} accepts, as the end of a sentence. */
export const acceptedToken = `printable ASCII without spaces, line breaks and commas, at most ${longest} characters`;

/**
 * Whether a text can be a client's bearer token. DBHub splits its token at commas: each part would be a valid token,
 * and a list without parts would disable authentication. White space and other characters are not transmitted unchanged
 * in an Authorization header.
 * https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export const isBearerToken = (text: string): boolean =>
  text.length <= longest && /^[\x21-\x2b\x2d-\x7e]+$/.test(text);
