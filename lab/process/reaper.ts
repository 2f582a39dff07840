import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends this process's servers and removes its folders once it is gone, however it went: the shell below
 * reads a pipe that the kernel closes even when we are killed, which no exit hook survives.
 */
const SCRIPT = `
trap '' INT TERM HUP
folders= groups=
while IFS=' ' read -r verb signal group; do
  case $verb in
    group) groups="$groups $signal:$group" ;;
    ended) groups=$(printf '%s\\n' $groups | grep -v ":$group\\$" | tr '\\n' ' ') ;;
    folder) folders="$folders $signal" ;;
  esac
done
for each in $groups; do kill -s "\${each%%:*}" -- "-\${each##*:}" 2>/dev/null; done
for each in $groups; do
  tries=20
  while [ $tries -gt 0 ] && kill -s 0 -- "-\${each##*:}" 2>/dev/null; do sleep 0.1; tries=$((tries - 1)); done
  kill -s KILL -- "-\${each##*:}" 2>/dev/null
done
[ -z "$folders" ] || rm -rf $folders
`;

let reaper: ChildProcess | undefined;

function tell(line: string): void {
  if (!reaper) {
    reaper = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    reaper.unref();
    (reaper.stdin as unknown as { unref(): void }).unref();
  }
  reaper.stdin?.write(`${line}\n`);
}

/** Has the process group killed by `signal` (then SIGKILL after 2 s) when this process is gone. */
export function reapGroup(group: number, signal: 'QUIT' | 'TERM' | 'KILL'): void {
  tell(`group ${signal} ${group}`);
}

/** Takes a process group that has ended from the list, as its number may be given to somebody else. */
export function forgetGroup(group: number): void {
  tell(`ended - ${group}`);
}

/** Has the folder removed when this process is gone. Its path holds no white space. */
export function reapFolder(folder: string): void {
  if (/[\s*?[]/.test(folder)) throw new Error(`not a plain path: ${folder}`);
  tell(`folder ${folder}`);
}
