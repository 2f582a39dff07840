import { spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { must, run } from '../../lab/process/run.ts';
import { until } from '../../lab/process/wait.ts';
import { cgroupRoot, inState, network, stateFolder } from './plan.ts';

/**
 * The node: its own network, mount and process namespaces, in which every daemon runs. When their first process
 * is killed, the kernel ends all others and takes mounts, interfaces and firewall rules along, so nothing
 * can be left behind, whatever state it was in. Returns the process to kill; throws while another run uses it.
 */
export async function openNode(): Promise<number> {
  const owner = Number(await readFile(inState('owner.pid'), 'utf8').catch(() => ''));
  if (owner > 0 && owner !== process.pid && (await readable(`/proc/${owner}/status`))) {
    throw new Error(`the cluster in ${stateFolder} is in use by process ${owner}`);
  }
  await closeNode();
  await mkdir(inState('log'), { recursive: true });
  await writeFile(inState('owner.pid'), String(process.pid));
  await makeCgroups();
  const init = [
    join(import.meta.dirname, 'init.sh'),
    stateFolder,
    network.node,
    network.host,
    network.gateway,
  ];
  const flags = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const outside = spawn(
    'bash',
    ['-c', 'exec "$@" >"$0" 2>&1', inState('log/init'), 'unshare', ...flags, 'bash', ...init],
    {
      stdio: 'ignore',
      detached: true,
    },
  );
  outside.unref();
  const { pid } = outside;
  if (pid === undefined) throw new Error('unshare did not start');
  await writeFile(inState('node.pid'), String(pid));
  await until('the first process of the node', firstProcess, { seconds: 5, everyMs: 10 });
  const first = await firstProcess();
  const wire = ['link', 'add', network.wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(first)];
  await must('ip', wire);
  await must('ip', ['address', 'add', `${network.host}/30`, 'dev', network.wire]);
  await must('ip', ['link', 'set', network.wire, 'up']);
  const ready = () => readable(inState('ready'));
  await until('the namespaces of the node', ready, { seconds: 10, everyMs: 20 });
  for (const range of [network.pods, network.services]) {
    await must('ip', ['route', 'replace', range, 'via', network.node]);
  }
  return pid;
}

/** Ends the node and everything in it, and removes its state. Does nothing where there is none. */
export async function closeNode(): Promise<void> {
  const pid = Number(await readFile(inState('node.pid'), 'utf8').catch(() => ''));
  if (pid > 0 && (await isOurs(pid))) {
    process.kill(pid, 'SIGKILL');
    const gone = async () => !(await readable(`/proc/${pid}/status`)) || (await isZombie(pid));
    await until('the end of the node', gone, { seconds: 15, everyMs: 20 });
  }
  const noInterface = async () => (await run('ip', ['link', 'show', network.wire])).status !== 0;
  await until('the end of the interfaces', noInterface, { seconds: 30, everyMs: 50 });
  await removeCgroups();
  await rm(stateFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/** Starts a daemon in the node; its output goes to a file of its name below log/. */
export async function startDaemon(name: string, command: string, args: string[]): Promise<void> {
  // In the node's cgroups too, so that what the cluster uses can be told from what others do.
  const script =
    'echo $$ >"$0.pid"; log=$1; shift; while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs"; shift; done; shift; exec "$@" >>"$log" 2>&1 </dev/null';
  const groups = (await cgroupFolders()).map((folder) => join(folder, daemons));
  const child = spawn(
    'nsenter',
    [
      ...(await inside()),
      'bash',
      '-c',
      script,
      inState(name),
      inState('log', name),
      ...groups,
      '--',
      command,
      ...args,
    ],
    { stdio: 'ignore', detached: true, cwd: stateFolder },
  );
  child.unref();
  const started = async () => (await readFile(inState(`${name}.pid`), 'utf8')).trim() !== '';
  await until(`the start of ${name}`, started, { seconds: 10, everyMs: 10 });
}

/** Sends TERM, after 10 s KILL, and waits for the end. */
export async function stopDaemon(name: string): Promise<void> {
  const pid = (await readFile(inState(`${name}.pid`), 'utf8')).trim();
  await inNode('kill', [pid]);
  const gone = async () => (await run('nsenter', [...(await inside()), 'kill', '-0', pid])).status !== 0;
  await until(`the end of ${name}`, gone, { seconds: 10, everyMs: 50 }).catch(() =>
    inNode('kill', ['-9', pid]),
  );
  await rm(inState(`${name}.pid`), { force: true });
}

/** Why a daemon that should run does not: the end of its log; undefined while it runs. */
export async function deathOf(name: string): Promise<string | undefined> {
  const pid = (await readFile(inState(`${name}.pid`), 'utf8').catch(() => '')).trim();
  if (pid && (await run('nsenter', [...(await inside()), 'kill', '-0', pid])).status === 0) return undefined;
  const log = await readFile(inState('log', name), 'utf8').catch(() => '');
  return `${name} has ended:\n${log.split('\n').slice(-15).join('\n')}`;
}

/** Runs a command in the node to its end. */
export async function inNode(command: string, args: string[]): Promise<string> {
  return must('nsenter', [...(await inside()), command, ...args]);
}

async function inside(): Promise<string[]> {
  const first = await firstProcess();
  if (!first) throw new Error('the cluster is not up');
  return ['--target', String(first), '--mount', '--net', '--pid', '--'];
}

async function firstProcess(): Promise<number | undefined> {
  const pid = (await readFile(inState('node.pid'), 'utf8').catch(() => '')).trim();
  const children = pid ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '') : '';
  return Number(children.trim().split(' ')[0]) || undefined;
}

/** A process id may be somebody else's by now. */
async function isOurs(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('unshare') && command.includes(stateFolder);
}

async function isZombie(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).includes(') Z');
}

function readable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function cgroupFolders(): Promise<string[]> {
  const base = '/sys/fs/cgroup';
  if (await readable(join(base, 'cgroup.controllers'))) return [join(base, cgroupRoot)];
  return (await readdir(base)).map((name) => join(base, name, cgroupRoot));
}

async function makeCgroups(): Promise<void> {
  for (const folder of await cgroupFolders()) {
    await mkdir(join(folder, daemons), { recursive: true });
    for (const each of [folder, join(folder, daemons)]) await inheritCpus(each);
  }
}

const daemons = 'daemons';

/** Version 1 of cgroups gives a new group neither processors nor memory, and lets no process in without. */
async function inheritCpus(folder: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!folder.includes('/cpuset/')) continue;
    await writeFile(join(folder, file), await readFile(join(dirname(folder), file), 'utf8'));
  }
}

/** Processor time that the node and its pods have used, in seconds. */
export async function cpuSeconds(): Promise<number> {
  const base = '/sys/fs/cgroup';
  const stat = await readFile(join(base, cgroupRoot, 'cpu.stat'), 'utf8').catch(() => '');
  const usec = /^usage_usec (\d+)/m.exec(stat)?.[1];
  if (usec) return Number(usec) / 1e6;
  return Number(await readFile(join(base, 'cpuacct', cgroupRoot, 'cpuacct.usage'), 'utf8')) / 1e9;
}

async function removeCgroups(): Promise<void> {
  const remove = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isDirectory()) await remove(join(folder, entry.name));
    await until(`the end of ${folder}`, () => rmdir(folder).then(() => true, notThere), {
      seconds: 10,
      everyMs: 50,
    });
  };
  for (const folder of await cgroupFolders()) await remove(folder);
}

function notThere(error: NodeJS.ErrnoException): boolean {
  if (error.code === 'ENOENT') return true;
  throw error;
}
