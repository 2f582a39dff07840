import type { Share } from '../shared/memory.ts';
import { type Answer, type Content, NoAnswer } from './forward.ts';

/**
 * An answer as MCP Toolbox can show it to a client without a change of its meaning. MCP Toolbox replaces bytes that are
 * not text, rounds integers above 2^53, and shows an empty list as nothing. Throws `BINARY` if the content is not text,
 * and `NO_ROOM`. Integers that would be rounded become texts, as in the JSON of Protocol Buffers
 * (https://protobuf.dev/programming-guides/json/).
 */
export const readable = (answer: Answer, share: Share): Answer => {
  const { body, status } = answer;
  if (status < 200 || status > 299 || body.size === 0) return answer;
  if (!isText(body)) throw new NoAnswer('BINARY');
  if (isEmptyList(body)) return { ...answer, body: contentOf(Buffer.from('[[]]')) };
  const marks = longIntegers(body, /json/i.test(answer.type ?? ''));
  return marks.length === 0 ? answer : { ...answer, body: quoted(body, marks, share) };
};

const contentOf = (chunk: Buffer): Content => ({ chunks: [chunk], size: chunk.length });

/** Whether the content is UTF-8 without null characters. A character can be divided between chunks. */
const isText = ({ chunks }: Content): boolean => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const step = 64 * 1024;
  try {
    for (const chunk of chunks) {
      if (chunk.includes(0)) return false;
      for (let at = 0; at < chunk.length; at += step)
        decoder.decode(chunk.subarray(at, at + step), { stream: true });
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  }
};

/** Longest text that is compared with an empty list. */
const shortest = 64;

const isEmptyList = ({ chunks, size }: Content): boolean =>
  size <= shortest && /^\s*\[\s*\]\s*$/.test(Buffer.concat(chunks).toString());

/** Digits of the smallest integer that can be rounded: 2^53 has 16. */
const fewest = 16;
const largest = String(Number.MAX_SAFE_INTEGER);

const [quote, backslash, minus, plus, dot] = [0x22, 0x5c, 0x2d, 0x2b, 0x2e];
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** Digits and signs, a point and an exponent. */
const isNumeric = (code: number): boolean =>
  isDigit(code) || code === minus || code === plus || code === dot || code === 0x45 || code === 0x65;

/**
 * Where integers that can be rounded begin and end in the content: pairs of offsets. Texts in quotes are skipped.
 * Content that does not start like JSON is shown as it is.
 */
const longIntegers = ({ chunks }: Content, isJson: boolean): number[] => {
  const found: number[] = [];
  let offset = 0;
  let start = -1;
  let token = '';
  let plain = true;
  let [inText, escaped, begun] = [false, false, false];
  const end = (at: number): void => {
    if (start >= 0 && plain && isLong(token)) found.push(start, at);
    start = -1;
  };
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at] ?? 0;
      if (inText) {
        if (escaped) escaped = false;
        else if (code === backslash) escaped = true;
        else if (code === quote) inText = false;
        continue;
      }
      if (isNumeric(code) && (start >= 0 || isDigit(code) || code === minus)) {
        if (!begun && !isJson) return [];
        if (start < 0) [start, token, plain] = [offset + at, '', true];
        if (isDigit(code) && token.length <= fewest) token += String.fromCharCode(code);
        else if (!isDigit(code) && code !== minus) plain = false;
        begun = true;
        continue;
      }
      end(offset + at);
      if (code === quote) inText = true;
      if (!begun && code > 0x20) {
        // Only a list, an object or a number contains numbers.
        if (code !== 0x5b && code !== 0x7b) return [];
        begun = true;
      }
    }
    offset += chunk.length;
  }
  end(offset);
  return found;
};

/** At most one digit more than the largest exact integer is known of a longer one. */
const isLong = (digits: string): boolean =>
  digits.length > fewest || (digits.length === fewest && digits > largest);

/** The content with quotes around these parts, in a new buffer. */
const quoted = ({ chunks, size }: Content, marks: readonly number[], share: Share): Content => {
  const whole = size + marks.length;
  if (!share.take(whole)) throw new NoAnswer('NO_ROOM');
  const result = Buffer.allocUnsafe(whole);
  let [from, to, next] = [0, 0, 0];
  for (const chunk of chunks) {
    let read = 0;
    for (;;) {
      const mark = marks[next];
      if (mark === undefined || mark >= from + chunk.length) break;
      to += chunk.copy(result, to, read, mark - from);
      result[to++] = quote;
      read = mark - from;
      next++;
    }
    to += chunk.copy(result, to, read);
    from += chunk.length;
  }
  if (next < marks.length) result[to++] = quote;
  share.give(size);
  return contentOf(result);
};
