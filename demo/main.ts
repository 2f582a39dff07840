import { join } from 'node:path';
import { startDbhub } from '../test/support/dbhub.ts';
import { connectMcp } from '../test/support/mcp.ts';
import { removeFolder, temporaryFolder } from '../test/support/server-process.ts';
import { holdMaxRows, listTools, readRows, refuseWrite } from './client.ts';
import { ORDERS, startShop } from './database.ts';
import { composeWith, startFunction } from './function.ts';
import { findingsTable, holdReason, mountProbe } from './probe.ts';
import { renderConfig } from './render.ts';
import { createScreen, type Screen, table } from './screen.ts';
import { clusterOf, readTenant } from './tenant.ts';

/** Every step of the way from a tenant's YAML to rows, run for real; throws at the first that does not hold. */
async function demonstrate({ step, dim }: Screen, cleanup: AsyncDisposableStack): Promise<void> {
  const tenant = await readTenant();

  const shop = await step('Start a real PostgreSQL', async (note) => {
    const started = performance.now();
    const backend = cleanup.use(await startShop(tenant.login));
    const [row] = await backend.query('SHOW server_version');
    note(
      `PostgreSQL ${String(row?.['server_version'])} on ${backend.host}:${backend.port}, ready in ${since(started)}`,
    );
    note(`database ${tenant.login.database}: 40 customers, ${ORDERS} orders`);
    note(`user ${tenant.login.user}: may SELECT and nothing else; quotes, "$" and braces in its password`);
    return backend;
  });

  const cluster = await step("Read a tenant's YAML", async (note) => {
    note(`${tenant.file}:`);
    note(
      table(
        tenant.objects.map(({ kind, metadata }) => [` ${kind}`, `${metadata.namespace}/${metadata.name}`]),
      ),
    );
    note(`Changed for this machine: shop is at ${shop.host}:${shop.port}, without TLS.`);
    note('Left as it is: reports, whose server does not exist.');
    return clusterOf(tenant, shop);
  });

  const composed = await step('Send it through the function over gRPC, as Crossplane does', async (note) => {
    const served = await startFunction();
    cleanup.defer(() => served.server.stop());
    const result = await composeWith(served, cluster);
    note(`gRPC on ${served.address}: ${result.total} calls until nothing changed any more. It wants:`);
    note(
      table(
        result.objects.map(({ kind, metadata }) => [` ${String(kind)}`, (metadata as { name: string }).name]),
      ),
    );
    const { phase, endpoint } = result.status;
    note(`Status once all of it is rolled out: ${String(phase)}, ${String(endpoint)}`);
    await served.server.stop();
    return result;
  });

  const folder = await temporaryFolder('function-mcp-demo');
  cleanup.defer(() => removeFolder(folder));
  const { pod } = await step('Render the configuration as the init container does', async (note) => {
    const rendered = await renderConfig(composed.objects, folder);
    note('In the ConfigMap, without any secret:');
    note(dim(sourceOf('shop', rendered.template)));
    const { password } = tenant.login;
    const leaks = [password, encodeURIComponent(password)].some((text) => rendered.template.includes(text));
    if (leaks || !rendered.config.includes(encodeURIComponent(password)))
      throw new Error('the password is misplaced');
    note('Written for the server, with the password percent-encoded in it: dbhub.toml');
    return rendered;
  });

  const dbhub = await step('Start a real DBHub 1.4.0 on it', async (note) => {
    const started = performance.now();
    const server = cleanup.use(await startDbhub(pod.container('dbhub')));
    note(`${server.url}, ready in ${since(started)}, although one of its two databases does not exist`);
    return server;
  });

  await step('Ask it with an MCP client, by the name of its Service', async (note) => {
    const client = cleanup.use(await connectMcp(dbhub.url, { host: 'sales.tas-acme.svc:8080' }));
    await listTools(client, note);
    note('');
    await readRows(client, note);
    note('\nA write is refused:');
    await refuseWrite(client, note);
    note('\nmax_rows holds:');
    await holdMaxRows(client, 500, note);
  });

  await step('Let the probe say what it finds of each database', async (note) => {
    const probe = await mountProbe(composed.objects, join(folder, 'probe'));
    const found = await probe.look();
    note(findingsTable(found));
    holdReason(found, 'shop', 'Connected');
    holdReason(found, 'reports', 'DNSFailed');
    note('\nWith a wrong password in the Secret:');
    const refused = await probe.lookWith('SHOP_PASSWORD', 'wrong');
    note(findingsTable(refused.filter(({ resource }) => resource === 'shop')));
    holdReason(refused, 'shop', 'AuthFailed');
    note("\nWith the database's plug pulled:");
    await shop.stop();
    const gone = await probe.look();
    note(findingsTable(gone));
    holdReason(gone, 'shop', 'ConnectionRefused');
    holdReason(gone, 'reports', 'DNSFailed');
  });
}

function since(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

/** The paragraph of one source. */
function sourceOf(id: string, toml: string): string {
  return toml.split(/\n(?=\[\[)/).find((part) => part.includes(`id = "${id}"`)) ?? '';
}

const screen = createScreen(process.stdout);
const cleanup = new AsyncDisposableStack();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(1);
    interrupted = true;
    screen.say('\nInterrupted: stopping what was started');
    void cleanup.disposeAsync().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

screen.say(`\n${screen.strong("function-mcp: from a tenant's YAML to rows, without a cluster")}\n`);
const started = performance.now();
try {
  await demonstrate(screen, cleanup);
} catch (error) {
  if (!interrupted) {
    screen.fail(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (!interrupted) {
  await cleanup.disposeAsync();
  if (!process.exitCode)
    screen.say(`${screen.strong('Done')} in ${since(started)}; everything is stopped and removed.\n`);
}
