import { DEEPEST } from './struct.ts';
import type { Writer } from './writer.ts';

/**
 * Writes the content of a `google.protobuf.Struct`. Keys without a value are left out; a number that JSON
 * does not have becomes null.
 *
 * @throws TypeError where JSON has no such value, RangeError where the nesting has no end: bugs of the caller
 */
export function writeStruct(writer: Writer, object: object, depth = 0): void {
  if (depth > DEEPEST) throw new RangeError(`objects nested deeper than ${DEEPEST}`);
  const keys = Object.keys(object);
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] as string;
    const value = (object as Record<string, unknown>)[key];
    if (value === undefined) continue;
    const entry = writer.length;
    writeValue(writer, value, depth);
    writer.close(0x12, entry);
    if (key !== '') writer.text(0x0a, key);
    writer.close(0x0a, entry);
  }
}

function writeValue(writer: Writer, value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      writer.text(0x1a, value);
      return;
    case 'number':
      if (Number.isFinite(value)) writer.double(0x11, value);
      else writeNull(writer);
      return;
    case 'boolean':
      writer.byte(value ? 1 : 0);
      writer.byte(0x20);
      return;
    case 'undefined':
      writeNull(writer);
      return;
    case 'object': {
      if (value === null) {
        writeNull(writer);
        return;
      }
      const before = writer.length;
      if (Array.isArray(value)) {
        writeList(writer, value, depth + 1);
        writer.close(0x32, before);
      } else {
        writeStruct(writer, value, depth + 1);
        writer.close(0x2a, before);
      }
      return;
    }
    case 'bigint':
    case 'function':
    case 'symbol':
      throw new TypeError(`a ${typeof value} is not JSON`);
  }
}

function writeNull(writer: Writer): void {
  writer.byte(0);
  writer.byte(0x08);
}

function writeList(writer: Writer, list: readonly unknown[], depth: number): void {
  if (depth > DEEPEST) throw new RangeError(`lists nested deeper than ${DEEPEST}`);
  for (let index = list.length - 1; index >= 0; index--) {
    const before = writer.length;
    writeValue(writer, list[index], depth);
    writer.close(0x0a, before);
  }
}
