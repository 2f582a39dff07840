import type { Json, JsonObject } from '../../contract/kube.ts';
import type { Reader } from './reader.ts';

/** How deep objects and lists may nest in a Struct. */
export const DEEPEST = 128;

/** Where in a Kubernetes object a Struct is, which decides what is left out of it. */
const ROOT = 0;
const METADATA = 1;
const INSIDE = 2;
type Place = typeof ROOT | typeof METADATA | typeof INSIDE;

/** Sets a key as an own property, also where it is called `__proto__`. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** A `google.protobuf.Struct` as a plain object. */
export function readStruct(reader: Reader, end: number): JsonObject {
  return readFields(reader, end, INSIDE, 0);
}

/** A Kubernetes object, without its `metadata.managedFields`: they are most of it, and nobody reads them. */
export function readObject(reader: Reader, end: number): JsonObject {
  return readFields(reader, end, ROOT, 0);
}

function readFields(reader: Reader, end: number, place: Place, depth: number): JsonObject {
  if (depth > DEEPEST) reader.fail(`objects nested deeper than ${DEEPEST}`);
  const object: JsonObject = {};
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) readField(reader, object, place, depth);
    else reader.skip(tag);
  }
  reader.endsAt(end);
  return object;
}

function readField(reader: Reader, object: JsonObject, place: Place, depth: number): void {
  const end = reader.end();
  let key = '';
  let value: Json | undefined;
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) {
      key = reader.key();
    } else if (tag === 0x12) {
      if (place === METADATA && key === 'managedFields') {
        reader.skip(tag);
      } else {
        value = readValue(
          reader,
          reader.end(),
          place === ROOT && key === 'metadata' ? METADATA : INSIDE,
          depth,
        );
      }
    } else {
      reader.skip(tag);
    }
  }
  reader.endsAt(end);
  if (value !== undefined) setOwn(object, key, value);
}

/** A `google.protobuf.Value`; undefined if it holds none. */
function readValue(reader: Reader, end: number, place: Place, depth: number): Json | undefined {
  let value: Json | undefined;
  while (reader.pos < end) {
    const tag = reader.varint();
    switch (tag) {
      case 0x1a:
        value = reader.string();
        break;
      case 0x2a:
        value = readFields(reader, reader.end(), place, depth + 1);
        break;
      case 0x11:
        value = reader.double();
        break;
      case 0x20:
        value = reader.varint() !== 0;
        break;
      case 0x32:
        value = readList(reader, reader.end(), depth + 1);
        break;
      case 0x08:
        reader.varint();
        value = null;
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.endsAt(end);
  return value;
}

function readList(reader: Reader, end: number, depth: number): Json[] {
  if (depth > DEEPEST) reader.fail(`lists nested deeper than ${DEEPEST}`);
  const list: Json[] = [];
  while (reader.pos < end) {
    const tag = reader.varint();
    if (tag === 0x0a) list.push(readValue(reader, reader.end(), INSIDE, depth) ?? null);
    else reader.skip(tag);
  }
  reader.endsAt(end);
  return list;
}
