import { describe, expect, test } from 'vitest';
import { imageAllowed, serverImage } from '../../src/plan/images.ts';
import { resolveSettings } from '../../src/plan/settings.ts';
import { dbhub } from '../../src/servers/dbhub/dbhub.ts';

const settingsOf = (data: object) => {
  const settings = resolveSettings(undefined, data);
  if (!settings.ok) throw new Error(settings.error);
  return settings.value;
};

const digest = `@sha256:${'a'.repeat(64)}`;

describe('an image that a tenant names', () => {
  test.each([
    { reason: 'the own repository, any tag', image: 'bytebase/dbhub:9.9', want: true },
    { reason: 'the own repository by digest', image: `bytebase/dbhub${digest}`, want: true },
    { reason: 'the long form of the same', image: 'docker.io/bytebase/dbhub:1', want: true },
    { reason: "the form of Docker's index", image: 'index.docker.io/bytebase/dbhub', want: true },
    { reason: 'another repository', image: 'evil/dbhub:1', want: false },
    { reason: 'the same name on another registry', image: 'ghcr.io/bytebase/dbhub:1', want: false },
    { reason: 'a longer name', image: 'bytebase/dbhub-evil:1', want: false },
    {
      reason: 'a registry that only looks like the own one',
      image: 'docker.io.evil.example/bytebase/dbhub',
      want: false,
    },
  ])('by default: $reason', ({ reason, image, want }) => {
    expect(imageAllowed(image, dbhub, settingsOf({})), reason).toBe(want);
  });

  test.each([
    {
      reason: 'a repository allows its tags',
      pattern: 'ghcr.io/acme/dbhub',
      image: 'ghcr.io/acme/dbhub:2',
      want: true,
    },
    {
      reason: 'a repository allows no folder below it',
      pattern: 'ghcr.io/acme/dbhub',
      image: 'ghcr.io/acme/dbhub/x',
      want: false,
    },
    {
      reason: 'a tag allows only itself',
      pattern: 'ghcr.io/acme/dbhub:2',
      image: 'ghcr.io/acme/dbhub:3',
      want: false,
    },
    {
      reason: 'a tag is not overruled by a digest',
      pattern: 'ghcr.io/acme/dbhub:2',
      image: `ghcr.io/acme/dbhub:2${digest}`,
      want: false,
    },
    {
      reason: 'a registry with a port',
      pattern: 'registry:5000/dbhub',
      image: 'registry:5000/dbhub:2',
      want: true,
    },
    { reason: 'a prefix', pattern: 'ghcr.io/acme/*', image: 'ghcr.io/acme/tools/dbhub:2', want: true },
    {
      reason: 'a prefix ends at a slash',
      pattern: 'ghcr.io/acme/*',
      image: 'ghcr.io/acme-evil/dbhub',
      want: false,
    },
    { reason: 'a whole registry', pattern: 'ghcr.io/*', image: 'ghcr.io/acme/dbhub', want: true },
    { reason: 'the whole of Docker Hub', pattern: 'docker.io/*', image: 'acme/dbhub:1', want: true },
    {
      reason: 'an organisation of Docker Hub, short',
      pattern: 'acme/*',
      image: 'docker.io/acme/dbhub',
      want: true,
    },
    { reason: 'an official image, short', pattern: 'dbhub', image: 'docker.io/library/dbhub:1', want: true },
    {
      reason: 'the default no longer counts once there is a list',
      pattern: 'ghcr.io/acme/dbhub',
      image: 'bytebase/dbhub',
      want: false,
    },
  ])('by a list: $reason', ({ reason, pattern, image, want }) => {
    const settings = settingsOf({ allowedImages: { dbhub: [pattern] } });
    expect(imageAllowed(image, dbhub, settings), reason).toBe(want);
  });

  test('an empty list allows none, and a list of another type says nothing', () => {
    expect(imageAllowed('bytebase/dbhub', dbhub, settingsOf({ allowedImages: { dbhub: [] } }))).toBe(false);
    expect(imageAllowed('bytebase/dbhub', dbhub, settingsOf({ allowedImages: { other: [] } }))).toBe(true);
  });

  test("the platform's image runs by default, and its repository is then the one that is allowed", () => {
    const settings = settingsOf({ images: { servers: { dbhub: 'mirror.example/dbhub:1.4.0' } } });
    expect(serverImage(undefined, dbhub, settings)).toBe('mirror.example/dbhub:1.4.0');
    expect(imageAllowed('mirror.example/dbhub:2', dbhub, settings)).toBe(true);
    expect(imageAllowed('bytebase/dbhub:2', dbhub, settings)).toBe(false);
  });
});
