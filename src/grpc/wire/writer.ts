/** Strings up to this length are written by a loop; longer ones by the engine. */
const SHORT = 40;

/**
 * Writes protobuf's wire format from its end to its start, so that the length of a message is known
 * when the place for it is reached: nothing is measured or moved. Fields are written last to first,
 * and a field's value before its tag.
 */
export class Writer {
  private bytes: Buffer;
  private view: DataView;
  /** What has been written starts here. */
  private pos: number;

  /** @param size how many bytes to expect; more are made room for */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.bytes.buffer);
    this.pos = size;
  }

  finish(): Buffer {
    return this.bytes.subarray(this.pos);
  }

  /** How many bytes have been written: to be kept before the content of a message, and given to `close`. */
  get length(): number {
    return this.bytes.length - this.pos;
  }

  private reserve(count: number): void {
    if (this.pos >= count) return;
    const used = this.length;
    const size = Math.max(this.bytes.length * 2, used + count);
    const grown = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(grown, size - used, this.pos);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.pos = size - used;
  }

  /** A byte, such as a field's tag. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[--this.pos] = value;
  }

  /** An integer as a varint; a negative one takes ten bytes, as protobuf has it for int32 and int64. */
  integer(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.byte(value);
      return;
    }
    this.reserve(10);
    const groups: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)));
    for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
    groups.push(Number(rest));
    for (let index = groups.length - 1; index >= 0; index--) this.bytes[--this.pos] = groups[index] as number;
  }

  /** The length and tag of the field whose content has been written since `length` was `before`. */
  close(tag: number, before: number): void {
    const size = this.length - before;
    this.reserve(6);
    if (size < 0x80) {
      this.bytes[--this.pos] = size;
    } else if (size < 0x4000) {
      this.bytes[--this.pos] = size >>> 7;
      this.bytes[--this.pos] = (size & 0x7f) | 0x80;
    } else {
      this.integer(size);
    }
    this.bytes[--this.pos] = tag;
  }

  /** A string field. */
  text(tag: number, text: string): void {
    const before = this.length;
    if (text.length > SHORT || !this.ascii(text)) {
      const size = Buffer.byteLength(text);
      this.reserve(size);
      this.pos -= size;
      this.bytes.write(text, this.pos, size, 'utf8');
    }
    this.close(tag, before);
  }

  /** Writes a short string if it is ASCII; otherwise nothing. */
  private ascii(text: string): boolean {
    const { length } = text;
    this.reserve(length);
    const start = this.pos - length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      this.bytes[start + index] = code;
    }
    this.pos = start;
    return true;
  }

  /** A bytes field. */
  data(tag: number, data: Uint8Array): void {
    const before = this.length;
    this.reserve(data.length);
    this.pos -= data.length;
    this.bytes.set(data, this.pos);
    this.close(tag, before);
  }

  /** A double field. */
  double(tag: number, value: number): void {
    this.reserve(9);
    this.pos -= 8;
    this.view.setFloat64(this.pos, value, true);
    this.bytes[--this.pos] = tag;
  }
}
