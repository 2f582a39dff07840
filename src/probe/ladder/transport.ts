import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { RunnableCheck } from '../check.ts';
import { Failure } from './failure.ts';
import { networkReason } from './network.ts';
import { peerBytes } from './peer.ts';
import { startTls, tlsReason } from './tls.ts';
import { wrongPeer } from './wrong-peer.ts';

/** Maximum number of bytes from a server in a check. Servers send a few KiB, unless a user has thousands of grants. */
const maxBytes = 1024 * 1024;

/** Inspects the data, and throws a {@link Failure} if it is invalid in the protocol. */
export interface Frames {
  received: (chunk: Buffer) => void;
  sent?: (chunk: Buffer) => void;
}

/**
 * The socket that a driver uses: one connection, in plain text or with TLS added after it was opened. It accepts up to
 * 1 MiB. An exception that a driver throws for invalid data ends the connection and not the process.
 */
export class Transport extends Duplex {
  /** Why the connection ended, if the probe did not close it. */
  fault: Failure | undefined;
  /** Set by the driver when it knows which data to expect. */
  frames: Frames | undefined;
  readonly #closed: Promise<unknown>;
  readonly #check: RunnableCheck;
  #inner: Socket;
  #first = Buffer.alloc(0);
  #received = 0;

  constructor(socket: Socket, check: RunnableCheck) {
    super({ allowHalfOpen: false });
    this.#inner = socket;
    this.#check = check;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    this.#attach(socket);
  }

  /** Adds TLS between the socket and the driver. Rejects with the reason for the certificate or the handshake. */
  async secure(check: RunnableCheck): Promise<void> {
    const raw = this.#inner;
    raw.off('data', this.#take).off('end', this.#hungUp).off('close', this.#gone).pause();
    // Data that arrived unencrypted must not be mistaken for data that arrived through TLS.
    if (this.readableLength > 0 || raw.readableLength > 0) throw new Failure('ProtocolError');
    try {
      const secured = startTls(raw, check);
      this.#inner = secured;
      await once(secured, 'secureConnect');
      this.#attach(secured);
    } catch (error) {
      const failure = new Failure(tlsReason(error));
      this.destroy(failure);
      throw failure;
    }
  }

  /** Whether the server has sent nothing, as far as the probe can see. */
  get silent(): boolean {
    return this.#received === 0 && !(this.#inner instanceof TLSSocket);
  }

  /** Waits briefly for the server to close the connection after a goodbye, then closes it. */
  async close(graceMs: number): Promise<void> {
    if (graceMs > 0) {
      const enough = new AbortController();
      const grace = after(graceMs, undefined, { signal: enough.signal }).catch(() => {});
      await Promise.race([this.#closed, grace]);
      enough.abort();
    }
    this.destroy(new Failure('Timeout'));
    await this.#closed;
  }

  /** The PostgreSQL driver calls connect. */
  connect(): this {
    process.nextTick(() => this.resume().emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    try {
      return super.emit(event, ...args);
    } catch (error) {
      this.#fail(failureOf(error));
      return true;
    }
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.frames?.sent?.(chunk);
    this.#inner.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#inner.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner.destroy(error ?? undefined);
    done(error);
  }

  #attach(socket: Socket): void {
    socket.on('error', this.#broke).on('end', this.#hungUp).on('close', this.#gone).on('data', this.#take);
  }

  readonly #take = (chunk: Buffer): void => {
    this.#received += chunk.length;
    try {
      this.#judge(chunk);
      if (this.#received > maxBytes) throw new Failure('ProtocolError');
      this.frames?.received(chunk);
    } catch (error) {
      this.#fail(failureOf(error));
      return;
    }
    if (!this.push(chunk)) this.#inner.pause();
  };

  readonly #broke = (error: Error): void => {
    const reason = networkReason(error) ?? 'TLSFailed';
    this.#fail(new Failure(reason === 'ConnectTimeout' ? 'Timeout' : reason));
  };

  readonly #hungUp = (): void => {
    this.fault ??= new Failure('ConnectionReset');
    this.push(null);
  };

  readonly #gone = (): void => {
    this.fault ??= new Failure('ConnectionReset');
    // Unread data comes first, because a server sends the reason before it closes the connection.
    if (this.readableEnded || this.readableLength === 0) this.destroy();
    else this.once('end', () => this.destroy());
  };

  /** Throws before the driver sees the data of a peer that is not what the spec names. */
  #judge(chunk: Buffer): void {
    if (this.#first.length >= peerBytes) return;
    this.#first = Buffer.concat([this.#first, chunk.subarray(0, peerBytes - this.#first.length)]);
    const wrong = wrongPeer(this.#check, this.#first);
    if (wrong) throw wrong;
  }

  #fail(failure: Failure): void {
    this.fault ??= failure;
    this.destroy(failure);
  }
}

const failureOf = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure('ProtocolError');
