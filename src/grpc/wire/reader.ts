import { readKey } from './keys.ts';
import { WireError } from './wire-error.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Strings up to this many bytes are cut out of a window of text: so short, the engine copies them. */
const SHORT = 12;
const WINDOW = 512;

/** Reads protobuf's wire format; throws {@link WireError} at the first byte that is not right. */
export class Reader {
  /** Where the next byte is read. */
  pos = 0;
  readonly bytes: Buffer;
  private readonly view: DataView;
  /** The bytes from `windowStart` to `windowEnd`, a character for each. */
  private window = '';
  private windowStart = 0;
  private windowEnd = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(what: string): never {
    throw new WireError(`${what} at byte ${this.pos} of ${this.bytes.length}`);
  }

  /** The low 32 bits of a varint, unsigned. */
  varint(): number {
    if (this.pos < this.bytes.length) {
      const byte = this.bytes[this.pos] as number;
      if (byte < 0x80) {
        this.pos++;
        return byte;
      }
    }
    return this.longVarint();
  }

  private longVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.bytes.length) this.fail('truncated number');
      const byte = this.bytes[this.pos++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    return this.fail('overlong number');
  }

  /** The end of the length-delimited field that starts here; it lies within the bytes. */
  end(): number {
    const length = this.varint();
    const end = this.pos + length;
    if (end > this.bytes.length) this.fail('truncated field');
    return end;
  }

  /** Checks that a message ended where its length said. */
  endsAt(end: number): void {
    if (this.pos !== end) this.fail('field longer than its message');
  }

  string(): string {
    const end = this.end();
    const start = this.pos;
    this.pos = end;
    if (end - start > SHORT) return this.bytes.toString('utf8', start, end);
    for (let index = start; index < end; index++) {
      if ((this.bytes[index] as number) >= 0x80) return this.bytes.toString('utf8', start, end);
    }
    if (end > this.windowEnd) {
      this.windowStart = start;
      this.windowEnd = Math.min(start + WINDOW, this.bytes.length);
      this.window = this.bytes.toString('latin1', this.windowStart, this.windowEnd);
    }
    return this.window.substring(start - this.windowStart, end - this.windowStart);
  }

  /** A string that comes again in other calls, as the key of a map does. */
  key(): string {
    const end = this.end();
    const start = this.pos;
    this.pos = end;
    return readKey(this.bytes, start, end);
  }

  /** A copy of the bytes up to `end`. */
  copy(end: number): Buffer {
    const start = this.pos;
    this.pos = end;
    return Buffer.from(this.bytes.subarray(start, end));
  }

  double(): number {
    const start = this.pos;
    if (start + 8 > this.bytes.length) this.fail('truncated number');
    this.pos = start + 8;
    return this.view.getFloat64(start, true);
  }

  /** Steps over the field whose tag has just been read. */
  skip(tag: number): void {
    if (tag >>> 3 === 0) this.fail('field number 0');
    switch (tag & 7) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.pos += 8;
        break;
      case BYTES:
        this.pos = this.end();
        return;
      case FIXED32:
        this.pos += 4;
        break;
      default:
        this.fail(`wire type ${tag & 7} is not supported`);
    }
    if (this.pos > this.bytes.length) this.fail('truncated field');
  }
}
