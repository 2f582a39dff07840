import type { ReadText } from '../../../src/contract/selector.ts';
import type { Handler } from '../../../src/grpc/handler.ts';
import { echo } from '../echo.ts';

/** A reader that does what its text says. */
const obedient = {
  name: 'obedient',
  read: (text: string): string => {
    if (text.startsWith('loop')) for (;;);
    if (text.startsWith('heap')) fill();
    if (text.startsWith('size')) return text.slice(0, 10).padEnd(3_000_000);
    return text.slice(0, 10);
  },
};

const fill = (): never => {
  const all: object[] = [];
  for (;;) all.push({ more: all.length });
};

/** A handler that does what its input says, with bugs of every kind that cost. */
export const hostile =
  (read: ReadText): Handler =>
  (request) => {
    const { what, text } = (request.input ?? {}) as { what?: string; text?: string };
    if (what === 'loop') for (;;);
    if (what === 'regex') /^(a+)+$/.test(`${'a'.repeat(60)}b`);
    if (what === 'heap') fill();
    // as on a machine whose processors have other things to do
    if (what === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    if (what === 'throw') throw new Error('canary');
    const response = echo(request);
    if (text === undefined) return response;
    const namespace = String((request.observed?.composite?.resource?.['metadata'] as never)?.['namespace']);
    const reading = read(obedient, text, namespace);
    const output = reading ? { text: reading.ok ? reading.value : reading.error } : { pending: true };
    return { ...response, output };
  };
