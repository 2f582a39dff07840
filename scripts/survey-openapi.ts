import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { operationsOf } from '../src/servers/api/openapi/operations.ts';
import { readOpenApi } from '../src/servers/api/openapi/read.ts';
import { parseDocument } from '../src/servers/api/openapi/text.ts';
import type { Declared } from '../src/servers/api/operation.ts';
import { fail } from './lib/fail.ts';

/** What becomes of one document. */
interface Survey {
  document: string;
  /** Why the document is refused as a whole. Its operations are counted all the same if it can be read. */
  refused?: string;
  operations: number;
  tools: number;
  /** Tools whose body is one argument. */
  wholeBodies: number;
  /** Reasons and numbers of the operations that are left out. */
  leftOut: Record<string, number>;
  /** Reasons and numbers of the parameters that tools lack. */
  without: Record<string, number>;
}

const none: Declared = { operations: [], leftOut: [] };

const surveyOf = (document: string, text: string): Survey => {
  const read = readOpenApi(text);
  const { operations, leftOut } = read.ok ? read.value : declaredBy(text);
  return {
    document,
    ...(!read.ok && { refused: read.error }),
    operations: operations.length + leftOut.length,
    tools: operations.length,
    wholeBodies: operations.filter(({ body }) => typeof body === 'object').length,
    leftOut: counted(leftOut.map(({ reason }) => reason)),
    without: counted(operations.flatMap(({ notes = [] }) => notes)),
  };
};

const declaredBy = (text: string): Declared => {
  const parsed = parseDocument(text);
  return parsed.ok && parsed.value['openapi'] !== undefined ? operationsOf(parsed.value) : none;
};

/** How often each reason occurs, without the names in it. */
const counted = (reasons: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const reason of reasons) {
    const kind = reason
      .replace(/^its parameter .*?(,| (?=is |refers |has |may ))/, 'a parameter$1')
      .replace(/ server \S+$/, ' server')
      .replace(/ names ".*",/, ' names a parameter,');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([reason, count]) => `${count}: ${reason}`)
    .join('; ');

const row = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', String.raw`\|`)).join(' | ')} |`;

const tableOf = (surveys: readonly Survey[]): string =>
  [
    row(['Document', 'Operations', 'Tools', 'Left out, or why it is refused', 'Parameters that tools lack']),
    row(['---', '---:', '---:', '---', '---']),
    ...surveys.map((it) =>
      row([
        it.document,
        it.operations,
        it.tools,
        it.refused !== undefined && it.operations === 0 ? `It ${it.refused}` : listed(it.leftOut),
        listed(it.without),
      ]),
    ),
    row(['all', totalOf(surveys, 'operations'), totalOf(surveys, 'tools'), '', '']),
  ].join('\n');

const totalOf = (surveys: readonly Survey[], field: 'operations' | 'tools'): number =>
  surveys.reduce((sum, survey) => sum + survey[field], 0);

const usage = 'Usage: npm run survey:openapi -- FOLDER [--json]';
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) fail(usage);
const names = readdirSync(folder)
  .filter((name) => /\.(json|ya?ml)$/.test(name))
  .sort();
if (names.length === 0) fail(`${folder} has no files that end in .json, .yaml or .yml`);
const surveys = names.map((name) => surveyOf(name, readFileSync(join(folder, name), 'utf8')));
console.log(values.json ? JSON.stringify(surveys, undefined, 2) : tableOf(surveys));
