import type {
  Credentials,
  Resource,
  Resources,
  RunFunctionRequest,
  Schema,
  State,
} from '@crossplane-org/function-sdk-typescript';
import { Reader } from './reader.ts';
import { readObject, readStruct, setOwn } from './struct.ts';

/**
 * Decodes a `RunFunctionRequest` (apiextensions.fn.proto.v1) as the SDK does, except that resources come
 * without `metadata.managedFields`.
 *
 * @throws WireError if the bytes are not one.
 */
export function decodeRequest(bytes: Uint8Array): RunFunctionRequest {
  const reader = new Reader(bytes);
  const request: RunFunctionRequest = {
    meta: undefined,
    observed: undefined,
    desired: undefined,
    input: undefined,
    context: undefined,
    extraResources: {},
    credentials: {},
    requiredResources: {},
    requiredSchemas: {},
  };
  const end = bytes.length;
  while (reader.pos < end) {
    const tag = reader.varint();
    switch (tag) {
      case 0x0a:
        request.meta = readMeta(reader, reader.end());
        break;
      case 0x12:
        request.observed = readState(reader, reader.end());
        break;
      case 0x1a:
        request.desired = readState(reader, reader.end());
        break;
      case 0x22:
        request.input = readStruct(reader, reader.end());
        break;
      case 0x2a:
        request.context = readStruct(reader, reader.end());
        break;
      case 0x32:
        readEntry(reader, request.extraResources, readResources, noResources);
        break;
      case 0x3a:
        readEntry(reader, request.credentials, readCredentials, noCredentials);
        break;
      case 0x42:
        readEntry(reader, request.requiredResources, readResources, noResources);
        break;
      case 0x4a:
        readEntry(reader, request.requiredSchemas, readSchema, noSchema);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.endsAt(end);
  return request;
}

type RequestMeta = NonNullable<RunFunctionRequest['meta']>;

const noResources = (): Resources => ({ items: [] });
const noCredentials = (): Credentials => ({ credentialData: undefined });
const noSchema = (): Schema => ({ openapiV3: undefined });
const noResource = (): Resource => ({ resource: undefined, connectionDetails: {}, ready: 0 });
const noBytes = (): Buffer => Buffer.alloc(0);

/** A copy: the request's own memory is large, and freed as a whole. */
const readBytes = (reader: Reader, end: number): Buffer => reader.copy(end);

/** Reads an entry of a map into `map`: the last of those with the same key counts. */
function readEntry<T>(
  reader: Reader,
  map: Record<string, T>,
  readValue: (reader: Reader, end: number) => T,
  empty: () => T,
): void {
  const end = reader.end();
  let key = '';
  let value: T | undefined;
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) key = reader.key();
    else if (tag === 0x12) value = readValue(reader, reader.end());
    else reader.skip(tag);
  }
  reader.endsAt(end);
  setOwn(map, key, value ?? empty());
}

function readMeta(reader: Reader, end: number): RequestMeta {
  const meta: RequestMeta = { tag: '', capabilities: [] };
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) {
      meta.tag = reader.string();
    } else if (tag === 0x12) {
      const packed = reader.end();
      while (reader.pos < packed) meta.capabilities.push(reader.varint() | 0);
      reader.endsAt(packed);
    } else if (tag === 0x10) {
      meta.capabilities.push(reader.varint() | 0);
    } else {
      reader.skip(tag);
    }
  }
  reader.endsAt(end);
  return meta;
}

function readState(reader: Reader, end: number): State {
  const state: State = { composite: undefined, resources: {} };
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) state.composite = readResource(reader, reader.end());
    else if (tag === 0x12) readEntry(reader, state.resources, readResource, noResource);
    else reader.skip(tag);
  }
  reader.endsAt(end);
  return state;
}

function readResource(reader: Reader, end: number): Resource {
  const resource = noResource();
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) resource.resource = readObject(reader, reader.end());
    else if (tag === 0x12) readEntry(reader, resource.connectionDetails, readBytes, noBytes);
    else if (tag === 0x18) resource.ready = reader.varint() | 0;
    else reader.skip(tag);
  }
  reader.endsAt(end);
  return resource;
}

function readResources(reader: Reader, end: number): Resources {
  const resources = noResources();
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) resources.items.push(readResource(reader, reader.end()));
    else reader.skip(tag);
  }
  reader.endsAt(end);
  return resources;
}

function readCredentials(reader: Reader, end: number): Credentials {
  const credentials = noCredentials();
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) {
      const dataEnd = reader.end();
      const data: Record<string, Buffer> = {};
      while (reader.pos < dataEnd) {
        const inner = reader.varint();
        if (inner === 0x0a) readEntry(reader, data, readBytes, noBytes);
        else reader.skip(inner);
      }
      reader.endsAt(dataEnd);
      credentials.credentialData = { data };
    } else {
      reader.skip(tag);
    }
  }
  reader.endsAt(end);
  return credentials;
}

function readSchema(reader: Reader, end: number): Schema {
  const schema = noSchema();
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) schema.openapiV3 = readStruct(reader, reader.end());
    else reader.skip(tag);
  }
  reader.endsAt(end);
  return schema;
}
