import assert from 'node:assert/strict';
import { serverTypes } from '../../src/servers/registry.ts';
import { hostService } from './fixtures/host-service.ts';
import type { Kube, KubeObject } from './kube.ts';
import { endOfPods, pods, rolledOut, running } from './objects.ts';
import type { Scenario } from './scenario.ts';
import { endpoint, noneFailed } from './tenant.ts';
import { openWatch } from './watch.ts';

/** What stands behind a Resource, on this machine: real, and with credentials. */
export interface TypeBackend {
  port: number;
  /** Takes the example's credentials alone, from `admit` on the other ones as well, from `revoke` on those alone. */
  admit: () => Promise<unknown>;
  revoke: () => Promise<unknown>;
  down: () => Promise<void>;
  /** At the same port, with the same data. */
  up: () => Promise<void>;
  stop: () => Promise<void>;
}

export interface TypeStory {
  /** Of the server type, its examples and the scenario. */
  type: string;
  title: string;
  /** The Instance of the example, and that of its Resources which the backend serves. */
  instance: string;
  resource: string;
  /** Name and port of the Service that the example's Resource names. */
  service: { name: string; port: number };
  start: () => Promise<TypeBackend>;
  /** The other credentials, for the example's Secret. */
  rotated: { secret: string; stringData: Record<string, string> };
  /** Columns of `kubectl get`: headings, and the Resource's row after its name. */
  columns: { resource: string[]; row: (namespace: string) => string[]; counts: string };
  /** A call of one of the server's tools, and what the backend's own data make of it. */
  ask: { tool: string; args: object; says: RegExp };
}

/**
 * The story that every server type has to live through: the example applied and asked, its backend gone and back, its
 * credentials rotated.
 */
export function serverTypeScenario(story: TypeStory): Scenario {
  const type = serverTypes.find(({ name }) => name === story.type);
  if (!type) throw new Error(`no server type ${story.type}`);
  const instances = `${type.instance.plural}.${type.group}`;
  const resources = `${type.resource.plural}.${type.group}`;
  const { instance, resource, ask } = story;
  return {
    name: story.type,
    title: story.title,
    type: story.type,
    ownCluster: true,
    async run({ kube, tenant }, { step, figure }) {
      const acme = await tenant('acme');
      const { namespace } = acme;
      const backend = await story.start();
      const served = () => acme.served(instance, ask.tool, ask.args, ask.says);
      const generation = async () => (await kube.get('deployment', instance, namespace)).metadata.generation;
      const isUp = () => running(kube, namespace, instances, instance);
      try {
        await step('the example becomes ready', async () => {
          const began = performance.now();
          const { name, port } = story.service;
          await kube.apply(hostService(name, namespace, port, backend.port));
          const objects = await acme.example();
          const wanted = ({ kind, metadata }: KubeObject) =>
            kind !== type.resource.kind || metadata.name === resource;
          const checkedOften = (object: KubeObject) =>
            object.kind === type.instance.kind
              ? { ...object, spec: { ...object.spec, probe: { interval: '30s' } } }
              : object;
          await kube.apply(objects.filter(wanted).map(checkedOften));
          await isUp();
          figure('ready after', `${((performance.now() - began) / 1000).toFixed(1)} s`);
        });

        await step('kubectl get shows the columns that the documents promise', async () => {
          const rows = async (kind: string) =>
            (await kube.kubectl('get', kind, '-n', namespace))
              .trim()
              .split('\n')
              .map((line) => line.split(/\s{2,}/));
          const [heading, row] = await rows(resources);
          const { columns } = story;
          assert.deepEqual(heading?.slice(0, columns.resource.length + 2), [
            'NAME',
            ...columns.resource,
            'STATUS',
          ]);
          assert.deepEqual(row?.slice(0, columns.resource.length + 2), [
            resource,
            ...columns.row(namespace),
            'Connected',
          ]);
          const [titles, values] = await rows(instances);
          const expected = ['NAME', 'REPLICAS', 'AVAILABLE', columns.counts, 'STATUS', 'ENDPOINT'];
          assert.deepEqual(titles?.slice(0, 6), expected);
          assert.deepEqual(values?.slice(0, 6), [
            instance,
            '1',
            '1',
            '1/1',
            'Running',
            endpoint(instance, namespace),
          ]);
        });

        await step('a client in the cluster gets what is in the backend', async () => {
          await served();
        });

        const [before, rollouts] = [await pods(kube, namespace, instance), await generation()];
        await step('the backend gone and back: two changes of status, no restart, no rollout', async () => {
          const composite = await acme.composite(resources, resource);
          const { status: at } = composite;
          const good = [at.phase, at.reason].filter(Boolean).join(' ');
          const seen = await watchPhases(kube, type.resource.plural, composite);
          await backend.down();
          const failed = (object: KubeObject) => object.status.phase === 'Failed';
          const { status } = await kube.settled('Failed', resources, resource, namespace, failed, {
            seconds: 420,
          });
          figure('the outage is', status.reason);
          await backend.up();
          await isUp();
          assert.deepEqual(await seen.end(good), [good, `Failed ${status.reason}`, good]);
          assert.deepEqual(await pods(kube, namespace, instance), before);
          assert.equal(await generation(), rollouts);
          assert.match(await acme.call(instance, ask.tool, ask.args), ask.says);
        });

        await step(
          'the credentials rotated while both are good: the pods roll, and no call fails',
          async () => {
            await backend.admit();
            const ended = await endOfPods(kube, namespace, instance);
            const calls = await acme.calling(instance, ask.tool, ask.args);
            const { secret, stringData } = story.rotated;
            await kube.patch('secret', secret, namespace, { stringData });
            const rolled = (deployment: KubeObject) =>
              deployment.metadata.generation > rollouts && rolledOut(deployment);
            await kube.settled('a rollout', 'deployment', instance, namespace, rolled, { seconds: 120 });
            await ended();
            await isUp();
            await noneFailed('calls during the rotation', calls, figure);
          },
        );

        await step('the old credentials taken back: nothing needs them any more', async () => {
          await backend.revoke();
          await served();
        });
      } finally {
        await backend.stop();
      }
    },
  };
}

/** Each phase and reason that a composite goes through from now on, as a watch of it tells. */
async function watchPhases(kube: Kube, plural: string, composite: KubeObject) {
  const { apiVersion, metadata } = composite;
  const where = metadata.namespace ? `namespaces/${metadata.namespace}/${plural}` : `x${plural}`;
  const phases: string[] = [];
  const watch = await openWatch(
    kube,
    `/apis/${apiVersion}/${where}?fieldSelector=metadata.name=${metadata.name}`,
    ({ status }) => {
      const phase = [status?.phase, status?.reason].filter(Boolean).join(' ');
      if (phase !== phases.at(-1)) phases.push(phase);
    },
  );
  return {
    /** Once the last of them has come. */
    async end(last: string) {
      await watch.until(last, () => phases.at(-1) === last);
      await watch.end();
      return phases;
    },
  };
}
