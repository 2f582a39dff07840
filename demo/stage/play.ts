import { join } from 'node:path';
import { connectMcp } from '../../lab/clients/mcp.ts';
import { localiseFile, startPodsGate } from '../../lab/kubernetes/gate.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { runners } from '../../lab/servers/runners.ts';
import { gateFile } from '../../src/contract/gate.ts';
import { composeWith, startFunction } from './function.ts';
import { findingsTable, holdReason, mountProbe } from './probe.ts';
import { renderConfig } from './render.ts';
import { type Screen, table } from './screen.ts';
import { type Story, since } from './story.ts';
import { clusterOf, readTenant } from './tenant.ts';

/** Runs every step from a tenant's YAML to the answers of a real server. Throws at the first step that fails. */
export async function play(
  story: Story,
  { step, dim }: Screen,
  cleanup: AsyncDisposableStack,
): Promise<void> {
  const { type, titles, resource, verdicts } = story;
  const tenant = await readTenant(story);

  const backend = await step(`Start ${titles.backend}`, async (note) =>
    cleanup.use(await story.start(tenant.credentials, note)),
  );

  const cluster = await step("Read a tenant's YAML", async (note) => {
    note(`${tenant.file}:`);
    note(
      table(
        tenant.objects.map(({ kind, metadata }) => [` ${kind}`, `${metadata.namespace}/${metadata.name}`]),
      ),
    );
    note(`Changed for this machine: ${resource} ${backend.changed}.`);
    note(`Unchanged: ${Object.keys(verdicts.elsewhere).join(', ')}, whose servers do not exist.`);
    return clusterOf(tenant, backend.spec);
  });

  const composed = await step('Send it through the function over gRPC, as Crossplane does', async (note) => {
    const served = await startFunction();
    cleanup.defer(() => served.server.stop());
    const result = await composeWith(served, cluster);
    note(`gRPC on ${served.address}: ${result.total} calls until nothing changed. Composed objects:`);
    note(
      table(
        result.objects.map(({ kind, metadata }) => [` ${String(kind)}`, (metadata as { name: string }).name]),
      ),
    );
    const { phase, endpoint } = result.status;
    note(`Status after the rollout: ${String(phase)}, ${String(endpoint)}`);
    await served.server.stop();
    return result;
  });

  const folder = await temporaryFolder('function-mcp-demo');
  cleanup.defer(() => removeFolder(folder));
  const instance = tenant.instance.metadata.name;
  const { pod } = await step('Render the configuration as the init container does', async (note) => {
    const rendered = await renderConfig(composed.objects, { folder, instance, file: type.configFile });
    note('In the ConfigMap, without any secret:');
    note(dim(story.excerpt(rendered.template)));
    const secret = story.secret(tenant.credentials);
    const leaks = [secret.text, secret.rendered].some((text) => rendered.template.includes(text));
    if (leaks || !rendered.config.includes(secret.rendered))
      throw new Error('the secret is in the template, or is not in the configuration');
    const to = type.gate
      ? `the gate beside the server, the only process that knows it: ${gateFile}`
      : `the server: ${type.configFile}`;
    note(`Written for ${to}, with the secret ${secret.as} in it`);
    return rendered;
  });

  const server = await step(`Start ${titles.server} on it`, async (note) => {
    const started = performance.now();
    const run = runners[type.name];
    if (!run) throw new Error(`there is no runner for ${type.name}`);
    if (type.gate) {
      const gate = cleanup.use(await startPodsGate(pod, folder));
      await localiseFile(join(folder, 'config', type.configFile), gate.localise);
      note('the gate stands between it and the API');
    }
    const running = cleanup.use(await run(pod.container(type.name), { host: '127.0.0.1' }));
    note(`${running.url}, ready in ${since(started)}, although some of its Resources do not exist`);
    return running;
  });

  await step('Query it with an MCP client, by the name of its Service', async (note) => {
    const { host } = new URL(String(composed.status['endpoint']));
    await story.ask(cleanup.use(await connectMcp(server.url, { host })), note);
  });

  await step('Check the Resources with the probe', async (note) => {
    const probe = await mountProbe(composed.objects, instance, join(folder, 'probe'));
    const expected = Object.entries(verdicts.elsewhere);
    const found = await probe.look();
    note(findingsTable(found));
    holdReason(found, resource, 'Connected');
    for (const [name, reason] of expected) holdReason(found, name, reason);
    const { purpose, value, reason } = verdicts.wrong;
    note('\nWith a wrong value in the Secret:');
    const refused = await probe.lookWith(`${type.id(resource).toUpperCase()}_${purpose}`, value);
    note(findingsTable(refused.filter((finding) => finding.resource === resource)));
    holdReason(refused, resource, reason);
    note('\nWith the backend stopped:');
    await backend.stop();
    const gone = await probe.look();
    note(findingsTable(gone));
    holdReason(gone, resource, 'ConnectionRefused');
    for (const [name, same] of expected) holdReason(gone, name, same);
  });
}
