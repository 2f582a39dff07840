import { release } from '../process/release.ts';
import { systemClock } from './clock.ts';
import { createStatusApi } from './cluster/client.ts';
import { guarded } from './cluster/guarded.ts';
import { type ApiServerOptions, apiServerOf } from './cluster/identity.ts';
import { goOn } from './go-on.ts';
import { createInputs, type InputPaths } from './inputs/inputs.ts';
import { codeOf } from './inputs/mount.ts';
import { createProbeLog } from './log.ts';
import { checkAll, tableOf } from './once.ts';
import { createProbe } from './probe.ts';
import { runCheck } from './run-check.ts';
import { serveHealth } from './server.ts';
import { spread } from './timing.ts';

/** The entry of the probe's bundle, the only one that contains the drivers. */

export { checkAll, type Finding, tableOf } from './once.ts';
export { runCheck };

export interface ProbeSettings extends InputPaths, ApiServerOptions {
  /** Port of `/healthz` and `/metrics`. */
  port: number;
  concurrency: number;
  logLevel: string;
}

/** Runs the probe until SIGTERM or SIGINT. Resolves with the exit status: 1 if it could not start. */
export const runProbe = async (settings: ProbeSettings): Promise<number> => {
  const log = createProbeLog(settings.logLevel);
  const server = apiServerOf(settings, process.env);
  if (typeof server === 'string') {
    log.error({ why: server }, 'the probe cannot start');
    return 1;
  }
  const api = createStatusApi(server);
  // so that the probes of a cluster return at different times after an outage of its API server
  const apart = spread(process.env['HOSTNAME'] ?? String(process.pid));
  const probe = createProbe({
    clock: systemClock,
    inputs: createInputs(settings),
    runCheck,
    api: guarded(api, systemClock, log, apart),
    log,
    concurrency: settings.concurrency,
  });
  const health = await serveHealth(settings.port, probe.unhealthy, probe.metrics.registry, log).catch(codeOf);
  if (typeof health === 'string') {
    log.error({ port: settings.port, code: health }, 'the probe cannot listen on the port of /healthz');
    return 1;
  }
  goOn(log);

  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  log.info({ version: release.version, port: health.port }, 'the probe is running');
  probe.start();
  log.info({ signal: await signalled }, 'the probe is stopping');
  await probe.stop();
  api.close();
  await health.close();
  // a check that does not stop must not keep the pod running; otherwise this does not run
  setTimeout(() => process.exit(), 1_000).unref();
  return 0;
};

/**
 * Checks everything once and prints the result. Resolves with the exit status: 0 only if every Resource is connected.
 */
export const runOnce = async (
  settings: InputPaths & { concurrency: number; json: boolean },
  print: (text: string) => void = (text) => process.stdout.write(text),
): Promise<number> => {
  const findings = await checkAll(settings, runCheck, { concurrency: settings.concurrency });
  if (!findings.ok) {
    console.error(`probe: ${findings.error}`);
    return 1;
  }
  print(settings.json ? `${JSON.stringify(findings.value, null, 2)}\n` : tableOf(findings.value));
  return findings.value.every(({ phase }) => phase === 'Connected') ? 0 : 1;
};
