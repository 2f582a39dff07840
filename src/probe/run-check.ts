import { randomInt } from 'node:crypto';
import type { Report, RunCheck, RunnableCheck, Secrets } from './check.ts';
import { loadDriver } from './drivers/registry.ts';
import { describeRight, type Right } from './drivers/right.ts';
import { allowedAddresses, checkRedirect } from './ladder/addresses.ts';
import { Climb } from './ladder/climb.ts';
import { connect } from './ladder/connect.ts';
import { Failure } from './ladder/failure.ts';
import { resolve } from './ladder/resolve.ts';
import { Transport } from './ladder/transport.ts';
import { withOddSecrets } from './odd-secrets.ts';

/**
 * Milliseconds for a server to close the connection after a goodbye. A server may log an aborted connection as an
 * error.
 */
const graceMs = 250;

/** See {@link RunCheck}. */
export const runCheck: RunCheck = async (check, secrets, signal) => {
  const climb = new Climb(check.timeouts, signal);
  const connections: Transport[] = [];
  let grace = 0;
  try {
    const result = await ascend(check, secrets, climb, connections);
    grace = graceMs;
    return { ...result, ...climb.end() };
  } catch (error) {
    const result = withOddSecrets(blame(error, connections.at(-1)), check, secrets);
    return { ...result, ...climb.end() };
  } finally {
    await Promise.all(connections.map((connection) => connection.close(grace)));
  }
};

const ascend = async (
  check: RunnableCheck,
  secrets: Secrets,
  climb: Climb,
  connections: Transport[],
): Promise<Pick<Report, 'reason' | 'detail'>> => {
  const enter: Climb['enter'] = (rung) => climb.enter(rung);
  const open = async (host: string, port: number, enter?: Climb['enter']): Promise<Transport> => {
    enter?.('dns');
    const addresses = allowedAddresses(await climb.until(resolve(host)), check);
    enter?.('tcp');
    const transport = new Transport(await connect(host, addresses, port, climb.signal), check);
    connections.push(transport);
    return transport;
  };
  const closeAll = () => Promise.all(connections.map((connection) => connection.close(0)));
  const reopen = async (): Promise<Transport> => {
    await closeAll();
    return open(check.host, check.port);
  };
  const redirect = async (host: string, port: number): Promise<Transport> => {
    await closeAll();
    checkRedirect(check, host, port);
    return open(host, port);
  };

  const driver = await loadDriver(check.driver);
  const transport = await open(check.host, check.port, enter);
  const session = await climb.until(driver({ check, secrets, transport, enter, reopen, redirect }));

  enter('query');
  const asked = performance.now();
  const number = randomInt(2 ** 31);
  if ((await climb.until(session.echo(number))) !== number) throw new Failure('ProtocolError');
  const answer = performance.now() - asked > (check.timeouts.query * 1000) / 2 ? 'SlowAnswer' : 'Connected';
  let right: Right | undefined;
  if (check.readOnly) {
    // With a separate deadline, as for any other query.
    enter('query');
    try {
      right = await climb.until(session.canWrite());
    } catch (error) {
      // If the server is slow in any case, that is the reason to report.
      if (answer !== 'SlowAnswer' || !climb.signal.aborted) throw error;
    }
  }
  session.leave();
  return right ? { reason: 'NotReadOnly', detail: describeRight(right, secrets) } : { reason: answer };
};

/** A driver's error is not trusted and not passed on. The state of the connection determines the reason. */
const blame = (
  error: unknown,
  connection: Transport | undefined,
): Pick<Report, 'reason' | 'detail' | 'error'> => {
  if (error instanceof Failure) {
    const silent = error.reason === 'Timeout' && connection?.silent;
    return told(silent ? new Failure('Timeout', silence) : error);
  }
  if (connection) return told(connection.fault ?? new Failure('ProtocolError'));
  return { reason: 'InternalError', error };
};

/** Of two programs that wait for each other to speak first, each is silent. */
const silence = 'It sent nothing. Check the type and port in the spec, and whether the server is overloaded.';

const told = ({ reason, detail }: Failure): Pick<Report, 'reason' | 'detail'> => ({
  reason,
  ...(detail !== undefined && { detail }),
});
