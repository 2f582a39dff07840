import { runCheck } from '../../../src/probe/run-check.ts';

/**
 * A separate process, as only there nobody else has sockets and timers: checks the peers on the ports of
 * `argv` with every driver, to a deadline and called off, and prints what each check left behind.
 */
export interface Leftover {
  check: string;
  reason: string;
  left: string[];
}

const ports = process.argv.slice(2).map(Number);
const found: Leftover[] = [];
for (const port of ports) {
  for (const driver of ['postgres', 'mysql', 'sqlserver', 'tcp']) {
    for (const tls of ['disable', 'require', 'verify-full'] as const) {
      for (const connect of [0.1, 60]) {
        const signal = connect === 60 ? AbortSignal.timeout(100) : new AbortController().signal;
        const timeouts = { connect, query: 1 };
        const check = {
          driver,
          tls,
          host: '127.0.0.1',
          port,
          secrets: {},
          params: {},
          readOnly: true,
          addresses: 'any' as const,
          timeouts,
        };
        const { reason } = await runCheck(check, { USERNAME: 'u', PASSWORD: 'p' }, signal);
        const left = process.getActiveResourcesInfo().filter((kind) => !kind.startsWith('Pipe'));
        found.push({
          check: `${driver}, ${tls}, ${connect === 60 ? 'called off' : 'to its deadline'}`,
          reason,
          left,
        });
      }
    }
  }
}
console.log(JSON.stringify(found));
