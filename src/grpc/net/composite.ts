import { Reader } from '../wire/reader.ts';
import { WireError } from '../wire/wire-error.ts';

/** The composite that a request is about, as far as the bytes tell without decoding them. */
export interface Composite {
  /** Tag of the request, which its response repeats. */
  tag: string;
  kind: string;
  /** The tenant's namespace: of the claim, or of the composite itself. */
  namespace: string;
  /** Name in that namespace. */
  name: string;
}

/** Most fields that are looked at: a request of 500 Resources has some thousand at its top. */
const mostFields = 100_000;
/** Longest name in characters; Kubernetes has 253. */
const longest = 300;

/** Finds the composite in the bytes of a `RunFunctionRequest`. What cannot be found is empty. */
export const compositeOf = (bytes: Uint8Array): Composite => {
  const found: Record<string, string> = {};
  const budget = { left: mostFields };
  try {
    scan(new Reader(bytes), bytes.length, 'request', found, budget);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  const { tag = '', kind = '', namespace = '', name = '', claimNamespace, claimName } = found;
  return { tag, kind, namespace: claimNamespace ?? namespace, name: claimName ?? name };
};

type Place = 'request' | 'meta' | 'state' | 'resource' | 'xr' | 'metadata' | 'spec' | 'claimRef';

/** Messages by the place that they are in and their tag. */
const messages: Partial<Record<Place, Record<number, Place>>> = {
  request: { 10: 'meta', 18: 'state' },
  state: { 10: 'resource' },
  resource: { 10: 'xr' },
};
const objects: Partial<Record<Place, Record<string, Place>>> = {
  xr: { metadata: 'metadata', spec: 'spec' },
  spec: { claimRef: 'claimRef' },
};
const texts: Partial<Record<Place, Record<string, string>>> = {
  xr: { kind: 'kind' },
  metadata: { namespace: 'namespace', name: 'name' },
  claimRef: { namespace: 'claimNamespace', name: 'claimName' },
};

const scan = (
  reader: Reader,
  end: number,
  place: Place,
  found: Record<string, string>,
  budget: { left: number },
): void => {
  while (reader.pos < end && budget.left-- > 0) {
    const tag = reader.varint();
    const inner = messages[place]?.[tag];
    if (inner) scan(reader, reader.end(), inner, found, budget);
    else if (place === 'meta' && tag === 10) found['tag'] = shortText(reader);
    else if (tag === 10 && (objects[place] || texts[place])) scanField(reader, place, found, budget);
    else reader.skip(tag);
  }
};

/** An entry of a Struct: its key, and its value. */
const scanField = (
  reader: Reader,
  place: Place,
  found: Record<string, string>,
  budget: { left: number },
): void => {
  const end = reader.end();
  let key = '';
  while (reader.pos < end && budget.left-- > 0) {
    const tag = reader.varint();
    if (tag === 10) key = shortText(reader);
    else if (tag === 18) {
      const valueEnd = reader.end();
      const inner = own(objects[place], key);
      const text = own(texts[place], key);
      if (inner !== undefined && reader.bytes[reader.pos] === 0x2a) {
        reader.varint();
        scan(reader, reader.end(), inner, found, budget);
      } else if (text !== undefined && reader.bytes[reader.pos] === 0x1a) {
        reader.varint();
        found[text] = shortText(reader);
      }
      reader.pos = valueEnd;
    } else reader.skip(tag);
  }
  reader.pos = end;
};

const own = <T>(map: Record<string, T> | undefined, key: string): T | undefined =>
  map && Object.hasOwn(map, key) ? map[key] : undefined;

/** A string, cut. */
const shortText = (reader: Reader): string => {
  const end = reader.end();
  const text = reader.bytes.toString('utf8', reader.pos, Math.min(end, reader.pos + longest));
  reader.pos = end;
  return text;
};
