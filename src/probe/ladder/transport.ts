import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import type { RunnableCheck } from '../check.ts';
import { Failure } from './failure.ts';
import { networkReason } from './network.ts';
import { startTls, tlsReason } from './tls.ts';

/** All that a server may send in a check; a few KiB is what they send, unless a user has thousands of grants. */
const maxBytes = 1024 * 1024;

/** Looks at what passes, and throws a {@link Failure} at what no server of that protocol sends. */
export interface Frames {
  received: (chunk: Buffer) => void;
  sent?: (chunk: Buffer) => void;
}

/**
 * What a driver gets in place of a socket: one connection, plain or with TLS put under it on the way. It
 * takes in no more than 1 MiB; what a driver throws at bytes that it cannot read ends the connection
 * instead of the process.
 */
export class Transport extends Duplex {
  /** Why the connection ended, where that was not our doing. */
  fault: ProbeReason | undefined;
  /** Set by the driver once it knows what to expect. */
  frames: Frames | undefined;
  readonly #closed: Promise<unknown>;
  #inner: Socket;
  #received = 0;

  constructor(socket: Socket) {
    super({ allowHalfOpen: false });
    this.#inner = socket;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    this.#attach(socket);
  }

  /** Puts TLS between socket and driver. Rejects with the certificate's or the handshake's reason. */
  async secure(check: RunnableCheck): Promise<void> {
    const raw = this.#inner;
    raw.off('data', this.#take).off('end', this.#hungUp).off('close', this.#gone).pause();
    // What came unencrypted must not be taken for what came through TLS.
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

  /** Waits briefly for the server to hang up, where it was told goodbye, and is closed for certain afterwards. */
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

  /** The driver of PostgreSQL wants to connect by itself. */
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
      this.#fail(error instanceof Failure ? error.reason : 'ProtocolError');
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
      if (this.#received > maxBytes) throw new Failure('ProtocolError');
      this.frames?.received(chunk);
    } catch (error) {
      this.#fail(error instanceof Failure ? error.reason : 'ProtocolError');
      return;
    }
    if (!this.push(chunk)) this.#inner.pause();
  };

  readonly #broke = (error: Error): void => {
    const reason = networkReason(error) ?? 'TLSFailed';
    this.#fail(reason === 'ConnectTimeout' ? 'Timeout' : reason);
  };

  readonly #hungUp = (): void => {
    this.fault ??= 'ConnectionReset';
    this.push(null);
  };

  readonly #gone = (): void => {
    this.fault ??= 'ConnectionReset';
    // What is still to be read comes first: a server says why before it hangs up.
    if (this.readableEnded || this.readableLength === 0) this.destroy();
    else this.once('end', () => this.destroy());
  };

  #fail(reason: ProbeReason): void {
    this.fault ??= reason;
    this.destroy(new Failure(reason));
  }
}
