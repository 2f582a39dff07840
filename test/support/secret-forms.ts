import type { JsonObject } from '../../src/contract/kube.ts';

/** A database, and how a client logs in. */
export interface Target {
  type: string;
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
}

const percent = encodeURIComponent;
const uriOf = ({ username, password, host, port, database: name }: Target, scheme: string) =>
  `${scheme}://${percent(username)}:${percent(password)}@${host}:${port}/${percent(name)}`;
const jdbcOf = ({ username, password, host, port, database: name }: Target, scheme: string) =>
  `jdbc:${scheme}://${host}:${port}/${percent(name)}?${new URLSearchParams({ user: username, password }).toString()}`;
const schemeOf = ({ type }: Target) => (type === 'postgres' ? 'postgresql' : type);

export interface Form {
  /** The keys in the Secret, and their texts. */
  texts: (target: Target) => Record<string, string>;
  /** The reference to them. */
  keys: (target: Target) => JsonObject;
  /** What remains in the spec. */
  spec?: (target: Target) => JsonObject;
  types?: readonly string[];
}

const withUri = ['postgres', 'mysql', 'mariadb', 'sqlserver'];
const texts = ({ host, port, database: name, username, password }: Target) => ({
  host,
  port: String(port),
  dbname: name,
  username,
  password,
});
export const places = { hostKey: 'host', portKey: 'port', databaseKey: 'dbname' };

/** Secrets as operators, providers and charts write them. */
export const forms: Record<string, Form> = {
  'each value in its key': { texts, keys: () => places },
  'an endpoint with its port': {
    texts: (it) => ({ ...texts(it), endpoint: `${it.host}:${it.port}` }),
    keys: () => ({ hostKey: 'endpoint', databaseKey: 'dbname' }),
  },
  'host and port alone': {
    texts,
    keys: () => ({ hostKey: 'host', portKey: 'port' }),
    spec: (it) => ({ database: it.database }),
  },
  'a password alone': {
    texts: ({ password }) => ({ password }),
    keys: ({ username }) => ({ user: username }),
    spec: (it) => ({ host: it.host, port: it.port, database: it.database }),
  },
  'JSON in one key': {
    texts: (it) => ({ json: JSON.stringify({ ...texts(it), port: it.port, engine: it.type }) }),
    keys: () => ({ jsonKey: 'json', ...places }),
  },
  'a URI': {
    texts: (it) => ({ uri: uriOf(it, schemeOf(it)) }),
    keys: () => ({ uriKey: 'uri' }),
    types: withUri,
  },
  'a URI with parameters': {
    texts: (it) => ({ uri: `${uriOf(it, schemeOf(it))}?connect_timeout=10&target_session_attrs=any` }),
    keys: () => ({ uriKey: 'uri' }),
    types: withUri,
  },
  'a URL for JDBC': {
    texts: (it) => ({ 'jdbc-uri': jdbcOf(it, schemeOf(it)) }),
    keys: () => ({ uriKey: 'jdbc-uri' }),
    types: ['postgres', 'mysql', 'mariadb'],
  },
};

/** The spec of a Database that leaves to its Secret what the Secret has. */
export const specIn = ({ keys, spec }: Form, target: Target): JsonObject => ({
  type: target.type,
  credentialsRef: { name: 'shop-db', ...keys(target) },
  ...spec?.(target),
});
