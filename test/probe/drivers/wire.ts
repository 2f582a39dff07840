import fc from 'fast-check';

/** Streams that look like a server's up to some point, as an arbitrary per protocol: parts, in order. */

const u32be = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const somewhere = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.nat());

/** Anything at all. */
export const noise = fc.array(bytes, { maxLength: 6 });

const message = (type: string, body: Uint8Array, length = body.length + 4): Buffer =>
  Buffer.concat([Buffer.from(type, 'latin1'), u32be(length), body]);

/** Messages of PostgreSQL: real ones, ones with a made-up body, and ones with a made-up length. */
export const postgresStream = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...Array.from('RKSvZENTDCIAGHdW12n')), bytes)
      .map(([type, body]) => message(type, body)),
    fc
      .tuple(fc.constantFrom(...Array.from('RSZENTD')), bytes, somewhere)
      .map(([type, body, length]) => message(type, body, length)),
    fc.tuple(somewhere, bytes).map(([method, body]) => message('R', Buffer.concat([u32be(method), body]))),
    fc.constantFrom(
      message('R', u32be(0)),
      message('R', u32be(3)),
      message('R', Buffer.concat([u32be(10), Buffer.from('SCRAM-SHA-256\0\0')])),
      message('Z', Buffer.from('I')),
      message('T', Buffer.concat([Buffer.from([0, 1]), Buffer.from('n\0'), Buffer.alloc(18)])),
      message('D', Buffer.from([0, 1, 0, 0, 0, 1, 49])),
      message('C', Buffer.from('SELECT 1\0')),
      message('E', Buffer.from('SFATAL\0C28P01\0Mno\0\0')),
      message('E', Buffer.from('SFATAL\0C28000\0RClientAuthentication\0\0')),
    ),
    bytes,
  ),
  { maxLength: 10 },
);

export const mysqlGreeting = (flags: Uint8Array, plugin: string, rest: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from([10, ...Buffer.from('8.0.1\0'), 7, 0, 0, 0, ...Buffer.alloc(8, 65), 0]),
    Buffer.from([...flags.subarray(0, 2), 45, 2, 0, ...flags.subarray(2, 4), 21]),
    Buffer.from([...Buffer.alloc(10), ...Buffer.alloc(12, 66), 0, ...Buffer.from(`${plugin}\0`)]),
    rest,
  ]);

/** Bodies of MySQL's packets, beginning with a greeting; to be numbered as the client's packets ask for. */
export const mysqlStream = fc
  .tuple(
    fc.oneof(
      fc.constantFrom([0xff, 0xff, 0xff, 0xff], [0xff, 0xf7, 0xff, 0xdf]),
      fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
    ),
    fc.constantFrom(
      'mysql_native_password',
      'caching_sha2_password',
      'sha256_password',
      'mysql_clear_password',
      'toString',
      '__proto__',
    ),
    bytes,
    fc.array(
      fc.oneof(
        bytes,
        fc
          .tuple(fc.constantFrom(0, 1, 2, 3, 0xfb, 0xfe, 0xff), bytes)
          .map(([mark, body]) => Buffer.from([mark, ...body])),
        fc.constantFrom(
          Buffer.from([0, 0, 0, 2, 0, 0, 0]),
          Buffer.from([1]),
          Buffer.from([1, 4]),
          Buffer.from([0xfe, 0, 0, 2, 0]),
          Buffer.from([0xff, 0x15, 4, ...Buffer.from('#28000no')]),
          Buffer.from([0xfe, ...Buffer.from('caching_sha2_password\0'), ...Buffer.alloc(21, 67)]),
        ),
      ),
      { maxLength: 10 },
    ),
  )
  .map(([flags, plugin, rest, bodies]) => [mysqlGreeting(Uint8Array.from(flags), plugin, rest), ...bodies]);

export const mysqlPacket = (number: number, body: Uint8Array): Buffer =>
  Buffer.from([body.length & 0xff, body.length >> 8, 0, number & 0xff, ...body]);

const tdsTokens = fc
  .array(
    fc.oneof(
      bytes,
      fc
        .tuple(
          fc.constantFrom(0x81, 0xaa, 0xab, 0xad, 0xe3, 0xfd, 0xd1, 0xd2, 0xa9, 0x79, 0xee, 0xed, 0xae, 0xe4),
          bytes,
        )
        .map(([type, body]) => Buffer.from([type, ...body])),
      fc.constant(Buffer.from([0xad, 10, 0, 1, 0x74, 0, 0, 4, 0, 16, 0, 0, 0])),
      fc.constant(Buffer.from([0xfd, ...Buffer.alloc(12)])),
    ),
    { maxLength: 5 },
  )
  .map((tokens) => Buffer.concat(tokens));

const tdsPacket = (body: Uint8Array, length = body.length + 8): Buffer =>
  Buffer.from([4, 1, (length >> 8) & 0xff, length & 0xff, 0, 0, 1, 0, ...body]);

/** Packets of SQL Server, beginning with an answer to PRELOGIN. */
export const tdsStream = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 3, 77),
    fc.array(fc.tuple(tdsTokens, fc.option(fc.nat(0xffff))), { maxLength: 6 }),
  )
  .map(([encryption, packets]) => [
    tdsPacket([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption] as never),
    ...packets.map(([body, length]) => tdsPacket(body, length ?? undefined)),
  ]);

/** Answers of an HTTP server: heads and bodies that fit, and ones that do not; none says that a cluster is well. */
export const httpStream = fc
  .array(
    fc.oneof(
      fc
        .tuple(
          fc.constantFrom('1.1', '1.0', '2.0', '9'),
          fc.oneof(fc.integer({ min: 100, max: 599 }), fc.nat()),
        )
        .map(([version, status]) => `HTTP/${version} ${status} Fine\r\n`),
      fc.constantFrom(
        'content-length: 5\r\n',
        'content-length: -1\r\n',
        'transfer-encoding: chunked\r\n',
        'connection: upgrade\r\nupgrade: h2c\r\n',
        'location: http://127.0.0.1:1/\r\n',
        'content-encoding: gzip\r\n',
      ),
      fc.constantFrom(
        '\r\n',
        '5\r\nhello\r\n',
        '0\r\n\r\n',
        'ffffffffffff\r\n',
        '{"status":"fine"}',
        '{}',
        '[',
        ' ',
      ),
      bytes.map((body) => body.toString('latin1')),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.map((part) => Buffer.from(part, 'latin1')));
