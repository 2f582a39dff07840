import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatusApi } from '../../src/probe/cluster/client.ts';
import { appliedStatus, managerOf, pathsOf, viewOf, withdrawnStatus } from '../../src/probe/cluster/view.ts';
import { verdictOfReason } from '../../src/probe/verdict.ts';
import { targetsFile } from './harness.ts';

export interface StartedApi extends AsyncDisposable {
  /** As a user that may read and write the statuses. */
  api: StatusApi;
  /** As a user that may do nothing. */
  powerless: StatusApi;
  /** As nobody that is known. */
  stranger: StatusApi;
  /** Puts an XR there. */
  create: (name: string) => Promise<void>;
}

const file = (instance: string) => targetsFile([], { instance });
const report = (reason: 'Connected' | 'DNSFailed', latencyMs?: number) => {
  const lastChecked = Date.parse('2026-03-02T09:00:00Z');
  const verdict = { ...verdictOfReason('spec-1', reason, 0), ...(latencyMs !== undefined && { latencyMs }) };
  return { verdict, lastChecked, validUntil: lastChecked + 1_800_000 };
};

/** What the probe relies on in an API server: the real one and the one of these tests must both do it. */
export const describeStatusApi = (name: string, start: () => Promise<StartedApi>): void => {
  describe(`${name}, as the probe meets it`, () => {
    let started: StartedApi;
    let created = 0;
    beforeAll(async () => {
      started = await start();
    });
    afterAll(() => started[Symbol.asyncDispose]());

    /** A new XR, and what can be done to it. */
    const xr = async () => {
      const target = { xr: `orders-${++created}` };
      await started.create(target.xr);
      const paths = pathsOf(file('a'), target.xr);
      const send = async (instance: string, object: object) => {
        const answer = await started.api.apply(paths.status, managerOf(instance), object);
        expect(answer.kind).toBe('ok');
      };
      const get = async () => {
        const answer = await started.api.get(paths.object);
        if (answer.kind !== 'ok') throw new Error(answer.kind);
        return answer.object as { metadata: { resourceVersion: unknown }; status?: Record<string, unknown> };
      };
      return {
        target,
        paths,
        get,
        apply: (instance: string, given?: ReturnType<typeof report>) =>
          send(instance, appliedStatus(file(instance), target, given)),
        withdraw: (instance: string) => send(instance, withdrawnStatus(file(instance), target)),
        view: async (instance: string) => viewOf(await get(), instance),
      };
    };

    test('a report is there as it was applied', async () => {
      const { apply, get, view } = await xr();
      await apply('a', report('Connected', 12));
      expect((await get()).status).toEqual({
        phase: 'Connected',
        reason: 'Connected',
        message: 'The server answers, and the credentials work.',
        lastChecked: '2026-03-02T09:00:00Z',
        validUntil: '2026-03-02T09:30:00Z',
        latencyMs: 12,
        checkedBy: 'a',
        checkedSpec: 'spec-1',
        selectedBy: ['a'],
      });
      expect(await view('a')).toMatchObject({ phase: 'Connected', latencyMs: 12, ownsReport: true });
    });

    test('applying the same again changes nothing', async () => {
      const { apply, get } = await xr();
      await apply('a', report('Connected', 12));
      const before = (await get()).metadata.resourceVersion;
      await apply('a', report('Connected', 12));
      expect((await get()).metadata.resourceVersion).toBe(before);
    });

    test('each probe owns its own entry, and takes back no other', async () => {
      const { apply, withdraw, view } = await xr();
      await apply('a', report('Connected'));
      await apply('b');
      await apply('c');
      expect((await view('b')).selectedBy.sort()).toEqual(['a', 'b', 'c']);
      expect((await view('b')).ownsReport).toBe(false);
      await withdraw('b');
      expect((await view('a')).selectedBy.sort()).toEqual(['a', 'c']);
      expect(await view('a')).toMatchObject({ phase: 'Connected', checkedBy: 'a' });
    });

    test('a forced report takes over from another, which then leaves no field behind', async () => {
      const { apply, withdraw, view } = await xr();
      await apply('b', report('Connected', 12));
      await apply('a', report('Connected'));
      expect(await view('b')).toMatchObject({ checkedBy: 'a', latencyMs: 12, ownsReport: true });
      await apply('b');
      expect(await view('b')).toMatchObject({ checkedBy: 'a', phase: 'Connected', ownsReport: false });
      expect(await view('b')).not.toHaveProperty('latencyMs');
      await withdraw('a');
      expect(await view('b')).toEqual({ phase: 'Pending', selectedBy: ['b'], ownsReport: false });
    });

    test('a report without a latency takes the one before away', async () => {
      const { apply, get } = await xr();
      await apply('a', report('Connected', 12));
      await apply('a', report('DNSFailed'));
      expect((await get()).status).not.toHaveProperty('latencyMs');
      expect((await get()).status).toMatchObject({ phase: 'Failed', reason: 'DNSFailed' });
    });

    test('the status of what is not there is gone, and is not made', async () => {
      const target = { xr: 'nowhere' };
      const paths = pathsOf(file('a'), target.xr);
      const object = appliedStatus(file('a'), target, report('Connected'));
      expect(await started.api.apply(paths.status, managerOf('a'), object)).toEqual({ kind: 'gone' });
      expect(await started.api.get(paths.object)).toEqual({ kind: 'gone' });
    });

    test('a status that the schema does not take is refused', async () => {
      const { target, paths } = await xr();
      const object = { ...appliedStatus(file('a'), target), status: { phase: 'Nonsense' } };
      expect(await started.api.apply(paths.status, managerOf('a'), object)).toEqual({
        kind: 'refused',
        status: 422,
        reason: 'Invalid',
      });
    });

    test('who may not is told so, and who is not known counts as an API server that does not answer', async () => {
      const { target, paths } = await xr();
      const object = appliedStatus(file('a'), target, report('Connected'));
      for (const ask of [
        (api: StatusApi) => api.get(paths.object),
        (api: StatusApi) => api.apply(paths.status, managerOf('a'), object),
      ]) {
        expect(await ask(started.powerless)).toEqual({ kind: 'forbidden' });
        expect(await ask(started.stranger)).toEqual({ kind: 'unavailable', reason: 'Unauthorized' });
      }
    });
  });
};
