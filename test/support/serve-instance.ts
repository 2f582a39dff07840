import { join } from 'node:path';
import { connectMcp, type McpClient, type McpOptions } from '../../lab/clients/mcp.ts';
import { localiseFile, startPodsGate } from '../../lab/kubernetes/gate.ts';
import { mountPod } from '../../lab/kubernetes/pod.ts';
import { must } from '../../lab/process/run.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { DbhubOptions } from '../../lab/servers/dbhub.ts';
import { runners } from '../../lab/servers/runners.ts';
import { type Reconciled, settle, type World } from '../../src/simulate/reconcile.ts';
import { run as runFunction } from './handler.ts';
import { typeOfKind, withServersHere } from './world.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

/** A pod of an Instance, running here. */
export interface ServedInstance extends AsyncDisposable {
  /** Of the MCP endpoint. */
  url: string;
  /** The reconcile that changed nothing any more. */
  reconciled: Reconciled;
  /** What the server and its gate wrote so far. */
  logs: () => string;
  /** How the server ended; undefined while it runs. */
  exit: () => unknown;
  /** A client of the server, under the name of its Service unless told otherwise; closed with the server. */
  connect: (options?: McpOptions) => Promise<McpClient>;
  stop: () => Promise<void>;
}

/** What is said of DBHub holds for DBHub alone. */
export interface ServeOptions extends Pick<DbhubOptions, 'runtime' | 'preload'> {
  /** The folder of each PersistentVolumeClaim. */
  claims?: Readonly<Record<string, string>>;
  /** Address to listen on. Default: loopback, whereas a pod has all addresses for itself. */
  host?: string;
}

/**
 * The whole way of an Instance: the function reconciles it until nothing changes, a pod of its Deployment is
 * mounted, its init container renders the configuration, and the real server starts on that. Throws with the output
 * of whatever does not start.
 */
export async function serveInstance(
  world: World,
  { claims = {}, host: address = '127.0.0.1', ...own }: ServeOptions = {},
): Promise<ServedInstance> {
  const type = typeOfKind(world.composite.kind);
  const reconciled = await settle(runFunction, withServersHere(world));
  const desired = reconciled.response.desired?.resources ?? {};
  const objects = Object.values(desired).flatMap(({ resource }) => resource ?? []);
  const folder = await temporaryFolder('function-mcp-instance');
  const clients: McpClient[] = [];
  try {
    const pod = await mountPod(desired['deployment']?.resource, objects, folder, claims);
    const renderer = pod.container('config-renderer');
    await must(process.execPath, [PROGRAM, ...renderer.args], {
      env: { PATH: process.env['PATH'], ...renderer.env },
    });
    const container = pod.container(type.name);
    const gate = type.gate && (await startPodsGate(pod, folder));
    await localiseFile(join(folder, 'config', type.configFile), (text) =>
      container.localise(gate?.localise(text) ?? text),
    );
    const server = await runners[type.name]?.(container, {
      host: address,
      ...own,
      ...(gate?.clients && { port: gate.clients.serverPort }),
    });
    if (!server) throw new Error(`there is no runner for ${type.name}`);
    const url = gate?.clients?.url ?? server.url;
    const stop = async () => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
      await server.stop();
      await gate?.stop();
      await removeFolder(folder);
    };
    const { host } = new URL(
      String(reconciled.response.desired?.composite?.resource?.['status']?.['endpoint']),
    );
    return {
      url,
      logs: () => `${server.logs()}${gate?.logs() ?? ''}`,
      exit: server.exit,
      reconciled,
      async connect(options) {
        const client = await connectMcp(url, { host, ...options });
        clients.push(client);
        return client;
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}
