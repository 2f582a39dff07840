import { impossible, needsOf } from '../lab/programs.ts';
import { missing, needs } from '../lab/sources/needs.ts';
import { table } from './stage/screen.ts';
import type { Story } from './stage/story.ts';

/** Why a kind of machine cannot run a story, whatever is installed. Undefined if it can. */
export const whyNot = ({ programs }: Story): string | undefined =>
  programs.flatMap((program) => impossible(program) ?? [])[0];

/** One line for each program that this machine lacks for some stories, with the command that installs it. */
export async function lackingFor(stories: readonly Story[]): Promise<string[]> {
  const never = stories.flatMap((story) => whyNot(story) ?? []);
  return [...new Set(never), ...(await missing(needsOf(stories.flatMap(({ programs }) => programs))))];
}

/** How to see other stories: the command, what it needs, how long the first run takes, and what this machine lacks. */
export async function invitation(stories: readonly Story[]): Promise<string> {
  const rows = stories.map((story) => {
    const commands = [...needsOf(story.programs).keys()].flatMap((name) => needs[name].commands);
    const needed = commands.length > 0 ? `needs ${commands.join(', ')}` : 'needs nothing but npm';
    return [
      `  npm run demo -- ${story.type.name}`,
      needed,
      story.firstTime ? `first time ${story.firstTime}` : '',
    ];
  });
  const lacking = await lackingFor(stories);
  return [
    'More demos:',
    table([...rows, ['  npm run demo -- all', 'all of them', '']]),
    ...(lacking.length > 0 ? ['', 'This machine lacks:', ...lacking.map((line) => `  ${line}`)] : []),
    '',
  ].join('\n');
}
