/** Keeps unit tests to themselves: no process and no listening socket. Loaded before each of their files. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const refuse = (what: string) => () => {
  throw new Error(
    `a unit test must not ${what}: import what does it, and test/sorts.ts takes it for another sort`,
  );
};

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const)
  Object.assign(childProcess, { [name]: refuse('start a process') });
net.Server.prototype.listen = refuse('listen on a socket');
syncBuiltinESMExports();
