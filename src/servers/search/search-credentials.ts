import type { Credential } from '../server-type.ts';
import { type AuthMethod, engines } from './engines.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/** Of the one value that is kept of a SearchEngine's credentials: a whole header field. */
export const purpose = 'AUTHORIZATION';

type CredentialsRef = NonNullable<SearchEngineSpec['credentialsRef']>;

const methodOf = (type: SearchEngineSpec['type'], ref: CredentialsRef): AuthMethod =>
  ref.method ?? engines[type].methods[0];

/** The header field that takes the credentials. */
export const headerOf = ({ type, credentialsRef: ref }: SearchEngineSpec): string | undefined => {
  if (!ref) return undefined;
  if (type === 'typesense') return 'X-TYPESENSE-API-KEY';
  return type === 'qdrant' && methodOf(type, ref) === 'apiKey' ? 'api-key' : 'Authorization';
};

/** How the header is made of the Secret's keys. https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const credentialOf = (type: SearchEngineSpec['type'], ref: CredentialsRef): Credential => {
  const method = methodOf(type, ref);
  const header = { purpose, encoding: 'header' } as const;
  if (method === 'basic') {
    return {
      ...header,
      keys: [ref.userKey, ref.passwordKey],
      join: (user = '', password = '') =>
        user.includes(':') ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      accepts: 'UTF-8 text, the user name without a colon',
    };
  }
  if (method === 'bearer')
    return { ...header, keys: [ref.tokenKey], join: (token = '') => `Bearer ${token}` };
  const prefix = {
    elasticsearch: 'ApiKey ',
    meilisearch: 'Bearer ',
    opensearch: '',
    typesense: '',
    qdrant: '',
  };
  return { ...header, keys: [ref.apiKeyKey], join: (key = '') => `${prefix[type]}${key}` };
};
