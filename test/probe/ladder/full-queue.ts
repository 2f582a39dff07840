import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A port of loopback that answers nothing, as behind a packet filter: a process listens there, is stopped, and
 * has its queue of connections full, so that the kernel drops what comes.
 */
export const startFullQueue = async (): Promise<AsyncDisposable & { port: number }> => {
  const code = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    console.log(this.address().port) })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(first.toString());
  child.kill('SIGSTOP');
  const sockets: Socket[] = [];
  for (let i = 0; i < 8; i += 1) sockets.push(connect(port, '127.0.0.1').on('error', () => {}));
  // Those that fit into the queue connect; once one has, the others follow.
  await Promise.any(sockets.map((socket) => once(socket, 'connect')));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
};
