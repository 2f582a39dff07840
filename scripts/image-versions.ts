import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { type ImageVersions, sourceHash, versionsOf } from './lib/image-versions.ts';
import { repository } from './lib/release.ts';

const file = 'images/versions.json';
const output = join(repository, file);

const present = await readFile(output, 'utf8').catch(() => '{}');
const images = Object.fromEntries(
  Object.entries(manifest.config.images).map(([name, version]) => [
    name,
    { version, hash: sourceHash(join(repository, 'images', name)) },
  ]),
);
const versions = versionsOf(images, JSON.parse(present) as ImageVersions);
const wanted = versions.ok ? `${JSON.stringify(versions.value, null, 2)}\n` : present;
if (!versions.ok) {
  console.log(versions.error);
  process.exitCode = 1;
} else if (present === wanted) {
  console.log('the versions of the images are current');
} else if (process.argv.includes('--check')) {
  console.log(`${file} does not contain the current versions. Run "npm run generate" and commit the result.`);
  process.exitCode = 1;
} else {
  await writeFile(output, wanted);
  console.log(`wrote ${file}`);
}
