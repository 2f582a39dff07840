import type { Encoding } from '../../contract/targets.ts';
import type { Credential } from '../server-type.ts';
import type { ApiEndpointSpec } from './api-resource.ts';

type Ref = NonNullable<ApiEndpointSpec['credentialsRef']>;

/** What all of a type's credentials are made one of: the value of a header, or of a query parameter. */
export const purpose = 'AUTHORIZATION';

/** How a value is written for its place. */
export const encodingOf = ({ method }: Pick<Ref, 'method'>): Encoding =>
  method === 'query' ? 'json' : 'header';

/** The header that takes the credentials; undefined where the query does. */
export const headerOf = ({ method, parameter }: Ref): string | undefined =>
  method === 'query' ? undefined : method === 'header' ? (parameter ?? '') : 'Authorization';

/** The query parameter that takes the credentials; undefined where a header does. */
export const queryOf = ({ method, parameter }: Ref): string | undefined =>
  method === 'query' ? (parameter ?? '') : undefined;

/** One value from the keys of the Secret. */
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
