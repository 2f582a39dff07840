/** Characters that a bearer token may have: more would leave no room for other headers in the 16 KiB that servers read. */
const longest = 8192;

/** What {@link isBearerToken} accepts, as the end of a sentence. */
export const acceptedToken = `printable ASCII without spaces, line breaks and commas, at most ${longest} characters`;

/**
 * Whether a text can be a client's bearer token. Every server compares such a text as a whole. DBHub splits its token
 * at commas: each part would open the server, and a list without parts would open it to everybody. Whitespace and
 * other characters do not arrive in an Authorization header as they were written.
 * https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export const isBearerToken = (text: string): boolean =>
  text.length <= longest && /^[\x21-\x2b\x2d-\x7e]+$/.test(text);
