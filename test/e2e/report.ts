import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Outcome } from './outcome.ts';

/** The timing table, as Markdown. */
export function table(outcomes: Outcome[], seconds: number): string {
  const lines = ['| pass | scenario | result | seconds |', '|---|---|---|---|'];
  for (const { pass, scenario, error, left, seconds: took } of outcomes) {
    const result = left ? `not run: ${left}` : error ? 'FAILED' : 'ok';
    lines.push(`| ${pass} | ${scenario} | ${result} | ${took.toFixed(1)} |`);
  }
  lines.push(`| all | | | ${seconds.toFixed(0)} |`, '', '| pass | scenario | what | |', '|---|---|---|---|');
  for (const { pass, scenario, figures, steps } of outcomes) {
    for (const { what, value } of figures)
      lines.push(`| ${pass} | ${scenario} | **${what}** | **${value}** |`);
    for (const { title, seconds: took } of steps) {
      lines.push(`| ${pass} | ${scenario} | ${title} | ${took.toFixed(1)} s |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Each scenario as a test in the form of vitest's JSON reporter, for what counts them. */
export function results(outcomes: Outcome[]): string {
  const assertionResults = outcomes.map(({ pass, scenario, error, left }) => ({
    fullName: `${pass} ${scenario}`,
    status: left ? 'skipped' : error ? 'failed' : 'passed',
  }));
  const numPassedTests = assertionResults.filter(({ status }) => status === 'passed').length;
  const status = outcomes.some(({ error }) => error) ? 'failed' : 'passed';
  return JSON.stringify({ numPassedTests, testResults: [{ status, assertionResults }] }, null, 2);
}

export async function keep(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
