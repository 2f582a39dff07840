import type { Encoding } from '../../contract/targets.ts';
import type { Credential } from '../server-type.ts';
import type { ApiEndpointSpec } from './api-resource.ts';

type Ref = NonNullable<ApiEndpointSpec['credentialsRef']>;

/** Purpose of the only value from the credentials: the value of a header or of a query parameter. */
export const purpose = 'AUTHORIZATION';

/** How the value is escaped for its place. */
export const encodingOf = ({ method }: Pick<Ref, 'method'>): Encoding =>
  method === 'query' ? 'json' : 'header';

/** The name of the header for the credentials. Undefined if they are in the query. */
export const headerOf = ({ method, parameter }: Ref): string | undefined =>
  method === 'query' ? undefined : method === 'header' ? (parameter ?? '') : 'Authorization';

/** The name of the query parameter for the credentials. Undefined if they are in a header. */
export const queryOf = ({ method, parameter }: Ref): string | undefined =>
  method === 'query' ? (parameter ?? '') : undefined;

/** How to make the value from the keys of the Secret. */
export const credentialOf = (ref: Ref): Credential => {
  const encoding = encodingOf(ref);
  switch (ref.method) {
    case 'bearer':
      return {
        purpose,
        keys: [ref.tokenKey],
        join: bearer,
        accepts: 'a token of visible ASCII characters without spaces',
        encoding,
      };
    case 'basic':
      return {
        purpose,
        keys: [ref.userKey, ref.passwordKey],
        join: basic,
        accepts: 'a user name without a colon, and a password',
        encoding,
      };
    case 'header':
    case 'query':
      return { purpose, keys: [ref.tokenKey], encoding };
  }
};

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const bearer = (token = ''): string | undefined =>
  /^[\x21-\x7e]+$/.test(token) ? `Bearer ${token}` : undefined;

/** https://www.rfc-editor.org/rfc/rfc7617#section-2 */
const basic = (user = '', password = ''): string | undefined =>
  /[:\p{Cc}]/u.test(user) || /\p{Cc}/u.test(password) ? undefined : `Basic ${base64(`${user}:${password}`)}`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
