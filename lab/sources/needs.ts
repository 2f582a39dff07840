import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What a machine needs for the servers that npm does not install. */
export interface Need {
  /** Each must be on the PATH. */
  commands: readonly string[];
  /** How to install them. */
  install: string;
}

const mac = process.platform === 'darwin';

export const needs = {
  go: { commands: ['go'], install: mac ? 'brew install go' : 'Go 1.26 or newer from https://go.dev/dl/' },
  maven: { commands: ['mvn'], install: mac ? 'brew install maven' : 'sudo apt-get install maven' },
  java: {
    commands: ['java', 'javac'],
    install: mac ? 'brew install openjdk' : 'sudo apt-get install default-jdk-headless',
  },
  tar: { commands: ['tar'], install: 'sudo apt-get install tar' },
  debian: { commands: ['apt-get', 'dpkg'], install: 'run this on Debian or a derivative of it' },
} as const satisfies Record<string, Need>;

export type NeedName = keyof typeof needs;

/** One line for each need that this machine lacks: the command, its purpose, and how to install it. */
export async function missing(
  wanted: ReadonlyMap<NeedName, readonly string[]>,
  path = process.env['PATH'] ?? '',
): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, purposes] of wanted) {
    const { commands, install }: Need = needs[name];
    const found = await Promise.all(commands.map((command) => onPath(command, path)));
    const lacking = commands.filter((_, index) => !found[index]);
    if (lacking.length > 0) lines.push(`${lacking.join(' and ')}, for ${purposes.join(', ')}: ${install}`);
  }
  return lines;
}

async function onPath(command: string, path: string): Promise<boolean> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const executable = await access(join(folder, command), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return true;
  }
  return false;
}
