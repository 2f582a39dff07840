import type { Credential } from '../server-type.ts';
import { type AuthMethod, engines } from './engines.ts';
import type { SearchEngineSpec } from './search-resource.ts';

/** Purpose of the only value from a SearchEngine's credentials: the complete value of a header field. */
export const purpose = 'AUTHORIZATION';

type CredentialsRef = NonNullable<SearchEngineSpec['credentialsRef']>;

const methodOf = (type: SearchEngineSpec['type'], ref: CredentialsRef): AuthMethod =>
  ref.method ?? engines[type].methods[0];

/** The name of the header field for the credentials. */
export const headerOf = ({ type, credentialsRef: ref }: SearchEngineSpec): string | undefined => {
  if (!ref) return undefined;
  if (type === 'typesense') return 'X-TYPESENSE-API-KEY';
  return type === 'qdrant' && methodOf(type, ref) === 'apiKey' ? 'api-key' : 'Authorization';
};

/** How to make the header from the keys of the Secret. https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const credentialOf = (type: SearchEngineSpec['type'], ref: CredentialsRef): Credential => {
  const method = methodOf(type, ref);
  const header = { purpose, encoding: 'header' } as const;
  if (method === 'basic') {
    return {
      ...header,
      keys: [ref.userKey, ref.passwordKey],
      join: (user = '', password = '') =>
        user.includes(':') ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      accepts: 'UTF-8 text, and a user name without a colon',
    };
  }
  if (method === 'bearer')
    return { ...header, keys: [ref.tokenKey], join: (token = '') => `Bearer ${token}` };
  // An API key of Elasticsearch is an id and a key. The encoded form contains no colon.
  // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-api-key
  const prefix = {
    elasticsearch: 'ApiKey ',
    meilisearch: 'Bearer ',
    opensearch: '',
    typesense: '',
    qdrant: '',
  };
  const encoded = (key: string) =>
    type === 'elasticsearch' && key.includes(':') ? Buffer.from(key).toString('base64') : key;
  return { ...header, keys: [ref.apiKeyKey], join: (key = '') => `${prefix[type]}${encoded(key)}` };
};
