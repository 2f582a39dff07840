import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Stops this process's servers and removes its folders after this process has ended in any way. The shell below reads a
 * pipe that the kernel closes even if this process is killed, which no exit hook survives. It uses only shell
 * built-ins, and passes what is left to CLEAN_UP.
 */
const SCRIPT = `
trap '' INT TERM HUP
left=
while IFS=' ' read -r verb what; do
  if [ "$verb" = ended ]; then
    kept=
    for each in $left; do case $each in *:"$what") ;; *) kept="$kept $each" ;; esac; done
    left=$kept
  else
    left="$left $what"
  fi
done
todo=
for each in $left; do case $each in /*) [ -e "$each" ] && todo="$todo $each" ;; *) todo="$todo $each" ;; esac; done
[ -z "$todo" ] || exec "$0" -e "$1" $todo
`;

/** Stops process groups, each `SIGNAL:GROUP`, with SIGKILL after 2 s, and then removes folders. */
const CLEAN_UP = `
const { rmSync } = require('node:fs');
const send = (group, signal) => { try { return process.kill(-group, signal); } catch { return false; } };
const left = process.argv.slice(1);
const groups = left.filter((each) => !each.startsWith('/')).map((each) => each.split(':'));
for (const [signal, group] of groups) send(group, 'SIG' + signal);
const finish = () => {
  for (const [, group] of groups) send(group, 'SIGKILL');
  for (const folder of left.filter((each) => each.startsWith('/'))) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};
const until = Date.now() + 2000;
const look = () =>
  Date.now() < until && groups.some(([, group]) => send(group, 0)) ? setTimeout(look, 50) : finish();
look();
`;

let reaper: ChildProcess | undefined;

function tell(line: string): void {
  if (!reaper) {
    reaper = spawn('/bin/sh', ['-c', SCRIPT, process.execPath, CLEAN_UP], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    reaper.unref();
    (reaper.stdin as unknown as { unref(): void }).unref();
  }
  reaper.stdin?.write(`${line}\n`);
}

/** Has the process group stopped by `signal` (then SIGKILL after 2 s) when this process has ended. */
export function reapGroup(group: number, signal: 'QUIT' | 'TERM' | 'KILL'): void {
  tell(`group ${signal}:${group}`);
}

/** Removes a process group that has ended from the list, because its number may be reused. */
export function forgetGroup(group: number): void {
  tell(`ended ${group}`);
}

/** Has the folder removed when this process has ended. Its path must not contain white space. */
export function reapFolder(folder: string): void {
  if (/[\s*?[]/.test(folder)) throw new Error(`not a plain path: ${folder}`);
  tell(`folder ${folder}`);
}
