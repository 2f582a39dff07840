import type { JsonObject } from '../../contract/kube.ts';
import { isObject } from '../../contract/observed.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { FromSecret } from '../from-secret.ts';
import { readDatabaseUri } from './database-uri.ts';
import { DatabaseFields, type DatabaseSpec, SslMode } from './dbhub-resource.ts';

/** The fields of a Database that its Secret provides, if its spec leaves them to the Secret. */
export const databaseFromSecret = (spec: DatabaseSpec): FromSecret | undefined => {
  const { credentialsRef: ref } = spec;
  if (!ref) return undefined;
  const { uriKey, jsonKey, hostKey, portKey, databaseKey } = ref;
  if (uriKey !== undefined)
    return { keys: [uriKey], complete: (texts) => fromUri(texts[uriKey] ?? '', spec, uriKey) };
  const wanted = {
    ...(spec.host === undefined && hostKey !== undefined && { host: hostKey }),
    ...(spec.port === undefined && portKey !== undefined && { port: portKey }),
    ...(spec.database === undefined && databaseKey !== undefined && { database: databaseKey }),
  };
  if (Object.keys(wanted).length === 0) return undefined;
  return {
    keys: jsonKey === undefined ? Object.values(wanted) : [jsonKey],
    complete: (texts) => fromKeys(wanted, (key) => textIn(texts, key, jsonKey)),
  };
};

const fromUri = (text: string, spec: DatabaseSpec, key: string): Result<JsonObject, string> => {
  const uri = readDatabaseUri(text, spec.type);
  if (!uri.ok) return fail(`key "${key}": ${uri.error}`);
  const { host, port, database, sslMode } = uri.value;
  if (database === undefined && spec.database === undefined)
    return fail(`key "${key}": the URI has no database: add it to the URI, or set database`);
  const known = SslMode.safeParse(sslMode);
  return checked({
    host: { value: host, key },
    port: { value: port, key },
    database: { value: database, key },
    // a mode that DBHub does not have is as good as none
    ...(known.success && { sslMode: { value: known.data, key } }),
  });
};

const fromKeys = (
  wanted: { host?: string; port?: string; database?: string },
  text: (key: string) => string | undefined,
): Result<JsonObject, string> => {
  const without = Object.values(wanted).find((key) => !text(key));
  if (without !== undefined) return fail(`key "${without}": it must be a text or a number`);
  const read = (key: string | undefined) => (key === undefined ? undefined : text(key));
  const written = read(wanted.host);
  // several providers write "host:port" to the key for the host
  const [, host, besides] = /^([^:]*):([0-9]{1,5})$/.exec(written ?? '') ?? [];
  const port = read(wanted.port) ?? besides;
  return checked({
    host: { value: host ?? written, key: wanted.host },
    port: { value: port === undefined ? undefined : whole(port), key: wanted.port ?? wanted.host },
    database: { value: read(wanted.database), key: wanted.database },
  });
};

const whole = (text: string): number => (/^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN);

const Provided = DatabaseFields.pick({ host: true, port: true, database: true, sslMode: true }).partial();

/** The fields that have a value, which must be valid as those of a spec. No error repeats a value. */
const checked = (
  fields: Readonly<Record<string, { value: unknown; key: string | undefined }>>,
): Result<JsonObject, string> => {
  const given = Object.fromEntries(
    Object.entries(fields).flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
  );
  const parsed = Provided.safeParse(given);
  const issue = parsed.error?.issues[0];
  if (!issue) return ok(given as JsonObject);
  const name = String(issue.path[0]);
  return fail(
    `key "${fields[name]?.key}": it is not a valid ${name}, or has spaces or line breaks around it`,
  );
};

/** The text of a key: of the Secret itself, or of the JSON object in one of its keys. */
export const textIn = (
  texts: Readonly<Record<string, string>>,
  key: string,
  jsonKey: string | undefined,
): string | undefined => (jsonKey === undefined ? texts[key] : fieldOf(texts[jsonKey] ?? '', key));

/** A text or number in a JSON object. */
export const fieldOf = (json: string, field: string): string | undefined => {
  try {
    const object: unknown = JSON.parse(json);
    const value = isObject(object) && Object.hasOwn(object, field) ? object[field] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
};
