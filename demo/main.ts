/** `npm run demo`: every step of each server type, without a cluster. */
import { parseArgs } from 'node:util';
import { api } from './api/story.ts';
import { dbhub } from './dbhub/story.ts';
import { invitation, lackingFor, whyNot } from './invitation.ts';
import { search } from './search/story.ts';
import { play } from './stage/play.ts';
import { createScreen } from './stage/screen.ts';
import { type Story, since } from './stage/story.ts';
import { storage } from './storage/story.ts';

const stories: readonly Story[] = [dbhub, api, search, storage];
const known = stories.map(({ type }) => type.name);
const needsNpmAlone = ({ programs }: Story) => programs.every(({ needs }) => needs.length === 0);
const byDefault = stories.filter((story) => needsNpmAlone(story) && whyNot(story) === undefined);

const HELP = `Usage: npm run demo -- [type...]

Goes from a tenant's YAML to the answers of a real server, without a cluster: a real backend, the function over gRPC,
the rendered configuration, the real MCP server with it, a client, and the probe. Stops and removes everything at the end.

  type     ${known.join(', ')}, or all (default: the types that need nothing but npm)
  --help   show this text

Example:
  npm run demo -- ${known[0]}
`;

/** The stories that the command line selects. Exits if it asks for help or is invalid. */
function chosen(args: readonly string[]): readonly Story[] {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const unknown = positionals.filter((name) => ![...known, 'all'].includes(name));
    if (unknown.length > 0) throw new Error(`There is no demo of ${unknown.join(', ')}.`);
    if (positionals.length === 0) return byDefault;
    return stories.filter(({ type }) => positionals.includes('all') || positionals.includes(type.name));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

const wanted = chosen(process.argv.slice(2));
const lacking = await lackingFor(wanted);
if (lacking.length > 0) {
  process.stderr.write(`This machine lacks some programs:\n${lacking.map((line) => `  ${line}\n`).join('')}`);
  process.exit(1);
}
const screen = createScreen(process.stdout);
let cleanup = new AsyncDisposableStack();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(1);
    interrupted = true;
    screen.say('\nInterrupted: stopping what was started');
    void cleanup.disposeAsync().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

const started = performance.now();
for (const story of wanted) {
  screen.chapter(`function-mcp: from a tenant's YAML to ${story.titles.server}, without a cluster`);
  try {
    await play(story, screen, cleanup);
  } catch (error) {
    if (interrupted) break;
    screen.fail(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  if (interrupted) break;
  await cleanup.disposeAsync();
  if (process.exitCode) break;
  cleanup = new AsyncDisposableStack();
}
if (!interrupted && !process.exitCode) {
  screen.say(`${screen.strong('Done')} in ${since(started)}; everything is stopped and removed.\n`);
  const others = stories.filter((story) => !wanted.includes(story));
  if (others.length > 0) screen.say(await invitation(others));
}
