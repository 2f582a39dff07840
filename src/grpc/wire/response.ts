import type {
  Condition,
  Requirements,
  Resource,
  ResourceSelector,
  Result,
  RunFunctionResponse,
  SchemaSelector,
  State,
} from '@crossplane-org/function-sdk-typescript';
import { writeStruct } from './struct-writer.ts';
import { Writer } from './writer.ts';

/** What the last response took: the next one takes about as much. */
let expected = 4096;

/**
 * Encodes a `RunFunctionResponse` (apiextensions.fn.proto.v1) as the SDK does: undefined is left out,
 * undefined in a list and numbers that are not finite become null.
 *
 * @throws TypeError or RangeError if it holds what JSON cannot: a bug of the caller
 */
export function encodeResponse(response: RunFunctionResponse): Buffer {
  const writer = new Writer(expected);
  message(writer, 0x3a, response.output, writeStruct);
  list(writer, 0x32, response.conditions, writeCondition);
  message(writer, 0x2a, response.requirements, writeRequirements);
  message(writer, 0x22, response.context, writeStruct);
  list(writer, 0x1a, response.results, writeResult);
  message(writer, 0x12, response.desired, writeState);
  message(writer, 0x0a, response.meta, writeMeta);
  expected = Math.min(Math.max(4096, writer.length + (writer.length >> 2)), 1 << 20);
  return writer.finish();
}

type ResponseMeta = NonNullable<RunFunctionResponse['meta']>;
type Write<T> = (writer: Writer, value: T) => void;

function message<T>(writer: Writer, tag: number, value: T | undefined, write: Write<T>): void {
  if (value === undefined) return;
  const before = writer.length;
  write(writer, value);
  writer.close(tag, before);
}

function list<T>(writer: Writer, tag: number, values: readonly T[], write: Write<T>): void {
  for (let index = values.length - 1; index >= 0; index--) message(writer, tag, values[index], write);
}

/** Entries of a map; `write` writes the value with its tag. */
function map<T>(writer: Writer, tag: number, values: Record<string, T>, write: Write<T>): void {
  const keys = Object.keys(values);
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] as string;
    const value = values[key];
    if (value === undefined) continue;
    const before = writer.length;
    write(writer, value);
    if (key !== '') writer.text(0x0a, key);
    writer.close(tag, before);
  }
}

/** The value of a map's entry that is a message. */
function entry<T>(write: Write<T>): Write<T> {
  return (writer, value) => message(writer, 0x12, value, write);
}

/** A string that is left out if it is not there or, as proto3 has it without `optional`, empty. */
function text(writer: Writer, tag: number, value: string): void {
  if (value !== '') writer.text(tag, value);
}

function optionalText(writer: Writer, tag: number, value: string | undefined): void {
  if (value !== undefined) writer.text(tag, value);
}

function integer(writer: Writer, tag: number, value: number): void {
  if (value !== 0) optionalInteger(writer, tag, value);
}

function optionalInteger(writer: Writer, tag: number, value: number | undefined): void {
  if (value === undefined) return;
  writer.integer(value);
  writer.byte(tag);
}

function writeMeta(writer: Writer, meta: ResponseMeta): void {
  message(writer, 0x12, meta.ttl, (inner, ttl) => {
    integer(inner, 0x10, ttl.nanos);
    integer(inner, 0x08, ttl.seconds);
  });
  text(writer, 0x0a, meta.tag);
}

function writeState(writer: Writer, state: State): void {
  map(writer, 0x12, state.resources, writeResourceEntry);
  message(writer, 0x0a, state.composite, writeResource);
}

function writeResource(writer: Writer, resource: Resource): void {
  integer(writer, 0x18, resource.ready);
  map(writer, 0x12, resource.connectionDetails, writeData);
  message(writer, 0x0a, resource.resource, writeStruct);
}

function writeData(writer: Writer, data: Uint8Array): void {
  if (data.length > 0) writer.data(0x12, data);
}

function writeResult(writer: Writer, result: Result): void {
  optionalInteger(writer, 0x20, result.target);
  optionalText(writer, 0x1a, result.reason);
  text(writer, 0x12, result.message);
  integer(writer, 0x08, result.severity);
}

function writeCondition(writer: Writer, condition: Condition): void {
  optionalInteger(writer, 0x28, condition.target);
  optionalText(writer, 0x22, condition.message);
  text(writer, 0x1a, condition.reason);
  integer(writer, 0x10, condition.status);
  text(writer, 0x0a, condition.type);
}

function writeRequirements(writer: Writer, requirements: Requirements): void {
  map(writer, 0x1a, requirements.schemas, writeSchemaSelectorEntry);
  map(writer, 0x12, requirements.resources, writeResourceSelectorEntry);
  map(writer, 0x0a, requirements.extraResources, writeResourceSelectorEntry);
}

function writeResourceSelector(writer: Writer, selector: ResourceSelector): void {
  optionalText(writer, 0x2a, selector.namespace);
  message(writer, 0x22, selector.matchLabels, (inner, match) =>
    map(inner, 0x0a, match.labels, (label, value) => text(label, 0x12, value)),
  );
  optionalText(writer, 0x1a, selector.matchName);
  text(writer, 0x12, selector.kind);
  text(writer, 0x0a, selector.apiVersion);
}

function writeSchemaSelector(writer: Writer, selector: SchemaSelector): void {
  text(writer, 0x12, selector.kind);
  text(writer, 0x0a, selector.apiVersion);
}

const writeResourceEntry = entry(writeResource);
const writeResourceSelectorEntry = entry(writeResourceSelector);
const writeSchemaSelectorEntry = entry(writeSchemaSelector);
