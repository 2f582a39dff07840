import { StreamDecoder } from '@grpc/grpc-js/build/src/stream-decoder.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameOf } from '../../../bench/rpc.ts';
import { assembleAsTheyArrive } from '../../../src/grpc/net/assemble.ts';

assembleAsTheyArrive();

const MiB = 1024 * 1024;
const sizes = fc.array(fc.constantFrom(0, 1, 100, MiB, MiB + 1, 3 * MiB), { minLength: 1, maxLength: 4 });

test('messages of every size arrive whole, however they are cut', () => {
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 2 * MiB }), { maxLength: 8 }), (lengths, cuts) => {
      const frames = lengths.map((length, index) => frameOf(Buffer.alloc(length, index + 1)));
      const decoder = new StreamDecoder(64 * MiB);
      const received: Buffer[] = [];
      let rest = Buffer.concat(frames);
      for (const cut of [...cuts, rest.length]) {
        received.push(...decoder.write(rest.subarray(0, cut)));
        rest = rest.subarray(cut);
      }
      expect(rest.length).toBe(0);
      expect(received.length).toBe(frames.length);
      for (const [index, frame] of frames.entries())
        expect(frame.equals(received[index] as Buffer)).toBe(true);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 50) },
  );
});
