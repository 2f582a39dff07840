import { must } from '../process/run.ts';
import { needs } from './needs.ts';

/** Unpacks and copies artifacts of Maven Central. */
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';

/** Runs a goal of Maven's dependency plugin, such as `unpack`. It may leave marker files in `cwd`. */
export async function mavenDependency(
  goal: 'unpack' | 'copy-dependencies',
  properties: Readonly<Record<string, string>>,
  cwd: string,
): Promise<void> {
  const options = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  await must('mvn', ['-B', '-q', `${PLUGIN}:${goal}`, ...options], { cwd, install: needs.maven.install });
}
