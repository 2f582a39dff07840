import type { IncomingMessage } from 'node:http';
import { Failure } from '../ladder/failure.ts';
import type { Transport } from '../ladder/transport.ts';
import { type Ascent, type Driver, withTls } from './driver.ts';
import { ask, type Question } from './http-request.ts';

/** The connection, with TLS if the check requires it. */
export const secured = async (ascent: Ascent): Promise<Transport> => {
  const { check, transport, enter } = ascent;
  if (check.tls === 'disable') return transport;
  enter('tls');
  try {
    await transport.secure(check);
    return transport;
  } catch (error) {
    const failed = error instanceof Failure && error.reason === 'TLSFailed';
    throw failed && (await speaksPlainly(ascent)) ? new Failure('TLSNotOffered') : error;
  }
};

/** Another connection for another request, within the current rung. */
export const again = async (ascent: Ascent): Promise<Transport> => {
  const { check, reopen } = ascent;
  const transport = await reopen();
  if (check.tls !== 'disable') await transport.secure(check);
  return transport;
};

/**
 * The answer to the first request. A server that requires TLS answers 400, closes the connection, or sends invalid
 * HTTP.
 */
export const answerTo = (
  ascent: Ascent,
  transport: Transport,
  question: Question,
): Promise<IncomingMessage> =>
  plainly(ascent, transport, async () => {
    const answer = await ask(ascent, transport, question);
    if (ascent.check.tls !== 'disable' || answer.statusCode !== 400) return answer;
    throw new Failure('RequestRefused');
  });

/** Sends a request. If it fails without TLS and succeeds with TLS, the reason is that TLS is required. */
export const plainly = async <T>(
  ascent: Ascent,
  transport: Transport,
  asking: () => Promise<T>,
): Promise<T> => {
  try {
    return await asking();
  } catch (error) {
    const failure = error instanceof Failure ? error : (transport.fault ?? new Failure('ProtocolError'));
    const wantsTls = ascent.check.tls === 'disable' && (await withTls(onlySecured, ascent)) === 'Connected';
    throw wantsTls ? new Failure('TLSRequired') : failure;
  }
};

/** Whether a server that rejects TLS answers without it. The request contains no credentials. */
const speaksPlainly = async (ascent: Ascent): Promise<boolean> => {
  const { check, reopen } = ascent;
  try {
    const transport = await reopen();
    await ask({ check: { ...check, tls: 'disable' } }, transport, { path: '/', headers: {} });
    return true;
  } catch {
    return false;
  }
};

const onlySecured: Driver = async ({ transport, check }) => {
  await transport.secure(check);
  return {
    echo: (number) => Promise.resolve(number),
    canWrite: () => Promise.resolve(undefined),
    leave: () => {},
  };
};
